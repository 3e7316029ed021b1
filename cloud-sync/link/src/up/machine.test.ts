import { MAX_BATCH_EVENTS } from '@tillside/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from '../backoff.ts';
import { problem } from '../errors.ts';
import { LINK_LIMITS } from '../limits.ts';
import { stepUp, UP_START, type UpEffect, type UpInput, type UpState } from './machine.ts';
import { uuidFrom } from './uuid.ts';

const policy = { pollMs: 30_000, limits: LINK_LIMITS };
const down = problem('HUB_UNREACHABLE');
const run = (state: UpState, ...inputs: UpInput[]) =>
  inputs.reduce((before, input) => stepUp(before[0], input, policy), [state, []] as ReturnType<typeof stepUp>);
const failed = (unit: number, retryAfterMs?: number, found = down, of: 'batch' | 'keys' = 'batch'): UpInput => ({
  type: 'failed',
  of,
  problem: found,
  retryAfterMs,
  nowMs: 0,
  unit,
});
const settled = (
  of: {
    events?: number;
    settled?: number;
    conflicts?: number;
    tookMs?: number;
    ownMs?: number;
    busy?: boolean;
    wait?: number;
  } = {},
) =>
  ({
    type: 'settled',
    events: of.events ?? MAX_BATCH_EVENTS,
    settled: of.settled ?? of.events ?? MAX_BATCH_EVENTS,
    conflicts: of.conflicts ?? 0,
    retryAfterMs: of.wait,
    tookMs: of.tookMs ?? 100,
    ownMs: of.ownMs ?? 20,
    tillsBusy: of.busy ?? false,
    nowMs: 0,
    unit: 0.5,
  }) as const satisfies UpInput;
const nudge: UpInput = { type: 'nudge', nowMs: 0 };
const timer: UpInput = { type: 'timer', nowMs: 0 };
const nothing: UpInput = { type: 'nothingToSend', nowMs: 0 };
const keysDone = (deposited: number): UpInput => ({ type: 'keysDone', deposited, nowMs: 0 });

test('full jitter: never above the cap nor below 1 ms, and the ceiling doubles', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (n, unit) => {
        const waitMs = backoffMs(n, unit, LINK_LIMITS);
        expect(waitMs).toBeGreaterThanOrEqual(1);
        expect(waitMs).toBeLessThanOrEqual(Math.min(LINK_LIMITS.backoffCapMs, 500 * 2 ** Math.min(n - 1, 30)));
      },
    ),
  );
  expect([1, 2, 3, 20].map((n) => backoffMs(n, 0.999_999, LINK_LIMITS))).toEqual([499, 999, 1999, 59_999]);
});

test('failures back off step by step with the seeded unit, and a nudge does not hurry a hub that is down', () => {
  const waits: number[] = [];
  let state = run(UP_START, nudge)[0];
  for (const unit of [0.5, 0.5, 0.5]) {
    const [next, effects] = stepUp(state, failed(unit), policy);
    for (const effect of effects) if (effect.type === 'wakeAt') waits.push(effect.atMs);
    const [nudged, none] = stepUp(next, nudge, policy);
    expect(none).toEqual([]);
    state = stepUp(nudged, timer, policy)[0];
  }
  expect(waits).toEqual([250, 500, 1000]);
});

test('batches that fail together are one failure', () => {
  const [state] = run(UP_START, nudge, settled(), settled(), nudge);
  expect(state.inFlight).toBe(3);
  const [rested] = run(state, failed(0.5), failed(0.5), failed(0.5));
  expect(rested).toMatchObject({ phase: 'resting', attempt: 1, restUntilMs: 250, inFlight: 0, window: 1 });
});

test('a pause that the hub asks for is honoured, up to a limit, with an error or with an answer', () => {
  const busy = problem('HUB_BUSY');
  expect(run(UP_START, nudge, failed(0, 7000, busy))[1]).toEqual([{ type: 'wakeAt', atMs: 7000 }]);
  const [, [effect]] = run(UP_START, nudge, failed(0, 9e12, busy));
  expect(effect).toEqual({ type: 'wakeAt', atMs: LINK_LIMITS.maxRetryAfterMs });
  expect(run(UP_START, nudge, settled({ wait: 3000 }))[1]).toEqual([{ type: 'wakeAt', atMs: 3000 }]);
});

