import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { type CheckpointReply, type CheckpointStart, PHASE } from './durable-checkpoint.ts';

/** Tries to reach the end of the log, which tills write meanwhile: only then can it begin anew. Each finds only what was written during the one before. */
const MAX_PASSES = 8;

const { path, phase } = workerData as CheckpointStart;

parentPort?.on('message', () => {
  if (Atomics.compareExchange(phase, 0, PHASE.asked, PHASE.working) !== PHASE.asked) return;
  const reply = attempt();
  // Before the word of it: whoever waits in `close` hears no words.
  Atomics.store(phase, 0, PHASE.idle);
  Atomics.notify(phase, 0);
  parentPort?.postMessage(reply);
});

/** The connection lives as long as its work: the agent may close the database at any time between. */
function attempt(): CheckpointReply {
  try {
    const db = new Sqlite(path, { fileMustExist: true, timeout: 0 });
    try {
      // Never more than the agent's own: NORMAL is what syncs the log before and the database after it.
      db.pragma('synchronous = NORMAL');
      for (let pass = 0; pass < MAX_PASSES && Atomics.load(phase, 0) === PHASE.working; pass++) {
        const [now] = db.pragma('wal_checkpoint(PASSIVE)') as { busy: number; log: number; checkpointed: number }[];
        if (now === undefined || now.busy !== 0 || now.checkpointed >= now.log) break;
      }
      return {};
    } finally {
      db.close();
    }
  } catch (error) {
    const { code = 'unknown', message } = error as { code?: string; message: string };
    return { error: { code, message } };
  }
}
