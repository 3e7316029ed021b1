import { BATCH_TYPE, BatchAck, MAX_BATCH_BYTES } from '@tillside/protocol';
import { z } from 'zod';
import { LinkError, problem } from '../errors.ts';
import { type HttpPort, postGzip, postJson } from '../http.ts';
import type { LinkLimits } from '../limits.ts';
import type { Clock, HubCredential, Log, OutboxPort, Random, Settled } from '../ports.ts';
import { stepUp, UP_START, type UpEffect, type UpInput, type UpState } from './machine.ts';
import { uuidFrom } from './uuid.ts';

export interface UplinkOptions {
  readonly store: string;
  readonly hub: HubCredential;
  readonly outbox: OutboxPort;
  readonly http: HttpPort;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly pollMs: number;
  readonly limits: LinkLimits;
}

export interface Uplink {
  nudge(): void;
  /** Somebody in the store was served: the backlog gives way to them for a while. */
  served(): void;
  state(): UpState;
  /** Resolves when no request is in flight; abort `http.stopping` first. */
  stop(): Promise<void>;
}

/** So long after one call of a till the next is expected. */
const TILLS_BUSY_MS = 2_000;

/** What the hub answers to a key deposit is of no consequence beyond its status. */
const Anything = z.unknown();

/** Drives the state machine: performs its effects and feeds the results back. */
export function startUplink(options: UplinkOptions): Uplink {
  const { clock, log, random, limits } = options;
  const policy = { pollMs: options.pollMs, limits };
  let state = UP_START;
  let stopped = false;
  let cancelTimer = () => {};
  let servedAtMs = Number.NEGATIVE_INFINITY;
  const working = new Set<Promise<void>>();

  const feed = (input: UpInput): void => {
    if (stopped) return;
    const before = state.problem?.code;
    const [next, effects] = stepUp(state, input, policy);
    state = next;
    const after = state.problem;
    if (after !== undefined && after.code !== before) log.warn({ code: after.code, hint: after.hint }, after.message);
    if (after === undefined && before !== undefined) log.info({ code: before }, 'the outbox drains again');
    for (const effect of effects) perform(effect);
  };
  const perform = (effect: UpEffect): void => {
    if (effect.type === 'wakeAt') {
      cancelTimer();
      cancelTimer = clock.after(Math.max(0, effect.atMs - clock.nowMs()), () =>
        feed({ type: 'timer', nowMs: clock.nowMs() }),
      );
      return;
    }
    const work = (effect.type === 'sendBatch' ? sendBatch(options, effect, tillsBusy) : depositKeys(options))
      .catch((error: unknown) => failure(effect.type === 'sendBatch' ? 'batch' : 'keys', error))
      .then((input) => {
        working.delete(work);
        feed(input);
      });
    working.add(work);
  };
  const tillsBusy = (): boolean => Math.abs(clock.nowMs() - servedAtMs) < TILLS_BUSY_MS;
  const failure = (of: 'batch' | 'keys', error: unknown): UpInput => {
    const known = error instanceof LinkError ? error : new LinkError(problem('OUTBOX_FAILED', String(error)));
    const { retryAfterMs } = known;
    return { type: 'failed', of, problem: known.problem, retryAfterMs, nowMs: clock.nowMs(), unit: random() };
  };

  feed({ type: 'nudge', nowMs: clock.nowMs() });
  return {
    nudge: () => feed({ type: 'nudge', nowMs: clock.nowMs() }),
    served: () => {
      servedAtMs = clock.nowMs();
    },
    state: () => state,
    stop: async () => {
      stopped = true;
      cancelTimer();
      await Promise.all(working);
    },
  };
}

async function sendBatch(
  options: UplinkOptions,
  { maxEvents, afterMs }: { maxEvents: number; afterMs: number },
  tillsBusy: () => boolean,
): Promise<UpInput> {
  const { outbox, clock, random, log } = options;
  if (afterMs > 0) await new Promise<void>((resolve) => clock.after(afterMs, resolve));
  if (options.http.stopping.aborted) return { type: 'nothingToSend', nowMs: clock.nowMs() };
  const batchId = uuidFrom(random);
  const beganMs = clock.nowMs();
  const batch = await outbox.next(batchId, { events: maxEvents, bytes: MAX_BATCH_BYTES });
  if (batch === undefined) return { type: 'nothingToSend', nowMs: clock.nowMs() };
  const { events } = batch;
  const readyMs = clock.nowMs();
  let answeredMs = readyMs;
  let ack: BatchAck | undefined;
  let settled: Settled;
  try {
    ack = await postBatch(options, batchId, batch.body);
    answeredMs = clock.nowMs();
    settled = await outbox.settle(batchId, ack);
  } catch (error) {
    // Only one event is left to be too large: no pause will change that.
    if (!(error instanceof LinkError && error.problem.code === 'HUB_BATCH_TOO_LARGE' && events === 1)) {
      outbox.release(batchId);
      throw error;
    }
    settled = await outbox.setAside(batchId, error.problem);
  }
  if (settled.aside > 0) log.warn({ aside: settled.aside }, 'the hub takes these events never: put aside');
  if (ack !== undefined && ack.quarantined > 0)
    log.warn({ quarantined: ack.quarantined }, 'the hub put events aside that it could not read');
  const conflicts = ack?.conflicts.length ?? 0;
  if (conflicts > 0) log.warn({ conflicts }, 'the hub holds other events here: this store was restored');
  const nowMs = clock.nowMs();
  return {
    type: 'settled',
    events,
    settled: settled.settled,
    conflicts,
    retryAfterMs: ack?.retryAfterMs,
    tookMs: nowMs - beganMs,
    ownMs: readyMs - beganMs + (nowMs - answeredMs),
    tillsBusy: tillsBusy(),
    nowMs,
    unit: random(),
  };
}

async function postBatch(options: UplinkOptions, batchId: string, body: Uint8Array): Promise<BatchAck> {
  const { hub, http, clock, limits } = options;
  const ack = await postGzip(http, {
    url: `${hub.hubUrl}/v1/sync/batches`,
    credential: hub.credential,
    type: BATCH_TYPE,
    body,
    answer: BatchAck,
    refused: 'HUB_REFUSED_BATCH',
    maxAnswerBytes: limits.maxAnswerBytes,
    nowMs: clock.nowMs(),
  });
  if (ack.batchId !== batchId)
    throw new LinkError(problem('HUB_ANSWER_UNREADABLE', 'the answer belongs to another batch'));
  return ack;
}

async function depositKeys(options: UplinkOptions): Promise<UpInput> {
  const { outbox, hub, http, clock, store, limits } = options;
  const keys = await outbox.keysToDeposit(limits.maxKeysPerDeposit);
  if (keys.length > 0) {
    await postJson(http, {
      url: `${hub.hubUrl}/v1/sync/keys`,
      credential: hub.credential,
      body: { store, keys },
      answer: Anything,
      refused: 'HUB_REFUSED_BATCH',
      maxAnswerBytes: limits.maxAnswerBytes,
      nowMs: clock.nowMs(),
    });
    await outbox.keysDeposited(keys.map(({ memberId }) => memberId));
  }
  return { type: 'keysDone', deposited: keys.length, nowMs: clock.nowMs() };
}
