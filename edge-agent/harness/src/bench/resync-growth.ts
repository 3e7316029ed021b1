import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal, Outbox } from '@tillside/edge-agent/journal';
import { MAX_BATCH_BYTES, MAX_BATCH_EVENTS } from '@tillside/protocol';
import type { MeasureContext } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { median } from '../quantiles.ts';

const FEWEST = 10_000;
const AT_ONCE = 100_000;
/** Batches at each size; the sizes take turns, so that whatever else the machine does falls on all of them. */
const ROUNDS = 40;
const WARM_UP = 5;
const COUNTS_A_ROUND = 20;

interface Queue {
  readonly waiting: number;
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly batchMs: number[];
  readonly countMs: number[];
  sent: number;
}

/** What a batch and a look at the outbox cost with so many events waiting: `costGrowth` is the dearest size over FEWEST, by the median for each event. */
export async function measureGrowth(sizes: readonly number[], { progress, signal }: MeasureContext): Promise<Result[]> {
  const root = mkdtempSync(join(tmpdir(), 'tillside-growth-'));
  const queues: Queue[] = [];
  try {
    for (const waiting of [FEWEST, ...sizes]) {
      progress.stage(`waiting ${waiting}`, waiting);
      queues.push(openQueue(join(root, String(waiting)), waiting, { progress, signal }));
    }
    progress.stage('growth', ROUNDS);
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      signal.throwIfAborted();
      for (let turn = 0; turn < queues.length; turn++)
        await sendOne(queues[(turn + round + WARM_UP) % queues.length] as Queue, round >= 0);
      if (round >= 0) progress.tick();
    }
    return resultsOf(queues);
  } finally {
    for (const { journal } of queues) journal.close();
    rmSync(root, { recursive: true, force: true });
  }
}

const openJournal = (dataDir: string): Journal =>
  Journal.open({
    dataDir,
    store: 'bench',
    clock: { now: () => Date.now() },
    random: { uuid: randomUUID, bytes: () => Buffer.alloc(0) },
  });

/** Its rows are made by the database itself: ten million chains take an hour, and the cost is not in the hashes. */
function openQueue(
  dataDir: string,
  waiting: number,
  { progress, signal }: Pick<MeasureContext, 'progress' | 'signal'>,
): Queue {
  const filled = openJournal(dataDir);
  const envelope = JSON.stringify({ bench: 'x'.repeat(500) });
  for (let done = 0; done < waiting; done += AT_ONCE) {
    signal.throwIfAborted();
    const to = Math.min(waiting, done + AT_ONCE);
    filled.write((tx) =>
      tx.run(
        `INSERT INTO event (epoch, stream, seq, type, time, hash, envelope, total)
         WITH RECURSIVE n (seq) AS (SELECT ? UNION ALL SELECT seq + 1 FROM n WHERE seq < ?)
         SELECT ?, 'sales', seq, 'tillside.coupon.redeemed.v1', '2026-01-01T00:00:00.000Z', ?, ?, seq * 700 FROM n`,
        done + 1,
        to,
        filled.epoch,
        'h'.repeat(64),
        envelope,
      ),
    );
    progress.tick(to - done);
  }
  const lane = `INSERT INTO outbox_lane (epoch, stream, held, ranges, opened) VALUES (?, 'sales', 0, '[]', 1)`;
  filled.write((tx) => tx.run(lane, filled.epoch));
  // Closing puts the log into the database, as it is in a store where the queue grew for days.
  filled.close();
  const journal = openJournal(dataDir);
  return { waiting, journal, outbox: new Outbox(journal), batchMs: [], countMs: [], sent: 0 };
}

/** One batch, and its answer by a hub that holds it: the newest sales above a growing beginning. */
async function sendOne(queue: Queue, isCounted: boolean): Promise<void> {
  const { outbox, journal, waiting } = queue;
  const batchId = randomUUID();
  const beganMs = performance.now();
  const batch = await outbox.next(batchId, { events: MAX_BATCH_EVENTS / 10, bytes: MAX_BATCH_BYTES });
  if (batch === undefined) throw new Error('nothing waits');
  queue.sent += batch.events;
  const { epoch } = journal;
  const contiguousSeq = Math.min(queue.sent, waiting);
  await outbox.settle(batchId, {
    acks: [
      { epoch, stream: 'sales', contiguousSeq, ranges: [[Math.max(contiguousSeq + 2, waiting - queue.sent), waiting]] },
    ],
    conflicts: [],
  });
  const tookMs = performance.now() - beganMs;
  const countedMs = performance.now();
  for (let n = 0; n < COUNTS_A_ROUND; n++) outbox.counts();
  if (!isCounted) return;
  queue.batchMs.push(tookMs / batch.events);
  queue.countMs.push((performance.now() - countedMs) / COUNTS_A_ROUND);
}

function resultsOf(queues: readonly Queue[]): Result[] {
  const fewest = queues[0] as Queue;
  const growth = (of: (queue: Queue) => readonly number[]): number =>
    Math.max(...queues.slice(1).map((queue) => median(of(queue)) / median(of(fewest))));
  return [
    { case: 'growth', metric: 'costGrowth', value: growth(({ batchMs }) => batchMs), unit: 'ratio' },
    { case: 'growth', metric: 'countGrowth', value: growth(({ countMs }) => countMs), unit: 'ratio' },
    ...queues.flatMap(({ waiting, batchMs, countMs }): Result[] => [
      { case: 'growth', metric: `eventMsAt${waiting}`, value: median(batchMs), unit: 'ms' },
      { case: 'growth', metric: `countMsAt${waiting}`, value: median(countMs), unit: 'ms' },
    ]),
  ];
}
