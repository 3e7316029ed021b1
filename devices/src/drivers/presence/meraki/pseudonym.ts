import { createHmac } from 'node:crypto';

const DAY_MS = 86_400_000;
const VISITOR_HEX_DIGITS = 16;

/**
 * Names devices for one UTC day: HMAC-SHA256 under a random key that lives in memory only and is made anew each day, truncated to 64 bits. A plain
 * hash of a MAC can be inverted by trying all of them; this can't, and yesterday's names can't be linked with today's.
 */
export class DailyPseudonyms {
  readonly #randomKey: () => Uint8Array;
  #day = -1;
  #key: Uint8Array = new Uint8Array();

  constructor(randomKey: () => Uint8Array) {
    this.#randomKey = randomKey;
  }

  visitor(mac: string, nowMs: number): string {
    const day = Math.floor(nowMs / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#key = this.#randomKey();
    }
    return createHmac('sha256', this.#key).update(mac).digest('hex').slice(0, VISITOR_HEX_DIGITS);
  }
}

/** A locally administered address (second-least bit of the first byte): a phone that hides its own, and changes it within minutes. */
export const isRandomised = (mac: string): boolean => (Number.parseInt(mac.slice(0, 2), 16) & 0x02) !== 0;
