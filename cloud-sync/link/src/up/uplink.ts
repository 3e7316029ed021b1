import { BATCH_TYPE, BatchAck, MAX_BATCH_BYTES } from '@tillside/protocol';
import { z } from 'zod';
import { LinkError, problem } from '../errors.ts';
import { type HttpPort, networkError, postGzip, postJson } from '../http.ts';
import type { LinkLimits } from '../limits.ts';
import type { Clock, HubCredential, Log, OutboxPort, Random } from '../ports.ts';
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
  state(): UpState;
  /** Resolves when no request is in flight; abort `http.stopping` first. */
  stop(): Promise<void>;
}

/** What the hub answers to a key deposit is of no consequence beyond its status. */
const Anything = z.unknown();

/** Drives the state machine: performs its effects one after the other and feeds the results back. */
export function startUplink(options: UplinkOptions): Uplink {
  const { clock, log, outbox, random, limits } = options;
  const policy = { pollMs: options.pollMs, limits };
  let state = UP_START;
  let stopped = false;
  let cancelTimer = () => {};
  let work: Promise<void> = Promise.resolve();

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
    work = work.then(() => run(effect)).then(feed, (error: unknown) => feed(failure(error)));
  };
  const failure = (error: unknown): UpInput => {
    const known = error instanceof LinkError ? error : new LinkError(problem('OUTBOX_FAILED', String(error)));
    const { retryAfterMs } = known;
    return { type: 'failed', problem: known.problem, retryAfterMs, nowMs: clock.nowMs(), unit: random() };
  };
  const run = async (effect: Exclude<UpEffect, { type: 'wakeAt' }>): Promise<UpInput> => {
    switch (effect.type) {
      case 'sendBatch':
        return sendBatch(options, effect.maxEvents);
      case 'sendKeys':
        return { type: 'keysDone', deposited: await depositKeys(options), nowMs: clock.nowMs() };
      case 'settle': {
        if (effect.conflicts.length > 0) {
          log.warn({ conflicts: effect.conflicts.length }, 'the hub holds other events here: opening a new epoch');
          await outbox.conflict(effect.conflicts);
        }
        const deleted = await outbox.trim(effect.acks);
        const { retryAfterMs } = effect;
        const conflicts = effect.conflicts.length;
        return { type: 'trimmed', deleted, conflicts, retryAfterMs, nowMs: clock.nowMs(), unit: random() };
      }
    }
  };

  feed({ type: 'nudge', nowMs: clock.nowMs() });
  return {
    nudge: () => feed({ type: 'nudge', nowMs: clock.nowMs() }),
    state: () => state,
    stop: async () => {
      stopped = true;
      cancelTimer();
      await work;
    },
  };
}

async function sendBatch(options: UplinkOptions, maxEvents: number): Promise<UpInput> {
  const { outbox, hub, http, clock, random, limits, log } = options;
  const batchId = uuidFrom(random);
  const batch = await outbox.next(batchId, { events: maxEvents, bytes: MAX_BATCH_BYTES });
  if (batch === undefined) return { type: 'nothingToSend' };
  const ack = await postGzip(http, {
    url: `${hub.hubUrl}/v1/sync/batches`,
    credential: hub.credential,
    type: BATCH_TYPE,
    body: batch.body,
    answer: BatchAck,
    refused: 'HUB_REFUSED_BATCH',
    maxAnswerBytes: limits.maxAnswerBytes,
    nowMs: clock.nowMs(),
  });
  if (ack.batchId !== batchId) {
    throw new LinkError(problem('HUB_ANSWER_UNREADABLE', 'the answer belongs to another batch'));
  }
  if (ack.quarantined > 0)
    log.warn({ quarantined: ack.quarantined }, 'the hub put events aside that it could not read');
  return { type: 'acked', ack, nowMs: clock.nowMs() };
}

async function depositKeys(options: UplinkOptions): Promise<number> {
  const { outbox, hub, http, clock, store, limits } = options;
  const keys = await outbox.keysToDeposit(limits.maxKeysPerDeposit);
  if (keys.length === 0) return 0;
  try {
    await postJson(http, {
      url: `${hub.hubUrl}/v1/sync/keys`,
      credential: hub.credential,
      body: { store, keys },
      answer: Anything,
      refused: 'HUB_REFUSED_BATCH',
      maxAnswerBytes: limits.maxAnswerBytes,
      nowMs: clock.nowMs(),
    });
  } catch (error) {
    throw networkError(error);
  }
  await outbox.keysDeposited(keys.map(({ memberId }) => memberId));
  return keys.length;
}
