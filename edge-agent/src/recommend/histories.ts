import { buildMemberHistory, type MemberHistory, type Purchase } from '@tillside/features';
import type { Reader } from '../journal/index.ts';
import { type PastPurchase, purchaseMark, purchasesOf } from '../members/members.ts';

/** Members whose history is kept folded: those who are in the shop. */
const MAX_KEPT = 500;

/** What one member bought at one time is one basket. */
export const toPurchase = (row: PastPurchase): Purchase => ({ ...row, basketId: `${row.memberId} ${row.at}` });

/** What members bought before, folded as recommendations need it. A till asks for one member again and again while a basket grows. */
export class Histories {
  #reader: Reader;
  #kept = new Map<string, { mark: string; history: MemberHistory | undefined }>();

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  of(memberId: string): MemberHistory | undefined {
    const mark = purchaseMark(this.#reader, memberId);
    const known = this.#kept.get(memberId);
    this.#kept.delete(memberId);
    const kept = known?.mark === mark ? known : { mark, history: this.#fold(memberId) };
    this.#kept.set(memberId, kept);
    if (this.#kept.size > MAX_KEPT) {
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return kept.history;
  }

  /** An import took purchases away and brought others. */
  forget(): void {
    this.#kept.clear();
  }

  #fold(memberId: string): MemberHistory | undefined {
    const rows = purchasesOf(this.#reader, memberId);
    return rows.length === 0 ? undefined : buildMemberHistory(rows.map(toPurchase));
  }
}