test('the turn that a busy hub gives is taken, however long the store had waited by its own guess', () => {
  const [tired] = run(UP_START, ...Array.from({ length: 20 }, () => [nudge, failed(0.99), timer]).flat());
  expect(tired.attempt).toBe(20);
  const [{ restUntilMs = 0 }] = run(tired, failed(0.99, 2000, problem('HUB_BUSY')));
  expect(restUntilMs).toBeGreaterThanOrEqual(2000);
  expect(restUntilMs).toBeLessThan(2500);
});

test('the window widens while full batches come back in time, and a slow line gets smaller batches', () => {
  const [wide] = run(UP_START, nudge, ...Array.from({ length: 9 }, () => settled()));
  // The last place is a nudge's.
  const most = LINK_LIMITS.maxBatchesInFlight - 1;
  expect([wide.window, wide.inFlight]).toEqual([most, most]);
  const slow = settled({ tookMs: 4000 });
  const [narrow] = run(wide, slow, slow);
  expect([narrow.window, narrow.maxEvents]).toEqual([1, MAX_BATCH_EVENTS / 2]);
  const [smallest] = run(narrow, ...Array.from({ length: 12 }, () => settled({ tookMs: 4000, events: 1000 })));
  expect(smallest.maxEvents).toBe(50);
});

const at = (nowMs: number): UpInput => ({ type: 'nudge', nowMs });
const batches = (effects: readonly UpEffect[]) => effects.filter(({ type }) => type === 'sendBatch');

test('a sale that comes while the window is full of backlog goes beside it at once, in a small batch', () => {
  const [full] = run(UP_START, nudge, settled(), settled());
  expect(full.inFlight).toBe(full.window);
  const [state, effects] = stepUp(full, at(1000), policy);
  expect(effects).toEqual([{ type: 'sendBatch', maxEvents: 100, afterMs: 0 }]);
  expect(state.inFlight).toBe(LINK_LIMITS.maxBatchesInFlight);
  // A quarter of a second's sales go together, and never more batches than there are places.
  expect(stepUp(state, at(5000), policy)[1]).toEqual([]);
  const [back] = stepUp(state, settled({ events: 100 }), policy);
  expect(stepUp(back, at(1249), policy)[1]).toEqual([]);
  expect(batches(stepUp(back, at(1250), policy)[1])).toHaveLength(1);
  // A clock that was set back keeps no sale waiting.
  expect(batches(stepUp(back, at(-9e12), policy)[1])).toHaveLength(1);
});

test('a sale that comes after the outbox was found empty waits for no answer', () => {
  const [state] = run(UP_START, nudge, settled(), settled(), nothing);
  expect([state.inFlight, state.drained]).toEqual([1, true]);
  expect(batches(stepUp(state, nudge, policy)[1])).toHaveLength(1);
});

test('where one batch may be under way, a nudge adds none', () => {
  const one = { ...policy, limits: { ...LINK_LIMITS, maxBatchesInFlight: 1 } };
  let [state] = stepUp(UP_START, nudge, one);
  for (let n = 0; n < 5; n++) [state] = stepUp(state, settled(), one);
  expect([state.inFlight, state.window]).toEqual([1, 1]);
  expect(stepUp(state, at(9000), one)[1]).toEqual([]);
});

test('while tills are served the backlog goes one batch after the other, with rests by what each cost', () => {
  const [wide] = run(UP_START, nudge, settled(), settled());
  expect(wide.inFlight).toBe(2);
  const [narrow, none] = stepUp(wide, settled({ busy: true }), policy);
  expect([narrow.window, narrow.inFlight, none]).toEqual([1, 1, []]);
  expect(stepUp(narrow, settled({ busy: true, ownMs: 60 }), policy)[1]).toEqual([
    { type: 'sendBatch', maxEvents: MAX_BATCH_EVENTS, afterMs: 30 },
  ]);
  expect(stepUp(narrow, settled({ busy: true, ownMs: 9e9 }), policy)[1]).toMatchObject([{ afterMs: 250 }]);
  // The till that was served last went home.
  expect(stepUp(narrow, settled(), policy)[1]).toMatchObject([{ afterMs: 0 }, { afterMs: 0 }]);
});

