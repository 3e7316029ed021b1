import { parentPort, workerData } from 'node:worker_threads';
import { type Block, type BlockReport, type FoundFailure, flood, runBlock, targetOf } from './block.ts';

export type Task =
  | { readonly kind: 'block'; readonly block: Block }
  | { readonly kind: 'flood'; readonly target: string; readonly bytes: number };

export interface TaskDone {
  readonly report: BlockReport;
  readonly tookMs: number;
}

/** Where the worker is, in memory that the watchdog reads while the worker may be stuck: [number of the case]. */
const place = new Float64Array((workerData as { place: SharedArrayBuffer }).place);

parentPort?.on('message', (task: Task) => {
  const beganMs = performance.now();
  const report = run(task);
  parentPort?.postMessage({ report, tookMs: performance.now() - beganMs } satisfies TaskDone);
});

parentPort?.postMessage('ready');

function run(task: Task): BlockReport {
  const at = (number: number): void => {
    place[0] = number;
  };
  if (task.kind === 'block') return runBlock(targetOf(task.block.target), task.block, at);
  const failure: FoundFailure | undefined = flood(targetOf(task.target), task.bytes, at);
  return { accepted: 0, failures: failure ? [failure] : [] };
}
