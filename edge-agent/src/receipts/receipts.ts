import type {
  Locale,
  PrintAnswer,
  PrinterEncoding,
  Receipt,
  ReceiptColumns,
  ReceiptView,
  SaleReceipt,
} from '@tillside/agent-contract';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { type Clock, zonedInstants } from '../ports.ts';
import { charsetOf, UNICODE } from './charset.ts';
import { escpos } from './escpos.ts';
import type { FapiaoPort } from './fapiao.ts';
import { forAnybody } from './for-anybody.ts';
import { saleRows } from './layout.ts';
import { reportRows } from './layout-report.ts';
import { returnRows } from './layout-return.ts';
import { type Paper, type PaperOptions, textOf } from './paper.ts';
import type { Store } from './parts.ts';
import { fapiaoSale, type ReadDeps, readReturnFacts, readSaleFacts } from './read.ts';
import { readReport } from './read-report.ts';
import { saleReceipt } from './receipt.ts';
import type { ReceiptsConfig } from './receipts-config.ts';
import { returnReceipt } from './return-receipt.ts';

/** One receipt is not printed more often: a till that loops must not fill the journal or a roll of paper. */
export const MAX_PRINTS = 99;

/** What is printed. A report without a number is the X report. */
export type Subject =
  | { readonly kind: 'sale'; readonly saleId: string }
  | { readonly kind: 'return'; readonly returnId: string }
  | { readonly kind: 'report'; readonly businessDate: string; readonly zNumber?: number | undefined };

export interface Ask {
  readonly locale: Locale;
  readonly columns?: ReceiptColumns | undefined;
  /** Whoever asks has the receipt's number and amount: nothing of a member is on it. */
  readonly forAnybody?: boolean | undefined;
}
export interface PrintAsk extends Ask {
  readonly format: 'text' | 'escpos';
  readonly encoding?: PrinterEncoding | undefined;
  /** Asked for by a shopper: no drawer opens. */
  readonly isShoppers?: true | undefined;
}
interface Who {
  readonly deviceId: string;
  readonly lane: string;
}

/** A thing that can be put on paper in a language. */
interface Sheet {
  /** Cash went in or out: the drawer is needed. */
  readonly cash: boolean;
  rows(options: PaperOptions): Paper;
}
interface ReceiptSheet extends Sheet {
  readonly receipt: Receipt;
}

export interface ReceiptsDeps extends ReadDeps {
  readonly clock: Clock;
  readonly zone: string;
  readonly storeId: string;
  readonly storeName: { readonly zh: string; readonly en: string };
  readonly receipts: ReceiptsConfig;
  readonly fapiao: FapiaoPort | undefined;
}

/** Receipts of what the journal holds, and their prints. */
export class Receipts {
  #deps: ReceiptsDeps;
  #store: Store;

  constructor(deps: ReceiptsDeps) {
    this.#deps = deps;
    this.#store = { storeId: deps.storeId, storeName: deps.storeName, instant: zonedInstants(deps.zone) };
  }

  /** To look at: counts nothing. Throws SALE_UNKNOWN. */
  sale(reader: Reader, saleId: string, ask: Ask): ReceiptView & { receipt: SaleReceipt } {
    return this.#view(this.#saleSheet(reader, saleId, ask, undefined), ask);
  }

  /** Throws RETURN_UNKNOWN. */
  return(reader: Reader, returnId: string, ask: Ask): ReceiptView {
    return this.#view(this.#returnSheet(reader, returnId, ask.locale, undefined), ask);
  }

  /** Throws REPORT_UNKNOWN. */
  report(reader: Reader, who: Who, of: { businessDate: string; zNumber?: number | undefined }, ask: Ask) {
    const columns = this.#columns(ask);
    const sheet = this.#reportSheet(reader, who, of, undefined);
    return { ...of, columns, text: textOf(sheet.rows({ locale: ask.locale, columns, charset: UNICODE })) };
  }

  /** Counts a print and makes it. The second is reprint 1 and says so. Throws SALE_UNKNOWN, RETURN_UNKNOWN, REPORT_UNKNOWN, PRINT_LIMIT. */
  print(tx: Tx, who: Who, subject: Subject, ask: PrintAsk): PrintAnswer {
    return this.printAs(tx, who, subject, ask, this.#count(tx, who, subject));
  }

  /** A print that was counted before, made again. Throws SALE_UNKNOWN, RETURN_UNKNOWN, REPORT_UNKNOWN. */
  printAs(reader: Reader, who: Who, subject: Subject, ask: PrintAsk, number: number): PrintAnswer {
    const { receipts } = this.#deps;
    const columns = this.#columns(ask);
    const encoding = ask.encoding ?? receipts.encoding;
    const reprint = number > 1 ? number - 1 : undefined;
    const asText = ask.format === 'text';
    // A printer without Chinese prints the English receipt.
    const locale = !asText && encoding === 'ascii' ? 'en' : ask.locale;
    const sheet = this.#sheet(reader, who, subject, { ...ask, locale, reprint });
    const paper = sheet.rows({ locale, columns, charset: asText ? UNICODE : charsetOf(encoding) });
    if (asText) return { number, columns, text: textOf(paper) };
    const drawer = receipts.drawer && number === 1 && sheet.cash && !ask.isShoppers;
    return { number, columns, bytes: Buffer.from(escpos(paper, { columns, encoding, drawer })).toString('base64') };
  }

  /** Whether the printer has taken this print: a retry under its key must not put a second original into the world. */
  isPrinted(reader: Reader, who: Who, subject: Subject, number: number): boolean {
    const sql = 'SELECT 1 AS found FROM receipt_print WHERE subject = ? AND number = ? AND printed = 1';
    return reader.get(sql, nameOf(who, subject) ?? '', number) !== undefined;
  }

  notePrinted(tx: Pick<Tx, 'run'>, who: Who, subject: Subject, number: number): void {
    const sql = 'UPDATE receipt_print SET printed = 1 WHERE subject = ? AND number = ?';
    tx.run(sql, nameOf(who, subject) ?? '', number);
  }

  #columns({ columns }: Ask): ReceiptColumns {
    return columns ?? this.#deps.receipts.columns;
  }

