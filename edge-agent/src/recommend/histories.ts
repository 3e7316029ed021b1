import {
  buildMemberHistory,
  HistoryFold,
  type MemberHistory,
  type MemberScore,
  type MemberTaste,
  type Purchase,
  toBaskets,
} from '@tillside/features';
import type { Reader } from '../journal/index.ts';
import { type PastPurchase, purchaseMark, purchasesOf } from '../members/members.ts';

/** Members whose history is kept folded: those who are in the shop. */
const MAX_KEPT = 500;

/** What one member bought at one time is one basket. */
export const toPurchase = (row: PastPurchase): Purchase => ({ ...row, basketId: `${row.memberId} ${row.at}` });

/** What a recommendation may know of a member who agreed to it. */
export interface Known {
  readonly history: MemberHistory | undefined;
  readonly scores: readonly MemberScore[];
}

/** What HQ knows of a member, as the member pack brought it; undefined without a pack, or for whom it does not know. */
export type TasteOf = (memberId: string) => MemberTaste | undefined;

/** What members bought before, folded as recommendations need it. A till asks for one member again and again while a basket grows. */
export class Histories {
  #reader: Reader;
  #tasteOf: TasteOf;
  #kept = new Map<string, { mark: string; known: Known }>();

  constructor(reader: Reader, tasteOf: TasteOf) {
    this.#reader = reader;
    this.#tasteOf = tasteOf;
  }

  of(memberId: string): Known {
    const taste = this.#tasteOf(memberId);
    // A taste tells more once more of its products are known here.
    const size = `${taste?.history?.items.length} ${taste?.scores.length}`;
    const mark = `${purchaseMark(this.#reader, memberId)} ${taste?.untilMs} ${size}`;
    const kept = this.#kept.get(memberId);
    this.#kept.delete(memberId);
    const now = kept?.mark === mark ? kept : { mark, known: this.#fold(memberId, taste) };
    this.#kept.set(memberId, now);
    if (this.#kept.size > MAX_KEPT) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return now.known;
  }

  /** An import took purchases away and brought others. */
  forget(): void {
    this.#kept.clear();
  }

  #fold(memberId: string, taste: MemberTaste | undefined): Known {
    const purchases = purchasesOf(this.#reader, memberId).map(toPurchase);
    return knownOf(purchases, taste);
  }
}

/** HQ's history of all stores, and what this store sold later; without one, what this store knows. */
export function knownOf(purchases: readonly Purchase[], taste: MemberTaste | undefined): Known {
  if (taste?.history === undefined) return { history: buildMemberHistory(purchases), scores: taste?.scores ?? [] };
  const fold = HistoryFold.from(taste.history);
  // A basket of before HQ's word is in it already; one from a clock that was behind would go back in time.
  const fromMs = Math.max(taste.untilMs, taste.history.lastAtMs);
  for (const { atMs, items } of toBaskets(purchases))
    if (atMs > fromMs)
      fold.add(
        items.map(({ sku }) => sku),
        atMs,
      );
  return { history: fold.snapshot(), scores: taste.scores };
}
