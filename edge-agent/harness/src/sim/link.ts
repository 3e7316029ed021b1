import {
  LINK_LIMITS,
  type LinkErrorCode,
  type LinkLimits,
  problem,
  stepUp,
  UP_START,
  type UpEffect,
  type UpInput,
  type UpState,
} from '@tillside/link/machines';
import type { BatchAck } from '@tillside/protocol';
import type { Entry, SimJournal } from './journal.ts';
import type { VirtualTime } from './time.ts';

/** What came of a request, as the store sees it. */
export type Outcome =
  | { readonly ack: BatchAck }
  | { readonly failed: LinkErrorCode; readonly retryAfterMs: number | undefined };

export interface LinkPorts {
  readonly time: VirtualTime;
  readonly journal: SimJournal;
  readonly pollMs: number;
  readonly limits: LinkLimits;
  /** As the limit of bytes does for large events: no batch has more. */
  readonly mostEvents: number;
  nowMs(): number;
  unit(): number;
  /** Runs `next` when all that is committed by now is on the disk. */
  whenSynced(next: () => void): void;
  send(batchId: string, entries: readonly Entry[], done: (outcome: Outcome) => void): void;
  uuid(): string;
  readonly sleepsForEver: boolean;
}

/** Drives the real machine of the uplink in virtual time. `stop` is what a crash leaves of it: nothing. */
export class SimLink {
  state: UpState = UP_START;
  requests = 0;
  #ports: LinkPorts;
  #stopped = false;
  #cancelTimer = (): void => {};

  constructor(ports: LinkPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.nudge();
  }

  nudge(): void {
    this.#feed({ type: 'nudge', nowMs: this.#ports.nowMs() });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
  }

  #feed(input: UpInput): void {
    if (this.#stopped) return;
    const { pollMs, limits } = this.#ports;
    const [state, effects] = stepUp(this.state, input, { pollMs, limits });
    this.state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: UpEffect): void {
    const { time, nowMs, sleepsForEver } = this.#ports;
    switch (effect.type) {
      case 'wakeAt':
        this.#cancelTimer();
        if (sleepsForEver && this.state.phase === 'resting') return;
        this.#cancelTimer = time.after(effect.atMs - nowMs(), () => this.#feed({ type: 'timer', nowMs: nowMs() }));
        return;
      case 'sendKeys':
        // Each effect is performed in its own turn, as asynchronous work is.
        time.after(0, () => this.#feed({ type: 'keysDone', deposited: 0, nowMs: nowMs() }));
        return;
      case 'sendBatch':
        time.after(1 + effect.afterMs, () => this.#send(effect.maxEvents));
        return;
    }
  }

  #send(maxEvents: number): void {
    if (this.#stopped) return;
    const { journal, nowMs, unit, uuid, mostEvents, whenSynced, send } = this.#ports;
    const batchId = uuid();
    const batch = journal.next(batchId, Math.min(maxEvents, mostEvents));
    if (batch === undefined) {
      this.#feed({ type: 'nothingToSend', nowMs: nowMs() });
      return;
    }
    const { entries } = batch;
    const askedMs = this.#ports.time.nowMs;
    whenSynced(() => {
      if (this.#stopped) return;
      this.requests += 1;
      send(batchId, entries, (outcome) => {
        if (this.#stopped) return;
        if ('failed' in outcome) {
          const { failed, retryAfterMs } = outcome;
          journal.release(batchId);
          this.#feed({
            type: 'failed',
            of: 'batch',
            problem: problem(failed),
            retryAfterMs,
            nowMs: nowMs(),
            unit: unit(),
          });
          return;
        }
        const { ack } = outcome;
        const settled = journal.settle(batchId, ack);
        this.#feed({
          type: 'settled',
          // A batch that is full by another limit is a full one.
          events: entries.length >= mostEvents ? maxEvents : entries.length,
          settled,
          conflicts: ack.conflicts.length,
          retryAfterMs: ack.retryAfterMs,
          tookMs: this.#ports.time.nowMs - askedMs,
          ownMs: 1,
          // Both paces have their turn.
          tillsBusy: this.requests % 2 === 0,
          nowMs: nowMs(),
          unit: unit(),
        });
      });
    });
  }
}

export const limitsOf = (backoffCapMs: number): LinkLimits => ({ ...LINK_LIMITS, backoffCapMs });
