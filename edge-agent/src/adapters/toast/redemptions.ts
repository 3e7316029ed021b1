import type { Locale } from '@tillside/agent-contract';
import { decimalOf } from './money.ts';
import { type Candidate, type Decide, formOf, reasonOf, type Saving, savingOf } from './offers.ts';
import type { Redemption, RedemptionView } from './wire.ts';

/** A redemption that may stand on the check, and what it comes to now. */
export interface Accepted {
  readonly redemption: Redemption;
  readonly candidate: Candidate;
  readonly saving: Saving;
  readonly view: RedemptionView;
}

export interface Judged {
  readonly accepted: readonly Accepted[];
  readonly rejected: readonly { readonly redemption: RedemptionView; readonly message: string }[];
}

export interface Bench {
  readonly decide: Decide;
  readonly candidateOf: (identifier: string) => Candidate | undefined;
  readonly quantityOf: (selectionGuid: string) => number;
  /** Selections that carry an item discount of somebody else's. */
  readonly taken: ReadonlySet<string>;
  readonly locale: Locale;
  /** Before an amount is spent it must be the one that the shopper was shown. */
  readonly mustAgree: boolean;
}

const WORDS = {
  notYours: { 'zh-CN': '该优惠不属于此会员，或已使用。', en: 'Not an offer of this account, or used already.' },
  once: { 'zh-CN': '该优惠在一张账单上只能用一次。', en: 'This offer can be used once a check.' },
  otherItems: {
    'zh-CN': '账单已变化，该优惠现在用于别的商品，请重新选择。',
    en: 'The check has changed: this offer now applies to other items. Choose it again.',
  },
  otherAmount: {
    'zh-CN': '账单已变化，优惠金额不同，请重新选择。',
    en: 'The check has changed: this offer now saves another amount. Choose it again.',
  },
} as const satisfies Record<string, Record<Locale, string>>;

/**
 * Which of the redemptions on a check hold together: the engine decides with exactly these campaigns and coupons, and what gives nothing then, or is put where it saves nothing, is
 * rejected; what is left is decided again, until all of it stands. At most one round more than there are redemptions.
 */
export function judge(redemptions: readonly Redemption[], bench: Bench): Judged {
  const rejected: { redemption: RedemptionView; message: string }[] = [];
  const reject = (redemption: Redemption, message: string): void => {
    rejected.push({ redemption: viewOf(redemption), message });
  };
  const seen = new Set<string>();
  let standing = redemptions.flatMap((redemption) => {
    const candidate = bench.candidateOf(redemption.identifier);
    const { quantity } = redemption;
    if (candidate === undefined) reject(redemption, WORDS.notYours[bench.locale]);
    else if (seen.has(redemption.identifier) || (quantity ?? 1) !== 1) reject(redemption, WORDS.once[bench.locale]);
    else {
      seen.add(redemption.identifier);
      return [{ redemption, candidate }];
    }
    return [];
  });
  for (;;) {
    const decision = bench.decide(standing.map(({ candidate }) => candidate));
    const taken = new Set(bench.taken);
    const accepted: Accepted[] = [];
    for (const { redemption, candidate } of standing) {
      const saving = savingOf(decision, candidate);
      const placed = saving.amountFen === 0 ? undefined : placeOf(redemption, candidate, saving, bench, taken);
      if (saving.amountFen === 0) reject(redemption, reasonOf(decision, candidate, bench.locale));
      else if (placed === undefined) reject(redemption, WORDS.otherItems[bench.locale]);
      else if (bench.mustAgree && !isAgreed(redemption, saving)) reject(redemption, WORDS.otherAmount[bench.locale]);
      else accepted.push({ redemption, candidate, saving, view: placed });
    }
    if (accepted.length === standing.length) return { accepted, rejected };
    standing = accepted;
  }
}

/** How the redemption stands on the check: where the POS has put it, else in the form that an offer of it has. Undefined where its savings are on other selections. */
function placeOf(
  redemption: Redemption,
  candidate: Candidate,
  saving: Saving,
  bench: Bench,
  taken: Set<string>,
): RedemptionView | undefined {
  const { selectionGuid, itemApplication, appliedDiscountGuid } = redemption;
  const amount = decimalOf(saving.amountFen);
  if (itemApplication !== null && itemApplication !== undefined && itemApplication.length > 0) {
    const guids = new Set(itemApplication.map((part) => part.selectionIdentifier));
    if (!isSame(guids, saving)) return undefined;
    for (const guid of guids) taken.add(guid);
    return viewOf(redemption, {
      itemApplication: itemApplication.map((part) => ({
        ...part,
        amount: decimalOf(saving.bySelection.get(part.selectionIdentifier) ?? 0),
      })),
    });
  }
  if (selectionGuid !== null && selectionGuid !== undefined) {
    if (!isSame(new Set([selectionGuid]), saving)) return undefined;
    taken.add(selectionGuid);
    return viewOf(redemption, { amount });
  }
  if (appliedDiscountGuid !== null && appliedDiscountGuid !== undefined) return viewOf(redemption, { amount });
  const form = formOf(candidate, saving, bench.quantityOf, taken);
  for (const part of form.itemApplication) taken.add(part.selectionIdentifier);
  const [only] = form.itemApplication;
  if (form.selectionType === 'MULTI_ITEM') return viewOf(redemption, { itemApplication: form.itemApplication });
  if (only !== undefined) return viewOf(redemption, { selectionGuid: only.selectionIdentifier, amount });
  return viewOf(redemption, { amount });
}

const isSame = (guids: ReadonlySet<string>, { bySelection }: Saving): boolean =>
  guids.size === bySelection.size && [...guids].every((guid) => bySelection.has(guid));

/** An amount that the POS leaves out agrees with any: ours goes back with the answer. */
function isAgreed({ amount, itemApplication }: Redemption, saving: Saving): boolean {
  const parts = itemApplication ?? [];
  const agrees = (fen: number | null | undefined, ours: number): boolean =>
    fen === null || fen === undefined || fen === ours;
  return (
    (parts.length > 0 || agrees(amount, saving.amountFen)) &&
    parts.every((part) => agrees(part.amount, saving.bySelection.get(part.selectionIdentifier) ?? 0))
  );
}

/** A redemption as it came, amounts in currency units again, with what changes. */
export function viewOf(redemption: Redemption, changes: Record<string, unknown> = {}): RedemptionView {
  const { amount, itemApplication, ...rest } = redemption;
  const decimal = (fen: number | null | undefined): number | null | undefined =>
    fen === null || fen === undefined ? fen : decimalOf(fen);
  return {
    ...rest,
    ...(amount === undefined ? {} : { amount: decimal(amount) }),
    ...(itemApplication === null || itemApplication === undefined
      ? {}
      : { itemApplication: itemApplication.map((part) => ({ ...part, amount: decimal(part.amount) })) }),
    ...changes,
  };
}
