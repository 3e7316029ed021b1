import { parentPort, workerData } from 'node:worker_threads';

/** A decoder that never ends at its third case: the watchdog's test. */
const place = new Float64Array((workerData as { place: SharedArrayBuffer }).place);
parentPort?.on('message', () => {
  place[0] = 2;
  for (;;);
});
parentPort?.postMessage('ready');
