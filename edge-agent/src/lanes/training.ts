import type { SaleView } from '@tillside/agent-contract';
import type { Reader, Tx } from '../journal/index.ts';

/** Long enough to look at what was practised, and its receipt. */
const KEPT_MS = 7 * 86_400_000;

/** Keeps what was only trained, away from everything that is counted. */
export function recordTraining(tx: Tx, view: SaleView, atMs: number): void {
  tx.run(
    'INSERT INTO training_sale (sale_id, basket_id, terminal_id, at, view) VALUES (?, ?, ?, ?, ?)',
    view.saleId,
    view.basketId,
    view.terminalId,
    atMs,
    JSON.stringify(view),
  );
}

export function trainingSale(reader: Reader, saleId: string): SaleView | undefined {
  const row = reader.get<{ view: string }>('SELECT view FROM training_sale WHERE sale_id = ?', saleId);
  return row && (JSON.parse(row.view) as SaleView);
}

export function pruneTraining(tx: Pick<Tx, 'run'>, nowMs: number): void {
  tx.run('DELETE FROM training_sale WHERE at < ?', nowMs - KEPT_MS);
}
