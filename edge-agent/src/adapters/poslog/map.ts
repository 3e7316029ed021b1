import type { ReportedReturn, ReportedSale } from '@tillside/agent-contract';
import type { z } from 'zod';
import { AgentError } from '../../errors.ts';
import { dateOf } from '../../ports.ts';
import { type Charged, type Settled, type SettleRules, settle } from './reconcile.ts';
import { type Booked, bookedOf, type Payment } from './tenders.ts';
import { isDay } from './time.ts';
import type { Link, PosTransaction, TransactionKey } from './transaction.ts';

export type Sale = z.infer<typeof ReportedSale>;
export type Return = z.infer<typeof ReportedReturn>;

/** Why a transaction is none of a shop's sales. */
export type Ignored = 'control' | 'tender-control' | 'cancelled' | 'suspended' | 'empty' | 'other';

/** Another transaction that one is about. */
export interface Target {
  readonly key: TransactionKey;
  /** Else it is the newest of that number up to the day. */
  readonly isDayTold: boolean;
}

/** What a transaction is to us. `returnOf`: the sale that goods came back from, as far as it is named. */
export type Mapped =
  | { readonly kind: 'ignored'; readonly why: Ignored }
  | { readonly kind: 'training' }
  | {
      readonly kind: 'void';
      readonly key: TransactionKey;
      readonly voids: Target;
      readonly at: string;
      readonly cashierId: string;
    }
  | {
      readonly kind: 'trade';
      readonly key: TransactionKey;
      readonly sale: Sale | undefined;
      readonly returned: Return | undefined;
      readonly returnOf: Target | undefined;
    };

export interface MapRules extends SettleRules {
  /** What the POS calls this store. */
  readonly storeIds: readonly string[];
  readonly currency: string;
  /** Further `TransactionStatus` of what was sold. */
  readonly soldStatuses: readonly string[];
  /** Reads a till's times: see tillTimes. */
  instantOf(text: string): string | undefined;
}

/** What mapping asks of the shop. */
export interface Shop {
  /** How the item master knows one of these codes. */
  itemOf(codes: readonly string[]): { readonly sku?: string; readonly gtin?: string };
  /** `at`: when the goods were sold. */
  isMember(code: string, at: string): boolean;
  /** Whose code it is, nobody could say yet. */
  isUnanswered(code: string): boolean;
}

const KEY_CHARS = { store: 32, workstation: 24, sequence: 26, businessDay: 10 } as const;
const NOT_SOLD = /^(suspended(retrieved)?|inprocess|voided?|cancell?ed|aborted|failed|notpaid|open)$/i;
const SOLD = /^(delivered|finished|completed?|closed|paid|tendered|shipped|returned|totaled|replaced|normal|posted)$/i;
const IGNORED: Readonly<Record<string, Ignored>> = {
  ControlTransaction: 'control',
  TenderControlTransaction: 'tender-control',
};
const MAX_NAME_CHARS = 80;
const MAX_ID_CHARS = 64;
/** A cashier that the file does not name. */
const UNKNOWN_CASHIER = 'unknown';

/** Throws POSLOG_FIELD, POSLOG_STORE_UNKNOWN, POSLOG_CURRENCY, POSLOG_STATUS, POSLOG_TOTALS, POSLOG_VOID_TARGET: the transaction is to be quarantined. */
export function mapTransaction(transaction: PosTransaction, rules: MapRules, shop: Shop): Mapped {
  if (transaction.isTraining) return { kind: 'training' };
  if (transaction.kind !== 'retail' && !transaction.isVoid)
    return { kind: 'ignored', why: IGNORED[transaction.kind] ?? 'other' };
  if (transaction.isCancelled) return { kind: 'ignored', why: 'cancelled' };
  if (transaction.isSuspended) return { kind: 'ignored', why: 'suspended' };
  if (!transaction.isVoid && !isSold(transaction, rules)) return { kind: 'ignored', why: 'suspended' };
  const at = transaction.at === undefined ? undefined : rules.instantOf(transaction.at);
  const key = checkedKey(transaction.key, at);
  if (!rules.storeIds.includes(key.store)) throw new AgentError('POSLOG_STORE_UNKNOWN', { detail: `(${key.store})` });
  const when = at ?? rules.instantOf(`${key.businessDay}T00:00:00`);
  if (when === undefined) throw field('EndDateTime');
  const cashierId = (transaction.cashier ?? UNKNOWN_CASHIER).slice(0, MAX_ID_CHARS);
  if (transaction.isVoid) return { kind: 'void', key, voids: voidedBy(transaction, key), at: when, cashierId };
  const other = transaction.currencies.find((currency) => currency !== rules.currency);
  if (other !== undefined)
    throw new AgentError('POSLOG_CURRENCY', { detail: `(${other.slice(0, 3)}; ${rules.currency})` });
  const settled = settle(transaction, rules);
  if (settled.sold.length + settled.returned.length === 0) return { kind: 'ignored', why: 'empty' };
  const { memberCodes } = transaction;
  const memberCode = memberCodes.find((code) => shop.isMember(code, when)) ?? memberCodes.find(shop.isUnanswered);
  const head = {
    cashierId,
    businessDate: key.businessDay,
    completedAt: when,
    ...(memberCode === undefined ? {} : { memberCode }),
  };
  return { kind: 'trade', key, ...trade(settled, key, head, shop), returnOf: returnedFrom(transaction, settled, key) };
}

