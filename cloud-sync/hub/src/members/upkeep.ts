import type { Logger } from 'pino';
import { type Clock, instantOf } from '../clock.ts';
import type { HubStorage } from '../storage/port.ts';
import { runDuplicates } from './duplicate-run.ts';
import { runGuests } from './guest-run.ts';
import { runPhones } from './phone-run.ts';
import { mergeSamePhone } from './same-phone.ts';
import { runTiers } from './tier-run.ts';

/** What came of a nudge is waited for so long, so that a deposit of many keys is one run. */
const NUDGED_MS = 500;
const EVERY_MS = 30_000;
const DAY_MS = 86_400_000;
/** A partner asks again within days. Later a deed is still not done twice (its id makes the entry's and the member's), only not compared with what was asked then. */
const CLAIM_DAYS = 400;

export interface UpkeepPorts {
  readonly storage: Pick<HubStorage, 'members' | 'keys' | 'partners' | 'turns'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'error'>;
  readonly phoneIndex: (phone: string) => string;
  /** People were merged: all stores must hear of it. */
  readonly changed: () => void;
}

/** What HQ does with members by itself: phones, certain duplicates, sales of guests every half minute, tiers and who may be there twice every day. Of several hubs one does it at a time. */
export class MemberUpkeep {
  readonly #ports: UpkeepPorts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;
  #guestsAfter = 0;
  #phonesAfter: string | null = null;
  #lastDay = 0;
  #isCompareAsked = false;
  #comparing: Promise<void> | undefined;

  constructor(ports: UpkeepPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#plan(EVERY_MS);
  }

  /** Keys were deposited: soon. */
  nudge(): void {
    if (!this.#isStopped) this.#plan(NUDGED_MS);
  }

  /** Looks for who is there twice, now. */
  compare(): void {
    this.#isCompareAsked = true;
    this.nudge();
  }

  /** Whether that is asked for, or under way in this hub. */
  get isComparing(): boolean {
    return this.#isCompareAsked || this.#comparing !== undefined;
  }

  /** Waits for what is under way. Idempotent. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    await this.#comparing;
  }

  /** One round, now; what fails is told to the log and done by the next. */
  async round(): Promise<void> {
    const { storage, clock, log, phoneIndex } = this.#ports;
    try {
      const release = await storage.turns.take('members');
      if (release === null) return;
      try {
        const phones = await runPhones(storage, phoneIndex, instantOf(clock.now()));
        const { merged, after } = await mergeSamePhone(storage, instantOf(clock.now()), this.#phonesAfter);
        this.#phonesAfter = after;
        if (merged > 0) this.#ports.changed();
        const guests = await runGuests(storage.members, this.#guestsAfter, clock.now());
        this.#guestsAfter = guests.after;
        if (merged + phones.unreadable + guests.settled + guests.dropped > 0)
          log.info({ ...phones, merged, settled: guests.settled, dropped: guests.dropped }, 'members looked after');
        await this.#daily();
        await this.#compareIfDue();
      } finally {
        await release();
      }
    } catch (error) {
      log.error({ err: error }, 'members could not be looked after');
    }
  }

  async #daily(): Promise<void> {
    const { storage, clock, log } = this.#ports;
    const day = Math.floor(clock.now() / DAY_MS);
    if (day === this.#lastDay) return;
    const run = await runTiers(storage.members, clock.now(), () => this.#isStopped);
    if (this.#isStopped) return;
    this.#lastDay = day;
    await storage.partners.claims.forgetBefore(instantOf(clock.now() - CLAIM_DAYS * DAY_MS));
    if (run.raised + run.lowered > 0) log.info(run, 'tiers of members');
  }

  /** By the run that is kept, so that a hub that starts again does not compare again. It takes minutes with millions: the rounds go on beside it. */
  async #compareIfDue(): Promise<void> {
    const { storage, clock } = this.#ports;
    if (this.#comparing !== undefined) return;
    const last = await storage.members.duplicates.run();
    if (!this.#isCompareAsked && last !== null && clock.now() - Date.parse(last.at) < DAY_MS) return;
    this.#comparing = this.#compare().finally(() => {
      this.#comparing = undefined;
    });
    this.#isCompareAsked = false;
  }

  async #compare(): Promise<void> {
    const { storage, clock, log } = this.#ports;
    try {
      const release = await storage.turns.take('duplicates');
      if (release === null) return;
      try {
        const run = await runDuplicates({ storage, clock, isStopped: () => this.#isStopped });
        if (run !== null) log.info(run, 'members compared');
      } finally {
        await release();
      }
    } catch (error) {
      log.error({ err: error }, 'members could not be compared');
    }
  }

  #plan(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#running = this.#running
        .then(() => this.round())
        .then(() => {
          if (!this.#isStopped) this.#plan(EVERY_MS);
        });
    }, ms);
    this.#timer.unref();
  }
}
