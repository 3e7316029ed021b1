import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PoslogReport } from '@tillside/agent-contract';
import { z } from 'zod';
import type { DemoData } from '../data/index.ts';
import type { DemoStore } from '../store/demo-store.ts';
import { FILE_POS, STORE_ID } from '../store/layout.ts';
import { until } from './headquarters.ts';
import { goodsOf } from './odd-baskets.ts';
import { mustBe } from './refused.ts';

const NAMESPACE = 'http://www.nrf-arts.org/IXRetail/namespace/';
const IMPORT_TIMEOUT_MS = 30_000;
const CUT_FEN = 50;
/** A sale and a return. */
export const POS_FILE_TRANSACTIONS = 2;

/** The report lies beside the file in both languages. */
const Reports = z.object({ en: PoslogReport });

const yuan = (fen: number): string => (fen / 100).toFixed(2);

/** What another POS sold and took back, as a file of its own, and what must come of it. */
export interface PosFile {
  readonly xml: string;
  readonly soldFen: number;
  readonly refundedFen: number;
}

/** Two transactions of ARTS POSLog XML: two things in cash, one of them cheaper than usual, and one that came back. */
export function posFile(data: DemoData, businessDate: string): PosFile {
  const [first, second] = goodsOf(data, 'frozen');
  if (first === undefined || second === undefined) throw new Error('no frozen goods');
  const soldFen = first.priceFen - CUT_FEN + second.priceFen;
  const refundedFen = second.priceFen;
  const transactions = [
    retail(businessDate, 1, [
      goods('Sale', first.gtin, first.priceFen - CUT_FEN, first.priceFen),
      goods('Sale', second.gtin, second.priceFen, second.priceFen),
      tender('Sale', soldFen),
    ]),
    retail(businessDate, 2, [goods('Return', second.gtin, refundedFen, refundedFen), tender('Refund', refundedFen)]),
  ];
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<POSLog xmlns="${NAMESPACE}">\n${transactions.join('\n')}\n</POSLog>\n`;
  return { xml, soldFen, refundedFen };
}

const retail = (businessDate: string, sequence: number, lines: readonly string[]): string =>
  `<Transaction><RetailStoreID>${STORE_ID}</RetailStoreID><WorkstationID>${FILE_POS.workstation}</WorkstationID>
<SequenceNumber>${sequence}</SequenceNumber><BusinessDayDate>${businessDate}</BusinessDayDate><EndDateTime>${businessDate}T12:0${sequence}:00</EndDateTime>
<OperatorID>88</OperatorID><CurrencyCode>CNY</CurrencyCode><RetailTransaction>
${lines.map((line, index) => `<LineItem><SequenceNumber>${index + 1}</SequenceNumber>${line}</LineItem>`).join('\n')}
</RetailTransaction></Transaction>`;

const goods = (kind: 'Sale' | 'Return', gtin: string, amountFen: number, regularFen: number): string =>
  `<${kind} ItemType="Stock"><POSIdentity POSIDType="EAN"><POSItemID>${gtin}</POSItemID></POSIdentity>
<RegularSalesUnitPrice>${yuan(regularFen)}</RegularSalesUnitPrice><ExtendedAmount>${yuan(amountFen)}</ExtendedAmount><Quantity>1</Quantity></${kind}>`;

const tender = (typeCode: 'Sale' | 'Refund', amountFen: number): string =>
  `<Tender TenderType="Cash" TypeCode="${typeCode}"><Amount Currency="CNY">${yuan(amountFen)}</Amount></Tender>`;

/** Drops a file as a POS should: under another name first, so that nobody reads half of it. */
export function drop(demo: DemoStore, name: string, { xml }: PosFile): void {
  const path = join(demo.layout.posFiles, name);
  writeFileSync(`${path}.tmp`, xml);
  renameSync(`${path}.tmp`, path);
}

/** Waits until a dropped file lies among the done ones; its report must say that so many were booked, and so many had been before. */
export async function mustBeTaken(
  demo: DemoStore,
  name: string,
  { soldFen, refundedFen }: PosFile,
  expected: { accepted: number; repeated: number },
): Promise<void> {
  const path = join(demo.layout.posFiles, 'done', name.replace(/xml$/, 'report.json'));
  const text = await until(`${name} is imported`, IMPORT_TIMEOUT_MS, () =>
    existsSync(path) ? readFileSync(path, 'utf8') : undefined,
  );
  const { accepted, repeated, quarantine, importedFen, refundedFen: backFen } = Reports.parse(JSON.parse(text)).en;
  const isNew = expected.accepted > 0;
  mustBe(
    `the report of ${name}`,
    { accepted, repeated, waits: quarantine.map(({ code }) => code), importedFen, backFen },
    { ...expected, waits: [], importedFen: isNew ? soldFen : 0, backFen: isNew ? refundedFen : 0 },
  );
}
