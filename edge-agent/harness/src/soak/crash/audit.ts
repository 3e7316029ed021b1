import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { allLanes, Journal } from '@tillside/edge-agent/journal';
import { laneKey, type Ranges, waitingOf } from '@tillside/edge-agent/sync';
import { envelopeHash, genesisHash, type Stream } from '@tillside/protocol';
import { type Image, writeImage } from '../../fault/power-cut.ts';
import type { Acknowledged, CrashLedger } from './ledger.ts';

interface StoredEvent {
  readonly epoch: string;
  readonly stream: Stream;
  readonly seq: number;
  readonly hash: string;
  readonly type: string;
  readonly text: string;
}

/** What a journal holds, read by the product's own way of opening it. */
export interface Held {
  readonly epoch: string;
  readonly sales: { saleId: string; basketId: string; amountFen: number }[];
  readonly answers: ReadonlyMap<string, string>;
  readonly events: readonly StoredEvent[];
  /** Numbers that the journal itself means to send, by laneKey. */
  readonly waiting: ReadonlyMap<string, Ranges>;
  /** What SQLite finds wrong with its file. */
  readonly integrity: string;
}

const CLOCK = { now: () => Date.now() };
const RANDOM = {
  uuid(): string {
    throw new Error('an audit makes nothing');
  },
  bytes(): Buffer {
    throw new Error('an audit makes nothing');
  },
};

/** Opens a copy of what a crash left, as an agent would. Throws what the agent would throw. */
export function readHeld(image: Image, store: string, folder: string): Held {
  const dir = mkdtempSync(join(folder, 'image-'));
  try {
    writeImage(image, dir);
    const journal = Journal.open({ dataDir: dir, store, clock: CLOCK, random: RANDOM });
    try {
      return {
        epoch: journal.epoch,
        sales: journal.all(
          'SELECT sale_id AS saleId, basket_id AS basketId, payable_fen AS amountFen FROM sale ORDER BY sale_id',
        ),
        answers: new Map(
          journal
            .all<{ device: string; key: string; response: string }>(
              'SELECT device_id AS device, key, response FROM idempotency',
            )
            .map(({ device, key, response }) => [`${device}/${key}`, response]),
        ),
        events: journal.all('SELECT epoch, stream, seq, hash, type, envelope AS text FROM event ORDER BY 1, 2, 3'),
        waiting: new Map(allLanes(journal).map((lane) => [laneKey(lane), waitingOf(lane)])),
        integrity: journal.get<{ integrity_check: string }>('PRAGMA integrity_check')?.integrity_check ?? '',
      };
    } finally {
      journal.close();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export interface AuditRules {
  /** What must be there. */
  readonly acknowledged: readonly Acknowledged[];
  /** A store without room may have given up its oldest events, those that the hub holds. */
  readonly mayBeTrimmed: boolean;
}

/** Holds a journal to what terminals were told. */
export function audit(held: Held, store: string, ledger: CrashLedger, rules: AuditRules): void {
  if (held.integrity !== 'ok') ledger.fail('DATABASE_TORN', held.integrity);
  auditSales(held, ledger, rules.acknowledged);
  if (!rules.mayBeTrimmed) auditEvents(held, ledger);
  auditChains(held, store, ledger, rules.mayBeTrimmed);
}

function auditSales({ sales, answers }: Held, ledger: CrashLedger, acknowledged: readonly Acknowledged[]): void {
  const byBasket = new Map(sales.map((sale) => [sale.basketId, sale]));
  for (const { saleId, basketId, amountFen, terminalId, key } of acknowledged) {
    const sale = byBasket.get(basketId);
    if (sale === undefined) ledger.fail('SALE_LOST', `${saleId} of ${amountFen} fen, which its terminal was told of`);
    else if (sale.saleId !== saleId) ledger.fail('SALE_TWICE', `${basketId} was ${saleId}, and is ${sale.saleId}`);
    else if (sale.amountFen !== amountFen)
      ledger.fail('SALE_DIFFERS', `${saleId}: ${sale.amountFen}, not ${amountFen}`);
    const answer = answers.get(`${terminalId}/${key}`);
    if (answer === undefined || (JSON.parse(answer) as { saleId?: string }).saleId !== saleId)
      ledger.fail('ANSWER_LOST', `a retry of ${key} would not be answered with ${saleId}`);
  }
  for (const { saleId, basketId, amountFen } of sales)
    if (ledger.asked.get(basketId) !== amountFen)
      ledger.fail('SALE_NOT_ASKED', `${saleId} of ${amountFen} fen, asked for ${ledger.asked.get(basketId)}`);
}

/** Each sale has its event, each event its sale. */
function auditEvents({ sales, events }: Held, ledger: CrashLedger): void {
  const told = events
    .filter(({ type }) => type === 'tillside.sale.completed.v1')
    .map(({ text }) => (JSON.parse(text) as { data: { saleId: string; payableFen: number } }).data)
    .map(({ saleId, payableFen }) => `${saleId} ${payableFen}`)
    .sort();
  const booked = sales.map(({ saleId, amountFen }) => `${saleId} ${amountFen}`).sort();
  if (told.join() !== booked.join())
    ledger.fail('EVENTS_DIFFER', `${booked.length} sales, ${told.length} events of sales, or not the same`);
}

function auditChains({ events }: Held, store: string, ledger: CrashLedger, mayBeTrimmed: boolean): void {
  let before: StoredEvent | undefined;
  for (const event of events) {
    const { epoch, stream, seq, hash, text } = event;
    const { prevhash } = JSON.parse(text) as { prevhash: string };
    const isFirst = before?.epoch !== epoch || before.stream !== stream;
    const expected = !isFirst
      ? { seq: (before?.seq ?? 0) + 1, hash: before?.hash }
      : mayBeTrimmed && seq > 1
        ? { seq, hash: prevhash }
        : { seq: 1, hash: genesisHash(store, epoch, stream) };
    if (seq !== expected.seq) ledger.fail('STREAM_HAS_HOLE', `${stream} goes on with ${seq} after ${expected.seq - 1}`);
    else if (prevhash !== expected.hash || envelopeHash(text) !== hash)
      ledger.fail('CHAIN_BROKEN', `${stream} ${seq} is not what its successor or its own hash says`);
    before = event;
  }
}
