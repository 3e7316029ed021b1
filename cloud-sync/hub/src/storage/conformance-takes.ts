import type { Envelope } from '@tillside/protocol';
import { expect, test } from 'vitest';
import { TakeCounter } from '../takes/counter.ts';
import { type Chain, chainOf, incoming } from '../testing/events.ts';
import type { HubStorage } from './port.ts';

const AT = '2024-03-02T01:00:00.000Z';
const ALL = { from: '2024-01-01', to: '2024-12-31', limit: 99 };

interface Answer {
  readonly id: string;
  readonly at?: string;
  readonly modelId?: string;
  readonly explored?: string;
}

const served = (chain: Chain, { id, at = AT, modelId = 'm1', explored }: Answer): Envelope =>
  chain.next('tillside.recommendation.served.v1', {
    recommendationId: id,
    basketId: 'b1',
    channel: 'till',
    source: 'model',
    modelId,
    skus: ['milk', 'eggs', 'tea'],
    at,
    policy: 'rank-2',
    shown: ['milk', 'eggs', 'tea'].map((sku) => ({
      reason: 'BOUGHT_TOGETHER',
      propensityPpm: 900_000,
      ...(sku === explored ? { explored: true } : {}),
    })),
  });
const outcome = (chain: Chain, id: string, what: string, skus: string[], at = AT): Envelope =>
  chain.next('tillside.recommendation.outcome.v1', {
    recommendationId: id,
    channel: 'till',
    source: 'model',
    modelId: 'm1',
    outcome: what,
    skus,
    at,
  });

