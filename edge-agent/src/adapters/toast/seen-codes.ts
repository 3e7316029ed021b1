import { createHash } from 'node:crypto';

/** Codes of the checks that are open at a time, and how long one of them may stay open. */
const MAX_SEEN = 2_000;
const SEEN_MS = 24 * 3_600_000;

const hashOf = (code: string): string => createHash('sha256').update(code).digest('hex');

/**
 * Members' codes that were good when they were shown. A rotating code is good for a moment, and the POS keeps it as the account of its check until that is paid. Forgotten at a restart:
 * then the guest shows a new one.
 */
export class SeenCodes {
  #members = new Map<string, { readonly memberId: string; readonly atMs: number }>();

  note(code: string, memberId: string, atMs: number): void {
    const key = hashOf(code);
    if (this.#members.has(key)) return;
    this.#members.set(key, { memberId, atMs });
    const oldest = this.#members.keys().next();
    if (this.#members.size > MAX_SEEN && oldest.done === false) this.#members.delete(oldest.value);
  }

  memberOf(code: string, atMs: number): string | undefined {
    const seen = this.#members.get(hashOf(code));
    return seen !== undefined && atMs >= seen.atMs && atMs - seen.atMs <= SEEN_MS ? seen.memberId : undefined;
  }
}