test('a long drain lets the keys have their turn', () => {
  let state = run(UP_START, nudge)[0];
  let effects: readonly UpEffect[] = [];
  for (let n = 0; n < 100 && state.phase !== 'keys'; n++) [state, effects] = stepUp(state, settled(), policy);
  expect(effects).toEqual([{ type: 'sendKeys' }]);
  expect(stepUp(state, keysDone(0), policy)[1]).toContainEqual({
    type: 'sendBatch',
    maxEvents: MAX_BATCH_EVENTS,
    afterMs: 0,
  });
});

test('a batch found too large is halved, and grows again when batches pass', () => {
  const large = problem('HUB_BATCH_TOO_LARGE');
  const [halved] = run(UP_START, nudge, failed(0, undefined, large), timer, failed(0, undefined, large));
  expect(halved.maxEvents).toBe(MAX_BATCH_EVENTS / 4);
  const [grown] = run(halved, timer, settled({ events: 10 }));
  expect(grown.maxEvents).toBe(MAX_BATCH_EVENTS / 2);
});

test('a hub that acknowledges nothing, or only ever conflicts, cannot spin us', () => {
  expect(run(UP_START, nudge, settled({ events: 5, settled: 0 }))[0].problem?.code).toBe('HUB_ACK_WITHOUT_PROGRESS');
  const conflict = settled({ events: 1, settled: 1, conflicts: 1 });
  expect(run(UP_START, nudge, conflict)[0].phase).toBe('sending');
  expect(run(UP_START, nudge, conflict, conflict, conflict, conflict)[0].phase).toBe('resting');
});

test('never more batches than the window holds, never keys beside them, and never at rest for good', () => {
  const input = fc.constantFrom<UpInput>(
    nudge,
    timer,
    nothing,
    keysDone(0),
    keysDone(2),
    settled(),
    settled({ events: 3 }),
    settled({ events: 3, settled: 0 }),
    settled({ tookMs: 2000 }),
    settled({ busy: true }),
    at(7000),
    settled({ wait: 10 }),
    settled({ settled: 1, conflicts: 1 }),
    failed(0.3),
    failed(0.3, undefined, down, 'keys'),
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 120 }), (inputs) => {
      let state: UpState = UP_START;
      let [batches, keys, timers] = [0, 0, 0];
      for (const next of inputs) {
        const { type } = next;
        const ofBatch = type === 'nothingToSend' || type === 'settled' || (type === 'failed' && next.of === 'batch');
        const ofKeys = type === 'keysDone' || (type === 'failed' && next.of === 'keys');
        if ((ofBatch && batches === 0) || (ofKeys && keys === 0) || (type === 'timer' && timers === 0)) continue;
        const [after, effects] = stepUp(state, next, policy);
        if (ofBatch) batches -= 1;
        if (ofKeys) keys -= 1;
        for (const effect of effects) {
          if (effect.type === 'sendBatch') batches += 1;
          if (effect.type === 'sendKeys') keys += 1;
          if (effect.type === 'wakeAt') timers = 1;
        }
        expect(batches).toBe(after.inFlight);
        expect(batches).toBeLessThanOrEqual(LINK_LIMITS.maxBatchesInFlight);
        expect(batches > 0 && keys > 0).toBe(false);
        expect(after.maxEvents).toBeGreaterThanOrEqual(1);
        if (batches === 0 && keys === 0) expect(timers).toBe(1);
        if (after.phase === 'idle' || after.phase === 'resting') expect(timers).toBe(1);
        state = after;
      }
    }),
    { numRuns: 500 },
  );
});

test('batch ids are version 4 UUIDs made of the random port', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (units) => {
      const id = uuidFrom(() => units.next().value ?? 0);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
    }),
  );
});

test('a clock that is set back years while it rests parks nobody: no rest is longer than the longest', () => {
  const far = Date.parse('2031-01-01T00:00:00Z');
  const now = Date.parse('2026-01-01T00:00:00Z');
  const resting: UpState = { ...UP_START, phase: 'resting', inFlight: 1, restUntilMs: far };
  const [after] = stepUp(resting, { ...failed(0.3), nowMs: now } as UpInput, policy);
  expect(after.restUntilMs).toBeLessThanOrEqual(now + policy.limits.maxRetryAfterMs);
});
