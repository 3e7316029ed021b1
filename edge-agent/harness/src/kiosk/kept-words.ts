import type { IncomingMessage } from 'node:http';

/** Fields of the agent's answers whose values are one shopper's, and open something: they must be gone with the shopper. */
const OF_ONE_SHOPPER: ReadonlySet<string> = new Set([
  'visit',
  'code',
  'claimUrl',
  'memberId',
  'requestId',
  'maskedPhone',
]);
/** A shorter word stands in a page by accident. */
const LEAST_CHARS = 6;
const MOST_BYTES = 1024 ** 2;
/** What is nobody's; everything else may be somebody's. */
const PUBLIC = /^\/v1\/(kiosk\/offers|consents|events|pair)/;

/** Which words of one shopper's must be nowhere once the shopper has left. */
export class KeptWords {
  #words = new Set<string>();

  /** What the shopper typed. */
  add(word: string): void {
    if (word.length >= LEAST_CHARS) this.#words.add(word);
  }

  /** The next shopper begins; what the last one's words were is returned. */
  take(): string[] {
    const words = [...this.#words];
    this.#words.clear();
    return words;
  }

  listen(path: string, answer: IncomingMessage): void {
    if (PUBLIC.test(path)) return;
    const chunks: Buffer[] = [];
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MOST_BYTES) chunks.push(chunk);
    });
    answer.on('end', () => {
      try {
        this.#collect(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      } catch {
        // An answer that is no JSON tells nothing.
      }
    });
  }

  #collect(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, held] of Object.entries(value)) {
      if (typeof held === 'string' && OF_ONE_SHOPPER.has(name) && !isErrorCode(held)) this.add(held);
      else this.#collect(held);
    }
  }
}

/** A refusal has a `code` too. */
const isErrorCode = (word: string): boolean => /^[A-Z][A-Z0-9_]+$/.test(word);

/** Those of the words that stand in a text, also where it groups digits by spaces or hyphens. */
export function wordsIn(text: string, words: readonly string[]): string[] {
  if (words.length === 0) return [];
  const close = text.replaceAll(/[\s-]/g, '');
  return words.filter((word) => text.includes(word) || (/^\+?\d+$/.test(word) && close.includes(word)));
}
