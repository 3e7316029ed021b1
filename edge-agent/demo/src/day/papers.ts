import { type Arguments, CallError, type SaleView } from '@tillside/agent-contract';
import type { Cashier } from './cashier.ts';
import { until } from './headquarters.ts';
import { mustBe } from './refused.ts';

const PRINTER_TIMEOUT_MS = 20_000;
/** A printer whose agent has just come back, or that is on its way. */
const AWAY: ReadonlySet<string> = new Set(['PRINTER_REFUSED', 'NO_PRINTER']);
const TENDER_WORDS: Record<string, string> = {
  cash: '现金',
  token: '电子支付',
  voucher: '购物卡券',
  exchange: '退回商品抵付',
};

/** What lies in the printer's tray after a job: its lines, without the margins. */
async function onPaper(
  till: Cashier,
  print: (key: string) => Promise<{ printed?: true | undefined }>,
): Promise<string[]> {
  const { printer } = till.counter;
  printer.takeAway();
  const key = till.newKey();
  const answer = await until(`the printer of lane ${till.lane} prints`, PRINTER_TIMEOUT_MS, () =>
    print(key).catch((error: unknown) => {
      if (error instanceof CallError && AWAY.has(error.code)) return undefined;
      throw error;
    }),
  );
  mustBe('printed', answer.printed, true);
  return printer.lines.map((line) => line.trim());
}

const ESCPOS = { format: 'escpos', printer: true } as const satisfies Arguments<'printSale'>['body'];

/** Prints a sale's receipt and reads the paper: number, goods, what is due, each tender and the change, to the fen. A reprint says that it is one, twice. */
export async function printSale(till: Cashier, sale: SaleView, as: 'original' | 'reprint'): Promise<void> {
  const lines = await onPaper(till, (key) =>
    till.call('printSale', { params: { saleId: sale.saleId }, body: ESCPOS, key }),
  );
  const { decision, tenders } = sale;
  mustBe('the number on paper', lines.includes(`小票号 ${sale.receiptNumber}`), true);
  mustBe('what is due on paper', fenAfter(lines, '应付'), [decision.payableFen]);
  mustBe('the list price on paper', fenAfter(lines, '合计'), [decision.listFen]);
  for (const { listFen } of decision.lines)
    mustBe(
      'a line on paper',
      lines.some((line) => line.includes(' x ') && fenAtEnd(line) === listFen),
      true,
    );
  for (const { kind, amountFen, givenFen } of tenders)
    mustBe(`paid by ${kind} on paper`, fenAfter(lines, TENDER_WORDS[kind] ?? kind), [givenFen ?? amountFen]);
  mustBe('change on paper', fenAfter(lines, '找零'), sale.changeFen === undefined ? [] : [sale.changeFen]);
  mustBe('marks of a reprint', lines.filter((line) => line.startsWith('*** 补打')).length, as === 'original' ? 0 : 2);
}

export async function printReturn(
  till: Cashier,
  { returnId, refundFen }: { returnId: string; refundFen: number },
): Promise<void> {
  const lines = await onPaper(till, (key) => till.call('printReturn', { params: { returnId }, body: ESCPOS, key }));
  mustBe('a refund on paper', fenAfter(lines, '退款'), [refundFen]);
}

/** The Z report on paper: the till's own sums, and that they agree. */
export async function printZ(till: Cashier, businessDate: string, zNumber: number): Promise<void> {
  const lines = await onPaper(till, (key) =>
    till.call('printReport', { params: { businessDate }, body: { ...ESCPOS, zNumber }, key }),
  );
  mustBe('sold on the Z report', fenAfter(lines, '销售额'), [till.totals.salesFen]);
  mustBe('agreed on the Z report', lines.includes('与收银机相符'), true);
}

const AMOUNT = /(-?)[¥￥]?(\d+)\.(\d\d)$/u;

function fenAtEnd(line: string): number | undefined {
  const [, sign, yuan, fen] = AMOUNT.exec(line) ?? [];
  return yuan === undefined ? undefined : Number(`${sign}${yuan}${fen}`);
}

/** The amounts at the ends of the rows that begin with a word. */
const fenAfter = (lines: readonly string[], word: string): number[] =>
  lines.flatMap((line) => (line.startsWith(word) ? (fenAtEnd(line) ?? []) : []));
