import { allocateFen } from '@tillside/decide';
import { AgentError } from '../../errors.ts';
import { fenOf, type Goods, type ReadGoods, readGoods, VOID_HABITS, type VoidHabit, withoutVoids } from './goods.ts';
import { hasCashback, hasChange, type Payment, paymentsOf, type TenderHabit } from './tenders.ts';
import type { PosTransaction } from './transaction.ts';

/** A line with what was charged for it. */
export interface Charged {
  readonly goods: Goods;
  readonly listFen: number;
  readonly payableFen: number;
}

/** What a transaction came to: goods out and back, tax on top of the sale, payments. Its parts add up, but for the rounding of cash. */
export interface Settled {
  readonly sold: readonly Charged[];
  readonly returned: readonly Charged[];
  readonly addedTaxFen: number;
  readonly payments: readonly Payment[];
}

/** How a till may mean its amounts; the standard first. */
interface Habit extends TenderHabit {
  /** `net`: the extended amount is after the line's price cuts; `gross`: before them. */
  readonly amounts: 'net' | 'gross';
  /** Whether discount lines are in the lines' amounts already. */
  readonly discounts: 'apart' | 'within';
  /** Whether tax stands on top, and where it is told. */
  readonly tax: 'within' | 'lines' | 'items';
  readonly rounding: -1 | 0 | 1;
}

const GRAND = 'TransactionGrandAmount';
/** Rounding of cash is below a yuan. */
const MAX_ROUNDING_FEN = 100;

export interface SettleRules {
  readonly weightUnit: string;
  readonly tenders: Readonly<Record<string, Payment['kind']>>;
}

/**
 * Finds what was charged. Tills agree on the names of amounts, but not on whether an extended amount is before or after discounts, whether change is in a tender, or
 * whether a voided line stands twice. Each habit is tried, the standard's first; one is taken only where lines, discounts and tax come to the fen to what was paid, and to the till's own total
 * where it tells one. Throws POSLOG_FIELD, POSLOG_TOTALS.
 */
export function settle(transaction: PosTransaction, rules: SettleRules): Settled {
  const lines = transaction.goods.map((line) => readGoods(line, rules.weightUnit));
  const told = {
    grandFen: transaction.totals[GRAND] === undefined ? undefined : fenOf(transaction.totals[GRAND], `Total/${GRAND}`),
    discountFen: Math.abs(sumOf(transaction.discounts, 'Discount/Amount')),
    taxFen: sumOf(transaction.taxes, 'Tax/Amount'),
    roundingFen: Math.abs(sumOf(transaction.roundings, 'Rounding')),
  };
  const tries: Try[] = [];
  for (const habit of habitsOf(transaction, lines, told)) {
    const goods = withoutVoids(lines, habit.voids);
    if (goods === undefined) continue;
    const tried = attempt(goods, paymentsOf(transaction.tenders, rules.tenders, habit), habit, told);
    if (tried === undefined) continue;
    if (tried.isGrand && tried.offFen === 0) return tried.make();
    tries.push(tried);
  }
  const paid = tries.find(({ offFen, isCashRounded }) => offFen === 0 || isCashRounded);
  if (paid !== undefined) return paid.make();
  // A reward whose amount the till tells in words of its own: what was paid and the total agree, the lines are above.
  const untold = transaction.hasUntoldReduction
    ? tries.find(({ isGrandPaid, offFen, restFen }) => isGrandPaid && offFen > 0 && offFen <= restFen)
    : undefined;
  if (untold !== undefined) return untold.make(untold.offFen);
  throw new AgentError('POSLOG_TOTALS', { detail: mismatch(tries, told.grandFen) });
}

interface Told {
  readonly grandFen: number | undefined;
  readonly discountFen: number;
  readonly taxFen: number;
  readonly roundingFen: number;
}

interface Try {
  /** How far the goods are above what was paid. */
  readonly offFen: number;
  readonly goodsFen: number;
  readonly paidFen: number;
  /** The till's own total, where it tells one, is what the goods came to, with or without rounding. */
  readonly isGrand: boolean;
  readonly isGrandPaid: boolean;
  /** The total is what the goods came to, and cash alone paid a little more or less: rounded without a word. */
  readonly isCashRounded: boolean;
  /** So much could be taken off. */
  readonly restFen: number;
  make(untoldFen?: number): Settled;
}

const sumOf = (texts: readonly string[], field: string): number =>
  texts.reduce((sum, text) => sum + fenOf(text, field), 0);
const total = (lines: readonly { readonly payableFen: number }[]): number =>
  lines.reduce((sum, { payableFen }) => sum + payableFen, 0);

