import { AgentError } from '../errors.ts';
import { type Clock, instantOf, type Random } from '../ports.ts';

/** Begins the word of a visit, where a member's code could stand as well. */
const VISIT_PREFIX = 'TV:';
const WORD_BYTES = 16;
/** A shopper at a kiosk is done by then; the page wipes itself much earlier. */
const LIFE_MS = 15 * 60_000;
/** Visits at a time in one store; the oldest gives way. */
const MAX_VISITS = 200;

interface Visit {
  readonly deviceId: string;
  readonly memberId: string;
  readonly until: number;
}

/**
 * Who is at which kiosk: a code of a phone is of another time within a minute, so sign-in gives a word that stands for the member as long as the visit lasts. In memory: a restart
 * ends them all.
 */
export class Visits {
  #clock: Clock;
  #random: Random;
  #visits = new Map<string, Visit>();

  constructor(options: { clock: Clock; random: Random }) {
    this.#clock = options.clock;
    this.#random = options.random;
  }

  begin(deviceId: string, memberId: string): { visit: string; visitUntil: string } {
    const visit = `${VISIT_PREFIX}${this.#random.bytes(WORD_BYTES).toString('base64url')}`;
    const until = this.#clock.now() + LIFE_MS;
    const oldest = this.#visits.keys().next();
    if (this.#visits.size >= MAX_VISITS && oldest.done === false) this.#visits.delete(oldest.value);
    this.#visits.set(visit, { deviceId, memberId, until });
    return { visit, visitUntil: instantOf(until) };
  }

  /** The same visit goes on. Throws VISIT_ENDED. */
  again(deviceId: string, word: string): { visit: string; visitUntil: string } {
    this.memberOf(deviceId, word);
    return { visit: word, visitUntil: instantOf(this.#visits.get(word)?.until ?? this.#clock.now()) };
  }

  static isWord(code: string): boolean {
    return code.startsWith(VISIT_PREFIX);
  }

  /** Whose visit it is. Throws VISIT_ENDED, also for the word of another kiosk. */
  memberOf(deviceId: string, word: string): string {
    const visit = this.#visits.get(word);
    const leftMs = visit === undefined ? 0 : visit.until - this.#clock.now();
    // One that has longer to go than any can have was begun by a clock that has since been set back.
    if (visit === undefined || visit.deviceId !== deviceId || leftMs <= 0 || leftMs > LIFE_MS)
      throw new AgentError('VISIT_ENDED');
    return visit.memberId;
  }

  /** Idempotent. */
  end(deviceId: string, word: string): void {
    if (this.#visits.get(word)?.deviceId === deviceId) this.#visits.delete(word);
  }

  /** All visits of a member who is gone. */
  endOf(memberId: string): void {
    for (const [word, visit] of this.#visits) if (visit.memberId === memberId) this.#visits.delete(word);
  }
}