const field = (name: string): AgentError => new AgentError('POSLOG_FIELD', { detail: `(${name})` });

function isSold({ status }: PosTransaction, { soldStatuses }: MapRules): boolean {
  if (status === undefined || soldStatuses.includes(status)) return true;
  const plain = status.replace(/^.*:/, '').replace(/[\s_-]/g, '');
  if (NOT_SOLD.test(plain)) return false;
  if (SOLD.test(plain)) return true;
  throw new AgentError('POSLOG_STATUS', { detail: `(${status.slice(0, 40)})` });
}

/** All four parts, the day by the time where it is not told. Throws POSLOG_FIELD. */
function checkedKey(key: TransactionKey, at: string | undefined): TransactionKey {
  const businessDay = key.businessDay === '' && at !== undefined ? dateOf(at) : key.businessDay;
  const whole = { ...key, businessDay };
  const names = {
    store: 'RetailStoreID',
    workstation: 'WorkstationID',
    sequence: 'SequenceNumber',
    businessDay: 'BusinessDayDate',
  };
  for (const part of ['store', 'workstation', 'sequence', 'businessDay'] as const)
    if (whole[part] === '' || whole[part].length > KEY_CHARS[part]) throw field(names[part]);
  if (!isDay(businessDay)) throw field(names.businessDay);
  return whole;
}

const targetOf = ({ key, isDayTold }: Link, of: TransactionKey): Target => ({ key: { ...of, ...key }, isDayTold });

function voidedBy({ link }: PosTransaction, key: TransactionKey): Target {
  if (link?.key.sequence === undefined) throw new AgentError('POSLOG_VOID_TARGET', { detail: '(TransactionLink)' });
  return targetOf(link, key);
}

/** One sale is named where all linked lines name the same. */
function returnedFrom({ link }: PosTransaction, { returned }: Settled, key: TransactionKey): Target | undefined {
  const links = returned.flatMap(({ goods }) => goods.link ?? []);
  if (links.length === 0 && link !== undefined && /return/i.test(link.reason ?? '')) links.push(link);
  const targets = links.flatMap((one) => (one.key.sequence === undefined ? [] : [targetOf(one, key)]));
  const [first] = targets;
  const isOne = targets.every((target) => JSON.stringify(target) === JSON.stringify(first));
  return isOne ? first : undefined;
}

/** Of a till's transaction, once per terminal. Points keep its parts apart: a dash between digits reads as a card number's. */
export const receiptOf = ({ businessDay, workstation, sequence }: TransactionKey, back = false): string =>
  `${businessDay.replaceAll('-', '')}.${workstation}.${sequence}${back ? '.R' : ''}`;

type Head = Pick<Sale, 'cashierId' | 'businessDate' | 'completedAt' | 'memberCode'>;

/** Goods out and back in one transaction pay each other as far as they reach (tender `exchange`); the rest moved money. */
function trade(
  settled: Settled,
  key: TransactionKey,
  head: Head,
  shop: Shop,
): { sale: Sale | undefined; returned: Return | undefined } {
  const { sold, returned, addedTaxFen, payments } = settled;
  const soldFen = sumOf(sold) + addedTaxFen;
  const backFen = sumOf(returned);
  const isBoth = sold.length > 0 && returned.length > 0;
  const paidFen = payments.reduce((sum, { fen }) => sum + fen, 0);
  const setOff: Booked[] = isBoth ? [{ kind: 'exchange', amountFen: paidFen >= 0 ? backFen : soldFen }] : [];
  const inward = paidFen > 0 || (paidFen === 0 && !isBoth) ? bookedOf(payments) : [];
  const outward = paidFen < 0 || (paidFen === 0 && !isBoth) ? bookedOf(payments.map(turned)) : [];
  const sale =
    sold.length === 0
      ? undefined
      : {
          ...head,
          receiptNumber: receiptOf(key),
          lines: sold.map((line) => lineOf(line, shop)),
          tenders: [...setOff, ...inward],
          ...(addedTaxFen === 0 ? {} : { addedTaxFen }),
        };
  const back =
    returned.length === 0
      ? undefined
      : {
          ...head,
          receiptNumber: receiptOf(key, true),
          lines: returned.map((line) => lineOf(line, shop)),
          tenders: [...setOff, ...outward],
        };
  return { sale, returned: back };
}

const turned = (payment: Payment): Payment => ({ ...payment, fen: -payment.fen });
const sumOf = (lines: readonly Charged[]): number => lines.reduce((sum, { payableFen }) => sum + payableFen, 0);

function lineOf({ goods, listFen, payableFen }: Charged, shop: Shop): Sale['lines'][number] {
  const { name, pieces, grams } = goods;
  return {
    ...shop.itemOf(goods.codes),
    ...(name === undefined ? {} : { name: name.slice(0, MAX_NAME_CHARS) }),
    quantity: pieces,
    ...(grams === undefined ? {} : { weightGrams: grams }),
    ...(listFen > payableFen ? { listFen } : {}),
    payableFen,
  };
}
