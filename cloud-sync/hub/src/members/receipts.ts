import type { LedgerEntry } from '@tillside/decide';
import type { MyExport } from '@tillside/hub-contract';
import { EVENT_TYPES } from '@tillside/protocol';
import type { EventLog } from '../storage/port.ts';

/** Receipts in one export, the newest; a household buys a few hundred times a year. */
export const MAX_RECEIPTS = 2_000;
const PAGE = 100;

type Receipt = MyExport['receipts'][number];
const CAUSE = /^(?:earn|burn):([^:]+):(.+)$/su;

/** The sales that moved points, by their entries' causes, the newest first. What HQ moved by itself has no sale. */
function salesOf(entries: readonly LedgerEntry[]): { store: string; saleId: string }[] {
  const sales = new Map<string, { store: string; saleId: string }>();
  for (const { entryId } of entries.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))) {
    const [, store, saleId] = CAUSE.exec(entryId) ?? [];
    if (store !== undefined && saleId !== undefined && store !== 'hq')
      sales.set(`${store}\n${saleId}`, { store, saleId });
  }
  return [...sales.values()].slice(0, MAX_RECEIPTS);
}

/** Receipts of a person (`ids`), from what stores told, newest first. A sale of a guest is theirs by the points that HQ gave them for it; a sale of another member never. */
export async function receiptsOf(
  events: Pick<EventLog, 'salesBy'>,
  ids: readonly string[],
  entries: readonly LedgerEntry[],
): Promise<Receipt[]> {
  const sales = salesOf(entries);
  const receipts: Receipt[] = [];
  for (let from = 0; from < sales.length; from += PAGE)
    for (const { store, body } of await events.salesBy(sales.slice(from, from + PAGE))) {
      const read = EVENT_TYPES['tillside.sale.completed.v1'].body.safeParse(JSON.parse(body));
      if (!read.success) continue;
      const { saleId, memberId, receiptNumber, completedAt, payableFen, lines } = read.data;
      if (memberId !== undefined && !ids.includes(memberId)) continue;
      const bought = lines.map(({ sku, category, quantity, payableFen: fen }) => ({
        sku,
        category,
        quantity,
        payableFen: fen,
      }));
      receipts.push({ store, saleId, receiptNumber, completedAt, payableFen, lines: bought });
    }
  return receipts.sort((a, b) => Date.parse(b.completedAt) - Date.parse(a.completedAt));
}
