import { MAX_BATCH_EVENTS } from '@tillside/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from '../backoff.ts';
import { problem } from '../errors.ts';
import { LINK_LIMITS } from '../limits.ts';
import { stepUp, UP_START, type UpInput, type UpState } from './machine.ts';
import { uuidFrom } from './uuid.ts';

const policy = { pollMs: 30_000, limits: LINK_LIMITS };
const down = problem('HUB_UNREACHABLE');
const run = (state: UpState, ...inputs: UpInput[]) =>
  inputs.reduce((before, input) => stepUp(before[0], input, policy), [state, []] as ReturnType<typeof stepUp>);
const failed = (unit: number, retryAfterMs?: number, found = down): UpInput => ({
  type: 'failed',
  problem: found,
  retryAfterMs,
  nowMs: 0,
  unit,
});
const trimmed = (deleted: number, conflicts = 0): UpInput => ({
  type: 'trimmed',
  deleted,
  conflicts,
  retryAfterMs: undefined,
  nowMs: 0,
  unit: 0.5,
});
const nudge: UpInput = { type: 'nudge', nowMs: 0 };

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
    const [nudged, nothing] = stepUp(next, nudge, policy);
    expect(nothing).toEqual([]);
    state = stepUp(nudged, { type: 'timer', nowMs: 0 }, policy)[0];
  }
  expect(waits).toEqual([250, 500, 1000]);
});

test('a pause that the hub asks for is honoured, up to a limit', () => {
  const busy = problem('HUB_BUSY');
  expect(run(UP_START, nudge, failed(0, 7000, busy))[1]).toEqual([{ type: 'wakeAt', atMs: 7000 }]);
  const [, [effect]] = run(UP_START, nudge, failed(0, 9e12, busy));
  expect(effect).toEqual({ type: 'wakeAt', atMs: LINK_LIMITS.maxRetryAfterMs });
});

test('a batch found too large is halved, and grows again when batches pass', () => {
  const large = problem('HUB_BATCH_TOO_LARGE');
  const [halved] = run(
    UP_START,
    nudge,
    failed(0, undefined, large),
    { type: 'timer', nowMs: 0 },
    failed(0, undefined, large),
  );
  expect(halved.maxEvents).toBe(MAX_BATCH_EVENTS / 4);
  const [grown] = run({ ...halved, phase: 'acking' }, trimmed(10));
  expect(grown.maxEvents).toBe(MAX_BATCH_EVENTS / 2);
});

test('a hub that acknowledges nothing, or conflicts twice in a row, cannot spin us', () => {
  expect(run({ ...UP_START, phase: 'acking' }, trimmed(0))[0].problem?.code).toBe('HUB_ACK_WITHOUT_PROGRESS');
  const [once] = run({ ...UP_START, phase: 'acking' }, trimmed(0, 1));
  expect(once.phase).toBe('keys');
  expect(run({ ...once, phase: 'acking' }, trimmed(0, 1))[0].phase).toBe('resting');
});

test('never more than one request in flight, whatever comes', () => {
  const input = fc.constantFrom<UpInput>(
    nudge,
    { type: 'timer', nowMs: 0 },
    { type: 'nothingToSend' },
    { type: 'keysDone', deposited: 0, nowMs: 0 },
    { type: 'keysDone', deposited: 2, nowMs: 0 },
    trimmed(3),
    trimmed(0),
    failed(0.3),
  );
  const answers = { batch: ['nothingToSend', 'failed'], acking: ['trimmed', 'failed'], keys: ['keysDone', 'failed'] };
  fc.assert(
    fc.property(fc.array(input, { maxLength: 60 }), (inputs) => {
      let state: UpState = UP_START;
      for (const next of inputs) {
        const inFlight = state.phase === 'idle' || state.phase === 'resting' ? undefined : answers[state.phase];
        const possible = next.type === 'nudge' || next.type === 'timer' || inFlight?.includes(next.type) === true;
        if (!possible) continue;
        const outside = next.type === 'nudge' || next.type === 'timer';
        const [after, effects] = stepUp(state, next, policy);
        const requests = effects.filter(({ type }) => type !== 'wakeAt').length;
        expect(requests).toBeLessThanOrEqual(inFlight !== undefined && outside ? 0 : 1);
        state = after;
      }
    }),
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
