import { AgentError } from '../../../errors.ts';
import { POSLOG_LIMITS } from '../limits.ts';
import { type Mapped, type MapRules, mapTransaction } from '../map.ts';
import { PoslogReader } from '../reader.ts';
import { tillTimes } from '../time.ts';
import { transactionOf } from '../transaction.ts';
import { poslog, retail, transaction } from './samples.ts';

const RULES: MapRules = {
  storeIds: ['store-test'],
  currency: 'CNY',
  soldStatuses: ['Booked'],
  weightUnit: 'KGM',
  tenders: { 'v:Points': 'voucher', '77': 'cash' },
  instantOf: tillTimes('Asia/Shanghai'),
};
const SHOP = {
  itemOf: (codes: readonly string[]) => (codes[0] === undefined ? {} : { sku: codes[0] }),
  isMember: (code: string) => code === 'member-1',
  isUnanswered: () => false,
};

/** One Transaction, or a document with one, as it is mapped for a store that knows every code. */
export function map(content: string, rules: Partial<MapRules> = {}): Mapped {
  const reader = new PoslogReader(POSLOG_LIMITS);
  const [read] = [
    ...reader.write(Buffer.from(content.startsWith('<?xml') ? content : poslog([content]))),
    ...reader.end(),
  ];
  if (read === undefined || reader.stop !== undefined) throw new Error(reader.stop?.error.message ?? 'nothing read');
  return mapTransaction(transactionOf(read), { ...RULES, ...rules }, SHOP);
}

export type Trade = Extract<Mapped, { kind: 'trade' }>;
/** A transaction of these lines. */
export const trade = (lines: readonly string[], more = ''): Trade => {
  const mapped = map(transaction({}, retail(lines, more)));
  if (mapped.kind !== 'trade') throw new Error(mapped.kind);
  return mapped;
};
/** What was charged for each line, and what it was before price cuts. */
export const goodsOf = (of: Trade['sale'] | Trade['returned']): [number, number | undefined][] | undefined =>
  of?.lines.map(({ payableFen, listFen }) => [payableFen, listFen]);
/** The code and detail of a refusal, else what came out. */
export const refusal = (work: () => unknown): string => {
  try {
    return JSON.stringify(work());
  } catch (error) {
    if (error instanceof AgentError) return `${error.code} ${error.detail ?? ''}`.trim();
    throw error;
  }
};
