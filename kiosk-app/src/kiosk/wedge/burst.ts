/**
 * Keys as they come from a hand and from a scanner that pretends to be a keyboard. A scanner sends a whole code within milliseconds and ends it with Enter or Tab; no hand types
 * five keys that fast. So a key is held back for a moment, until it is known whose it is.
 */

/** Longest time between two keys of a scanner; fast hands roll two or three keys in this. */
export const BURST_GAP_MS = 40;
/** From this many keys on it was no hand. */
export const BURST_MIN_KEYS = 5;
/** A code on a receipt or a phone is shorter; whatever goes on and on is not kept. */
export const BURST_MAX_KEYS = 256;

export interface Held {
  readonly text: string;
  readonly lastMs: number;
}
export const NOTHING_HELD: Held = { text: '', lastMs: 0 };

/** `typed`: by a hand. `scan`: by a scanner. */
export interface Said {
  readonly by: 'typed' | 'scan';
  readonly text: string;
}

/** What was held is let go: nothing came after it in time. */
export function settled({ text }: Held): Said | null {
  if (text === '') return null;
  return { by: text.length >= BURST_MIN_KEYS ? 'scan' : 'typed', text };
}

/** One more key, at its own time in ms. What was said before it may have come to an end by it. */
export function pressed(held: Held, key: string, atMs: number): { held: Held; said: Said | null; isOfScan: boolean } {
  const isFast = held.text !== '' && atMs - held.lastMs <= BURST_GAP_MS;
  if (key === 'Enter' || key === 'Tab') {
    const said = settled(held);
    return { held: NOTHING_HELD, said, isOfScan: isFast && said?.by === 'scan' };
  }
  if (!isFast) return { held: { text: key, lastMs: atMs }, said: settled(held), isOfScan: false };
  return { held: { text: `${held.text}${key}`.slice(0, BURST_MAX_KEYS), lastMs: atMs }, said: null, isOfScan: true };
}