  #view<T extends ReceiptSheet>({ receipt, rows }: T, ask: Ask): ReceiptView & Pick<T, 'receipt'> {
    const columns = this.#columns(ask);
    return { receipt, columns, text: textOf(rows({ locale: ask.locale, columns, charset: UNICODE })) };
  }

  #count(tx: Tx, who: Who, subject: Subject): number {
    const name = nameOf(who, subject);
    if (name === undefined) return 1;
    const before =
      tx.get<{ n: number | null }>('SELECT max(number) AS n FROM receipt_print WHERE subject = ?', name)?.n ?? 0;
    if (before >= MAX_PRINTS) throw new AgentError('PRINT_LIMIT', { detail: `(${MAX_PRINTS})` });
    tx.run(
      'INSERT INTO receipt_print (subject, number, terminal_id, at) VALUES (?, ?, ?, ?)',
      name,
      before + 1,
      who.deviceId,
      this.#deps.clock.now(),
    );
    return before + 1;
  }

  #sheet(
    reader: Reader,
    who: Who,
    subject: Subject,
    { reprint, ...ask }: Ask & { reprint: number | undefined },
  ): Sheet {
    const { locale } = ask;
    switch (subject.kind) {
      case 'sale':
        return this.#saleSheet(reader, subject.saleId, ask, reprint);
      case 'return':
        return this.#returnSheet(reader, subject.returnId, locale, reprint);
      case 'report':
        return this.#reportSheet(reader, who, subject, reprint);
    }
  }

  #saleSheet(
    reader: Reader,
    saleId: string,
    { locale, forAnybody: isForAnybody }: Ask,
    reprint: number | undefined,
  ): ReceiptSheet & { readonly receipt: SaleReceipt } {
    const { clock, fapiao } = this.#deps;
    const facts = readSaleFacts(reader, this.#deps, saleId, clock.now());
    const fapiaoUrl = fapiao?.linkFor(fapiaoSale(reader, facts.view));
    const whole = saleReceipt(this.#store, { ...facts, fapiaoUrl, reprint }, locale);
    const receipt = isForAnybody ? forAnybody(whole) : whole;
    const { late, training, tenders } = receipt;
    const cash = late === undefined && training === undefined && hasCash(tenders);
    return { receipt, cash, rows: (options) => saleRows(receipt, options) };
  }

  #returnSheet(reader: Reader, returnId: string, locale: Locale, reprint: number | undefined): ReceiptSheet {
    const facts = readReturnFacts(reader, this.#deps, returnId);
    const receipt = returnReceipt(this.#store, { ...facts, reprint }, locale);
    const cash = receipt.basis !== 'reported' && hasCash(receipt.tenders);
    return { receipt, cash, rows: (options) => returnRows(receipt, options) };
  }

  #reportSheet(
    reader: Reader,
    { deviceId, lane }: Who,
    of: { businessDate: string; zNumber?: number | undefined },
    reprint: number | undefined,
  ): Sheet {
    const { storeName, clock } = this.#deps;
    const read = readReport(reader, deviceId, of);
    const at = this.#store.instant(read.at === undefined ? clock.now() : Date.parse(read.at));
    const facts = { storeName, lane, reprint, totals: read.totals, closing: read.closing, at };
    return { cash: false, rows: (options) => reportRows(facts, options) };
  }
}

const hasCash = (tenders: readonly { readonly kind: string; readonly amountFen: number }[]): boolean =>
  tenders.some(({ kind, amountFen }) => kind === 'cash' && amountFen > 0);

/** Under what name prints are counted; undefined for the X report, which is another each time. */
function nameOf({ deviceId }: Who, subject: Subject): string | undefined {
  switch (subject.kind) {
    case 'sale':
      return `sale:${subject.saleId}`;
    case 'return':
      return `return:${subject.returnId}`;
    case 'report':
      return subject.zNumber === undefined ? undefined : `z:${deviceId}:${subject.zNumber}`;
  }
}
