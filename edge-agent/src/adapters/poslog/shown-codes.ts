import type { MemberFinder } from '../../members/find.ts';

/** Codes of one document that are remembered; a store's day has fewer members. */
const MAX_REMEMBERED = 20_000;

/**
 * The member codes of one document, each looked for once in the one way (find.ts) before anything of its sale is written. After the first that HQ does not answer in time it is asked no
 * more until the next document: a day's sales must not wait for each member of theirs.
 */
export class ShownCodes {
  #finder: Pick<MemberFinder, 'prepare' | 'know'>;
  #unanswered = new Map<string, boolean>();
  #isAway = false;

  constructor(finder: Pick<MemberFinder, 'prepare' | 'know'>) {
    this.#finder = finder;
  }

  async prepare(codes: readonly string[]): Promise<void> {
    for (const code of codes) {
      if (this.#unanswered.has(code)) continue;
      if (this.#unanswered.size >= MAX_REMEMBERED) this.#unanswered.clear();
      this.#unanswered.set(code, await this.#lookFor(code));
    }
  }

  /** Nobody here has the code, and HQ did not say: the sale is a guest's until HQ joins it. */
  isUnanswered(code: string): boolean {
    return this.#unanswered.get(code) === true;
  }

  async #lookFor(code: string): Promise<boolean> {
    if (this.#isAway) return !this.#finder.know({ code });
    const { isUnanswered } = await this.#finder.prepare({ code });
    this.#isAway = isUnanswered;
    return isUnanswered;
  }
}
