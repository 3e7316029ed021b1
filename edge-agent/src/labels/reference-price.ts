import type { ReferencePrice } from '@tillside/agent-contract';
import type { Reader, Tx } from '../journal/index.ts';
import { instantOf } from '../ports.ts';

const DAY_MS = 86_400_000;
const CN_WINDOW_MS = 7 * DAY_MS;
const EU_WINDOW_MS = 30 * DAY_MS;

/** Sales older than this no longer matter as "the last transaction". */
const KEPT_MS = 120 * DAY_MS;
/** Evidence of a "was" is kept as long as somebody may ask: three years after it was shown. */
const EVIDENCE_KEPT_MS = 3 * 366 * DAY_MS;
/** Rows of evidence that one answer names: the newest of them. */
const MAX_EVIDENCE = 20;

export type Jurisdiction = ReferencePrice['jurisdiction'];

interface Found {
  rule: ReferencePrice['rule'];
  evidence: { at: number; fen: number }[];
}

/** Notes what a line was sold for, in the sale's own transaction. Fen per piece, or per kg when weighed. */
export function noteSoldPrice(
  tx: Tx,
  atMs: number,
  line: { sku: string; quantity: number; weightGrams?: number | undefined; payableFen: number },
): void {
  const fen =
    line.weightGrams === undefined
      ? Math.round(line.payableFen / line.quantity)
      : Math.round((line.payableFen * 1000) / line.weightGrams);
  tx.run('INSERT INTO sold_price (sku, at, fen) VALUES (?, ?, ?)', line.sku, atMs, fen);
}

/**
 * The price a "was" may be compared with, by the rule of the place; `startMs` is when the promotion began: its own sales and prices are no basis. Fen per piece
 * or per kg; `rule` is `none` without `fen` where there is no lawful basis.
 */
export function referencePrice(
  reader: Reader,
  jurisdiction: Jurisdiction,
  sku: string,
  startMs: number,
): ReferencePrice {
  const { rule, evidence } = RULES[jurisdiction](reader, sku, startMs);
  const fen = evidence.length === 0 ? undefined : Math.min(...evidence.map((row) => row.fen));
  return {
    sku,
    jurisdiction,
    rule,
    ...(fen === undefined ? {} : { fen }),
    before: instantOf(startMs),
    evidence: evidence.map((row) => ({ at: instantOf(row.at), fen: row.fen })),
  };
}

/** Its amount alone. */
export const referencePriceFen = (
  reader: Reader,
  sku: string,
  startMs: number,
  jurisdiction: Jurisdiction,
): number | undefined => referencePrice(reader, jurisdiction, sku, startMs).fen;

const RULES: Readonly<Record<Jurisdiction, (reader: Reader, sku: string, startMs: number) => Found>> = {
  CN: lowestSold,
  EU: lowestApplied,
};

/**
 * China (Provisions on Regulating Price Promotion Practices, 2020, article 13): with no stated basis, the lowest price transacted in the same premises in the
 * seven days before the promotion, or else the last transaction before it. Derived from sales, never from what labels showed.
 */
function lowestSold(reader: Reader, sku: string, startMs: number): Found {
  const fromMs = startMs - CN_WINDOW_MS;
  const lowest = reader.get<{ fen: number | null }>(
    'SELECT min(fen) AS fen FROM sold_price WHERE sku = ? AND at >= ? AND at < ?',
    sku,
    fromMs,
    startMs,
  )?.fen;
  if (lowest != null) {
    const evidence = reader.all<{ at: number; fen: number }>(
      'SELECT at, fen FROM sold_price WHERE sku = ? AND at >= ? AND at < ? AND fen = ? ORDER BY at DESC LIMIT ?',
      sku,
      fromMs,
      startMs,
      lowest,
      MAX_EVIDENCE,
    );
    return { rule: 'lowest-sold-7-days', evidence };
  }
  const last = reader.all<{ at: number; fen: number }>(
    'SELECT at, fen FROM sold_price WHERE sku = ? AND at < ? ORDER BY at DESC LIMIT 1',
    sku,
    startMs,
  );
  return { rule: last.length > 0 ? 'last-sold' : 'none', evidence: last };
}

/**
 * European Union (Directive 98/6/EC, article 6a, as amended by 2019/2161): the lowest price applied during the thirty days before the reduction, reductions of
 * before included. The price that was in force when the thirty days began counts too.
 */
function lowestApplied(reader: Reader, sku: string, startMs: number): Found {
  const windowMs = startMs - EU_WINDOW_MS;
  const begun = reader.get<{ at: number | null }>(
    'SELECT max(from_ms) AS at FROM applied_price WHERE sku = ? AND from_ms <= ?',
    sku,
    windowMs,
  )?.at;
  const applied = reader.all<{ at: number; fen: number }>(
    'SELECT from_ms AS at, fen FROM applied_price WHERE sku = ? AND from_ms >= ? AND from_ms < ? ORDER BY from_ms DESC',
    sku,
    begun ?? windowMs,
    startMs,
  );
  const lowest = Math.min(...applied.map(({ fen }) => fen));
  const evidence = applied.filter(({ fen }) => fen === lowest).slice(0, MAX_EVIDENCE);
  return { rule: evidence.length > 0 ? 'lowest-applied-30-days' : 'none', evidence };
}

/** A price in force from now on; nothing where it was in force already. */
export function noteAppliedPrice(tx: Tx, sku: string, fen: number, atMs: number): void {
  const last = tx.get<{ fen: number }>(
    'SELECT fen FROM applied_price WHERE sku = ? ORDER BY from_ms DESC LIMIT 1',
    sku,
  );
  if (last?.fen === fen) return;
  tx.run(
    'INSERT INTO applied_price (sku, from_ms, fen) VALUES (?, ?, ?) ON CONFLICT (sku, from_ms) DO UPDATE SET fen = min(fen, excluded.fen)',
    sku,
    atMs,
    fen,
  );
}

/** A label is given a "was": what it rests on is kept as it stands now, since sales of before are forgotten. Idempotent. */
export function noteEvidence(tx: Tx, reference: ReferencePrice, nowMs: number): void {
  if (reference.fen === undefined) return;
  tx.run(
    'INSERT INTO reference_evidence (sku, before_ms, rule, fen, evidence, noted_ms) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    reference.sku,
    Date.parse(reference.before),
    reference.rule,
    reference.fen,
    JSON.stringify(reference.evidence),
    nowMs,
  );
}

/** Forgets sales and prices that no reference price can come from any more, and evidence that nobody may ask for. */
export function pruneSoldPrices(tx: Tx, nowMs: number): void {
  tx.run('DELETE FROM sold_price WHERE at < ?', nowMs - KEPT_MS);
  // The newest of before stays: it is the one in force when the window begins.
  tx.run(
    `DELETE FROM applied_price WHERE from_ms < (SELECT max(later.from_ms) FROM applied_price AS later
      WHERE later.sku = applied_price.sku AND later.from_ms <= ?)`,
    nowMs - KEPT_MS,
  );
  tx.run('DELETE FROM reference_evidence WHERE noted_ms < ?', nowMs - EVIDENCE_KEPT_MS);
}
