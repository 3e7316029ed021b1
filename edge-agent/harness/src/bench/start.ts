import { type MeasureContext, measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { median } from '../quantiles.ts';
import { createChance } from '../random.ts';
import type { MeasuredStore } from '../store/measured-store.ts';
import { residentMemory } from '../store/proc.ts';
import { TillClient } from '../store/shopper.ts';
import { generateLines } from './generator.ts';

const POLL_MS = 5;
const POOL_ITEMS = 40;
const BASKET_LINES = 10;

export const startBench = measure({
  description: 'process start to the first POS answer on a store in use, and resident memory',
  options: {
    count: { description: 'starts of the agent', default: 7, min: 1, max: 1_000 },
    requests: { description: 'decision calls before memory is read again', default: 200, min: 1, max: 100_000 },
  },
  async run({ count, requests }, context): Promise<Result[]> {
    const store = await context.store();
    const till = new TillClient('bench-start', await store.pair('bench-start'));
    const basket = await till.fillBasket(
      generateLines(createChance(1), store.pool(createChance(2), POOL_ITEMS), BASKET_LINES),
      store.knownMemberCodes(1)[0],
    );
    const starts = await measureStarts(store, till, count, context);
    const started = residentMemory(agentPid(store));
    context.progress.stage('requests', requests);
    for (let done = 0; done < requests; done++) {
      context.signal.throwIfAborted();
      await till.call('getDecision', { params: { basketId: basket.basketId } });
      context.progress.tick();
    }
    const used = residentMemory(agentPid(store));
    const mb = (of: string, metric: string, value: number): Result => ({ case: of, metric, value, unit: 'MB' });
    return [
      { case: 'start', metric: 'firstAnswerMs', value: median(starts), unit: 'ms' },
      { case: 'start', metric: 'firstAnswerMaxMs', value: Math.max(...starts), unit: 'ms' },
      { case: 'start', metric: 'starts', value: starts.length, unit: 'count' },
      mb('after-start', 'rssMb', started.aloneMb),
      mb('after-start', 'rssTreeMb', started.treeMb),
      mb('after-requests', 'rssMb', used.aloneMb),
      mb('after-requests', 'rssTreeMb', used.treeMb),
      { case: 'after-requests', metric: 'requests', value: requests, unit: 'count' },
    ];
  },
});

/** Milliseconds from spawning the agent to the first basket that a waiting till gets opened, for each start. */
async function measureStarts(
  store: MeasuredStore,
  till: TillClient,
  count: number,
  { progress, signal }: MeasureContext,
): Promise<number[]> {
  progress.stage('starts', count);
  const tookMs: number[] = [];
  for (let place = 0; place < count; place++) {
    signal.throwIfAborted();
    await store.demo.stopAgent();
    const startedMs = performance.now();
    const ready = store.demo.startAgent();
    const failed = new AbortController();
    ready.catch(() => failed.abort());
    await firstAnswer(till, AbortSignal.any([signal, failed.signal]));
    tookMs.push(performance.now() - startedMs);
    await ready;
    progress.tick();
  }
  return tookMs;
}

/** A till that is waiting for its agent: asks every few milliseconds, and the first basket it gets is the answer. */
async function firstAnswer(till: TillClient, signal: AbortSignal): Promise<void> {
  const key = till.newKey();
  for (;;) {
    signal.throwIfAborted();
    const answered = await fetch(`${till.terminal.url}/v1/baskets`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${till.terminal.credential}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({ cashierId: till.name }),
    }).catch(() => undefined);
    await answered?.arrayBuffer();
    if (answered?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function agentPid(store: MeasuredStore): number {
  const pid = store.demo.agentPid;
  if (pid === undefined) throw new Error('the agent is not running');
  return pid;
}