/** Only habits that make a difference here, the standard's first. */
function habitsOf({ goods, tenders }: PosTransaction, lines: readonly ReadGoods[], told: Told): Habit[] {
  const anyVoid = lines.some(({ isVoid }) => isVoid) || tenders.some(({ isVoid }) => isVoid);
  const anyCut = lines.some(({ discountFen }) => discountFen > 0);
  const isWithin = goods.some(({ taxWithin }) => taxWithin);
  const choices = {
    voids: anyVoid ? VOID_HABITS : (['as-written'] as readonly VoidHabit[]),
    amounts: anyCut ? (['net', 'gross'] as const) : (['net'] as const),
    discounts: told.discountFen > 0 ? (['apart', 'within'] as const) : (['within'] as const),
    tax: isWithin ? (['within'] as const) : (['within', 'lines', 'items'] as const),
    change: hasChange(tenders) ? (['off', 'apart'] as const) : (['off'] as const),
    cashback: hasCashback(tenders) ? (['within', 'off'] as const) : (['within'] as const),
    rounding: told.roundingFen > 0 ? ([0, 1, -1] as const) : ([0] as const),
  };
  return Object.entries(choices).reduce<Record<string, unknown>[]>(
    (habits, [name, values]) => habits.flatMap((habit) => values.map((value) => ({ ...habit, [name]: value }))),
    [{}],
  ) as unknown as Habit[];
}

function attempt(goods: readonly Goods[], payments: readonly Payment[], habit: Habit, told: Told): Try | undefined {
  const charged = goods.map((line) => chargedOf(line, habit));
  if (charged.some(({ payableFen }) => payableFen < 0)) return undefined;
  const sold = charged.filter(({ goods: { way } }) => way === 1);
  const returned = charged.filter(({ goods: { way } }) => way === -1);
  const cutFen = habit.discounts === 'apart' ? told.discountFen : 0;
  const tax = taxOf(sold, returned, habit, told);
  if (tax === undefined || cutFen > total(sold.length > 0 ? sold : returned)) return undefined;
  const isSale = sold.length > 0;
  const dueFen = total(sold) - total(returned) + tax.soldFen - tax.returnedFen + (isSale ? -cutFen : cutFen);
  const paidFen = payments.reduce((sum, { fen }) => sum + fen, 0);
  const roundingFen = habit.rounding * told.roundingFen;
  const hasCash = payments.some(({ kind }) => kind === 'cash');
  if (roundingFen !== 0 && (!hasCash || Math.abs(roundingFen) >= MAX_ROUNDING_FEN)) return undefined;
  const { grandFen } = told;
  const offFen = dueFen + roundingFen - paidFen;
  const isSmall = Math.abs(offFen) < MAX_ROUNDING_FEN && roundingFen === 0;
  return {
    offFen,
    goodsFen: dueFen,
    paidFen,
    isGrand: grandFen === undefined || grandFen === dueFen || grandFen === dueFen + roundingFen,
    isGrandPaid: grandFen === paidFen && roundingFen === 0,
    isCashRounded: isSmall && grandFen === dueFen && hasCash && payments.every(({ kind }) => kind === 'cash'),
    restFen: total(sold) - cutFen,
    make: (untoldFen = 0) => ({
      sold: isSale ? cut(sold, cutFen + untoldFen) : sold,
      returned: raise(isSale ? returned : cut(returned, cutFen), tax.returnedFen),
      addedTaxFen: tax.soldFen,
      payments,
    }),
  };
}

function chargedOf(goods: Goods, { amounts }: Habit): Charged {
  const { extendedFen, discountFen, regularFen = 0 } = goods;
  if (amounts === 'gross') return { goods, listFen: extendedFen, payableFen: extendedFen - discountFen };
  return {
    goods,
    listFen: discountFen > 0 ? extendedFen + discountFen : Math.max(extendedFen, regularFen),
    payableFen: extendedFen,
  };
}

/** Tax on top, for what was sold and what came back; undefined where it can't be told apart. */
function taxOf(
  sold: readonly Charged[],
  returned: readonly Charged[],
  { tax }: Habit,
  { taxFen }: Told,
): { soldFen: number; returnedFen: number } | undefined {
  const ofItems = (lines: readonly Charged[]): number => lines.reduce((sum, { goods }) => sum + goods.taxFen, 0);
  switch (tax) {
    case 'within':
      return { soldFen: 0, returnedFen: 0 };
    case 'items':
      return { soldFen: ofItems(sold), returnedFen: ofItems(returned) };
    case 'lines':
      if (sold.length > 0 && returned.length > 0) return undefined;
      if (sold.length > 0) return taxFen < 0 ? undefined : { soldFen: taxFen, returnedFen: 0 };
      return { soldFen: 0, returnedFen: Math.abs(taxFen) };
  }
}

function spread(lines: readonly Charged[], fen: number, sign: 1 | -1): Charged[] {
  const parts = allocateFen(
    fen,
    lines.map(({ payableFen }) => payableFen),
  );
  return lines.map((line, index) => ({ ...line, payableFen: line.payableFen + sign * (parts[index] ?? 0) }));
}

/** Taken off all lines by their share; what they cost on the shelf stays. */
const cut = (lines: readonly Charged[], fen: number): Charged[] => spread(lines, fen, -1);

/** What was refunded for goods holds the tax that was given back with them. */
const raise = (lines: readonly Charged[], fen: number): Charged[] =>
  spread(lines, fen, 1).map((line) => ({ ...line, listFen: Math.max(line.listFen, line.payableFen) }));

function mismatch(tries: readonly Try[], grandFen: number | undefined): string {
  const [first] = tries;
  const grand = grandFen === undefined ? '' : `; ${GRAND} ${grandFen}`;
  return first === undefined ? '(VoidFlag)' : `(${first.goodsFen} / ${first.paidFen}${grand})`;
}
