import { allocateFen } from '@tillside/decide';
import { AgentError } from '../../errors.ts';
import type { Tx } from '../../journal/index.ts';
import type { Reported } from '../../lanes/reported.ts';
import type { Terminal } from '../../lanes/till.ts';
import { type Mapped, type Return, receiptOf, type Sale, type Target } from './map.ts';
import type { TransactionKey } from './transaction.ts';

/** What of a transaction was booked, kept so that a later one can void it. */
interface Kept {
  readonly terminal: Terminal;
  readonly sale?: Sale;
  readonly returned?: Return;
  /** It is a void itself. */
  readonly isVoid?: true;
}

interface Row {
  store: string;
  workstation: string;
  sequence: string;
  business_day: string;
  content_hash: string;
  booked: string;
  voided_by: string | null;
}

export interface BookedFen {
  readonly importedFen: number;
  readonly refundedFen: number;
}

const HOW = { source: 'poslog', late: false } as const;
const SAME_KEY = 'store = ? AND workstation = ? AND sequence = ? AND business_day = ?';
const parts = ({ store, workstation, sequence, businessDay }: TransactionKey): [string, string, string, string] => [
  store,
  workstation,
  sequence,
  businessDay,
];

/** Whether a transaction of this key was booked, and with this content. */
export function knownAs(tx: Tx, key: TransactionKey, hash: string): 'new' | 'repeated' | 'other' {
  const row = tx.get<Row>(`SELECT * FROM poslog_transaction WHERE ${SAME_KEY}`, ...parts(key));
  if (row === undefined) return 'new';
  return row.content_hash === hash ? 'repeated' : 'other';
}

/**
 * Books what a transaction is, and its key with it: both become durable or neither does. Throws POSLOG_VOID_TARGET, and what Reported refuses.
 */
export function book(
  tx: Tx,
  mapped: Extract<Mapped, { kind: 'trade' | 'void' }>,
  to: {
    readonly reported: Reported;
    terminalOf(key: TransactionKey): Terminal;
    readonly hash: string;
    readonly now: number;
  },
): BookedFen {
  const { reported, hash, now } = to;
  const kept = mapped.kind === 'trade' ? tradeOf(tx, mapped, to.terminalOf(mapped.key)) : reversalOf(tx, mapped);
  const sale = kept.sale === undefined ? undefined : reported.sale(tx, kept.terminal, kept.sale, HOW);
  const back = kept.returned === undefined ? undefined : reported.return(tx, kept.terminal, kept.returned, HOW);
  tx.run(
    'INSERT INTO poslog_transaction (store, workstation, sequence, business_day, content_hash, booked, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...parts(mapped.key),
    hash,
    JSON.stringify(kept),
    now,
  );
  return { importedFen: sale?.view.decision.totalFen ?? 0, refundedFen: back?.view.refundFen ?? 0 };
}

function tradeOf(tx: Tx, { sale, returned, returnOf }: Extract<Mapped, { kind: 'trade' }>, terminal: Terminal): Kept {
  const origin = returnOf === undefined ? undefined : find(tx, returnOf);
  const saleReceiptNumber = origin === undefined ? undefined : (JSON.parse(origin.booked) as Kept).sale?.receiptNumber;
  return {
    terminal,
    ...(sale === undefined ? {} : { sale }),
    ...(returned === undefined
      ? {}
      : { returned: { ...returned, ...(saleReceiptNumber === undefined ? {} : { saleReceiptNumber }) } }),
  };
}

/** Links often leave the day out. */
function find(tx: Tx, { key, isDayTold }: Target): Row | undefined {
  if (isDayTold) return tx.get<Row>(`SELECT * FROM poslog_transaction WHERE ${SAME_KEY}`, ...parts(key));
  return tx.get<Row>(
    'SELECT * FROM poslog_transaction WHERE store = ? AND workstation = ? AND sequence = ? AND business_day <= ? ORDER BY business_day DESC LIMIT 1',
    ...parts(key),
  );
}

/** What a void books: goods of a sale come back at what was paid, goods that came back go out again. */
function reversalOf(tx: Tx, { key, voids, at, cashierId }: Extract<Mapped, { kind: 'void' }>): Kept {
  const row = find(tx, voids);
  const { workstation, sequence, businessDay } = voids.key;
  const named = `${workstation} ${sequence} ${businessDay}`;
  if (row === undefined) throw new AgentError('POSLOG_VOID_TARGET', { detail: `(${named})` });
  const first = JSON.parse(row.booked) as Kept;
  if (row.voided_by !== null || first.isVoid === true)
    throw new AgentError('POSLOG_VOID_TARGET', { detail: `(${named}; ${row.voided_by ?? row.sequence})` });
  tx.run(
    `UPDATE poslog_transaction SET voided_by = ? WHERE ${SAME_KEY}`,
    receiptOf(key),
    row.store,
    row.workstation,
    row.sequence,
    row.business_day,
  );
  const head = { cashierId, businessDate: key.businessDay, completedAt: at };
  return {
    terminal: first.terminal,
    isVoid: true,
    ...(first.sale === undefined
      ? {}
      : {
          returned: {
            ...turned(first.sale),
            ...head,
            receiptNumber: receiptOf(key, true),
            saleReceiptNumber: first.sale.receiptNumber,
          },
        }),
    ...(first.returned === undefined
      ? {}
      : { sale: { ...turned(first.returned), ...head, receiptNumber: receiptOf(key) } }),
  };
}

/** Tax that stood on top of a sale is refunded with its lines; nobody hands change over at a void. */
function turned({
  lines,
  tenders,
  memberCode,
  ...told
}: Sale | Return): Pick<Sale, 'lines' | 'tenders' | 'memberCode'> {
  const addedTaxFen = 'addedTaxFen' in told ? (told.addedTaxFen ?? 0) : 0;
  const taxes = allocateFen(
    addedTaxFen,
    lines.map(({ payableFen }) => payableFen),
  );
  return {
    lines: lines.map(({ listFen, payableFen, ...line }, index) => {
      const paid = payableFen + (taxes[index] ?? 0);
      return { ...line, ...(listFen === undefined || listFen <= paid ? {} : { listFen }), payableFen: paid };
    }),
    tenders: tenders.map(({ givenFen: _, ...tender }) => tender),
    ...(memberCode === undefined ? {} : { memberCode }),
  };
}
