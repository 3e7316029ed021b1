import { parentPort, workerData } from 'node:worker_threads';
import type { CopyReply, CopyStart } from './backup.ts';
import { copyJournal } from './copy.ts';

const { file, to } = workerData as CopyStart;
parentPort?.postMessage(attempt());

function attempt(): CopyReply {
  try {
    return { schema: copyJournal(file, to) };
  } catch (error) {
    const { code = 'unknown', message } = error as { code?: string; message: string };
    return { error: { code, message } };
  }
}
