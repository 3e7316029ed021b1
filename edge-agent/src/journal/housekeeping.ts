import { AgentError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { Journal } from './journal.ts';
import { allLanes, bytesOf } from './lanes.ts';
import type { Outbox } from './outbox.ts';
import { deleteHeld } from './retention.ts';
import { type ShedReason, shedNext } from './shed.ts';

const MS_A_DAY = 86_400_000;
/** Steps of one look at the journal, each a transaction of a few milliseconds. */
const STEPS_A_TICK = 10;
/** Steps for one write that found the disk full. */
const STEPS_WHEN_FULL = 8;
/** From this share of the budget on somebody should look. */
const NEAR = 0.9;
/** What was given up is told as a condition for so long; its count stays. */
const TOLD_MS = 24 * 3_600_000;

export interface HousekeepingOptions {
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Days that an event stays after the hub has it. */
  readonly keepDays: number;
  /** Room for events; undefined: what the disk has. */
  readonly budgetBytes: number | undefined;
}

/**
 * Keeps the events within their room: those that the hub holds go after a while, or earlier for want of room; then waiting events are given up in the declared
 * order (shed.ts), each counted and declared to HQ.
 */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  #cursor = 0;
  #shedAtMs: number | undefined;
  #isMaking = false;
  #isFull = false;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
    options.journal.onFull(() => this.makeRoom());
  }

  /** Bytes of the events that are here. */
  bytes(): number {
    const { journal } = this.#options;
    return allLanes(journal).reduce((sum, lane) => sum + bytesOf(journal, lane), 0);
  }

  /** To be called about once a second. */
  tick(): void {
    const { journal, clock, keepDays, budgetBytes } = this.#options;
    deleteHeld(journal, clock.now() - keepDays * MS_A_DAY);
    if (budgetBytes === undefined) return;
    let isOver = this.bytes() > budgetBytes;
    // Where nothing more may go, the look begins anew with the next tick.
    this.#cursor = isOver ? this.#cursor : 0;
    for (let step = 0; step < STEPS_A_TICK && isOver; step++) {
      if (this.#giveUp('disk-budget') === 0) break;
      isOver = this.bytes() > budgetBytes;
    }
    this.#isFull = isOver;
  }

  /** For a write that found no room. True when something could go. */
  makeRoom(): boolean {
    if (this.#isMaking) return false;
    this.#isMaking = true;
    try {
      let freed = 0;
      for (let step = 0; step < STEPS_WHEN_FULL; step++) {
        const now = this.#giveUp('disk-full');
        freed += now;
        if (now === 0) break;
      }
      return freed > 0;
    } catch {
      // The write that asked says what is wrong.
      return false;
    } finally {
      this.#isMaking = false;
    }
  }

  /** A budget that is nearly used up, before anything is given up; and what was given up. */
  conditions(): AgentError[] {
    const { budgetBytes, clock, outbox } = this.#options;
    const found: AgentError[] = [];
    const { shed, aside } = outbox.counts();
    if (this.#shedAtMs !== undefined && clock.now() - this.#shedAtMs < TOLD_MS)
      found.push(new AgentError('EVENTS_GIVEN_UP', { detail: `(${shed})` }));
    else if (budgetBytes !== undefined && this.bytes() > budgetBytes * NEAR)
      found.push(new AgentError('EVENTS_NEAR_BUDGET', { detail: `(${Math.round(budgetBytes / 1024 ** 2)} MiB)` }));
    if (this.#isFull) found.push(new AgentError('EVENTS_OVER_BUDGET'));
    if (aside > 0) found.push(new AgentError('EVENTS_NOT_TAKEN', { detail: `(${aside})` }));
    return found;
  }

  /** What the hub holds first, whatever its age; then what waits. */
  #giveUp(reason: ShedReason): number {
    const { journal, clock } = this.#options;
    const { reserved } = this.#options.outbox;
    const deleted = deleteHeld(journal, Number.POSITIVE_INFINITY);
    if (deleted > 0) return deleted;
    for (let look = 0; look < STEPS_A_TICK; look++) {
      const { shed, cursor } = shedNext(journal, { reason, cursor: this.#cursor, reserved });
      const hasMoved = cursor !== this.#cursor;
      this.#cursor = cursor;
      if (shed > 0) this.#shedAtMs = clock.now();
      if (shed > 0 || !hasMoved) return shed;
    }
    return 0;
  }
}