/** What became of recommendations, and how far stores are with their models. Part of the conformance suite. */
export function takeCases(get: () => HubStorage, reopen: () => Promise<void>): void {
  const ingest = async (events: Envelope[], store = 's1'): Promise<void> => {
    await get().events.ingest([{ store, receivedAt: AT, events: events.map(incoming) }]);
  };
  const counter = (): TakeCounter =>
    new TakeCounter({ storage: get(), clock: { now: () => Date.parse(AT) }, log: { warn: () => undefined } });
  const days = async (store?: string) =>
    (await get().takes.days({ ...ALL, store })).map(
      ({ day, source, modelId, explored, answers, shown, added, bought }) =>
        `${day} ${source} ${modelId}${explored ? ' explored' : ''}: ${[answers, shown, added, bought].join(' ')}`,
    );

  test('an item counts once an answer, on the day when it was shown, explored ones apart; told again it changes nothing', async () => {
    const chain = chainOf('s1', 'ops');
    const first = served(chain, { id: 'r1', explored: 'tea' });
    const events = [
      first,
      outcome(chain, 'r1', 'added', ['milk', 'tea']),
      outcome(chain, 'r1', 'removed', ['milk']),
      outcome(chain, 'r1', 'bought', ['tea', 'milk'], '2024-03-03T02:00:00.000Z'),
      outcome(chain, 'r1', 'bought', ['milk'], '2024-03-03T03:00:00.000Z'),
      served(chain, { id: 'r2', at: '2024-03-03T09:00:00+08:00', modelId: 'm2' }),
    ];
    await ingest(events);
    const counting = counter();
    await counting.round();
    const expected = [
      '2024-03-03 model m2: 1 3 0 0',
      '2024-03-02 model m1: 1 2 1 1',
      '2024-03-02 model m1 explored: 0 1 1 1',
    ];
    expect(await days()).toEqual(expected);
    await ingest(events);
    await counting.round();
    await reopen();
    await counter().round();
    // A store that was put back tells its past in a new epoch.
    const anew = chainOf('s1', 'ops');
    await ingest([anew.again(first), outcome(anew, 'r1', 'bought', ['milk'])]);
    await counter().round();
    expect(await days()).toEqual(expected);
    expect(await days('s2')).toEqual([]);
    expect(await get().takes.days({ ...ALL, limit: 1 })).toHaveLength(1);
  });

  test('what was bought may be heard of before the answer; an answer that was given up is not missed', async () => {
    const chain = chainOf('s1', 'ops');
    await ingest([
      outcome(chain, 'r1', 'bought', ['milk'], '2024-03-04T02:00:00.000Z'),
      outcome(chain, 'lost', 'bought', ['eggs']),
    ]);
    await counter().round();
    expect(await days()).toEqual(['2024-03-04 model m1: 0 0 0 1', '2024-03-02 model m1: 0 0 0 1']);
    await ingest([served(chain, { id: 'r1', explored: 'milk' })]);
    await counter().round();
    const expected = ['2024-03-02 model m1: 1 2 0 1', '2024-03-02 model m1 explored: 0 1 0 1'];
    expect((await days()).filter((day) => !day.endsWith('0 0 0 0'))).toEqual(expected);
    // One that could not be read when its place was passed; and one that was counted all the same.
    const late = counter();
    late.again(incoming(outcome(chain, 'r1', 'added', ['eggs'])));
    late.again(incoming(outcome(chain, 'r1', 'bought', ['milk'])));
    await late.round();
    expect((await days()).find((day) => day.startsWith('2024-03-02 model m1: '))).toBe('2024-03-02 model m1: 1 2 1 1');
  });

  test('the cursor is moved by one only, and with what was counted; old answers are forgotten, their sums stay', async () => {
    const answer = { recommendationId: 'r1', day: '2024-03-02', source: 'model', modelId: '', isTold: true } as const;
    const items = [{ sku: 'milk', shown: true, explored: false, added: false, bought: true }];
    const sum = { day: '2024-03-02', source: 'model', modelId: '', explored: false, answers: 1 } as const;
    const change = {
      store: 's1',
      moved: { epoch: 'e1', fromSeq: 0, toSeq: 7 },
      answers: [{ ...answer, items }],
      sums: [{ ...sum, shown: 1, added: 0, bought: 1 }],
      at: AT,
    };
    expect(await get().takes.put(change)).toBe(true);
    expect(await get().takes.put(change)).toBe(false);
    await reopen();
    expect(await get().takes.cursors('s1')).toEqual(new Map([['e1', 7]]));
    expect(await get().takes.answers('s1', ['r1', 'r2'])).toEqual([{ ...answer, items }]);
    expect(await get().takes.answers('s2', ['r1'])).toEqual([]);
    expect(await get().takes.forget(AT, 9)).toBe(0);
    expect(await get().takes.forget('2024-03-03T00:00:00.000Z', 9)).toBe(1);
    expect(await get().takes.answers('s1', ['r1'])).toEqual([]);
    expect(await days()).toEqual(['2024-03-02 model : 1 1 0 1']);
  });

  test('of each store the newest stage of its newest model is known, and of the newest one that came to serve', async () => {
    const chain = chainOf('s1', 'ops');
    const stage = (version: number, name: string, at: string, more: object = {}) =>
      chain.next('tillside.model.changed.v1', {
        version,
        modelId: `m${version}`,
        stage: name,
        sharePercent: 10,
        questions: 200,
        failed: 0,
        late: 1,
        crashes: 0,
        at,
        ...more,
      });
    await ingest([
      stage(3, 'in-service', AT),
      stage(4, 'in-service', AT),
      stage(5, 'share', '2024-03-02T11:00:00+08:00', { overlapPercent: 61 }),
      // Read late.
      stage(5, 'shadow', '2024-03-02T02:00:00.000Z'),
    ]);
    const told = (await get().desired.stages()).map(({ store, version, stage: name }) => [store, version, name]);
    expect(told).toEqual([
      ['s1', 4, 'in-service'],
      ['s1', 5, 'share'],
    ]);
    expect((await get().desired.stages())[1]).toEqual({
      store: 's1',
      version: 5,
      modelId: 'm5',
      stage: 'share',
      sharePercent: 10,
      questions: 200,
      failed: 0,
      late: 1,
      crashes: 0,
      overlapPercent: 61,
      code: null,
      at: '2024-03-02T11:00:00+08:00',
    });
  });
}
