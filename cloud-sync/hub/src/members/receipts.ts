import type { MyExport } from '@tillside/hub-contract';
import { EVENT_TYPES } from '@tillside/protocol';
import type { HubStorage } from '../storage/port.ts';

/** Receipts in one export, the newest; a household buys a few hundred times a year. */
export const MAX_RECEIPTS = 2_000;
const PAGE = 100;

type Receipt = MyExport['receipts'][number];

/** Receipts of a person (`ids`), from what stores told, newest first. A sale of a guest is theirs since HQ gave it to them; one that names another member never. */
export async function receiptsOf(
  { events, members }: Pick<HubStorage, 'events' | 'members'>,
  ids: readonly string[],
): Promise<Receipt[]> {
  const sales = await members.purchases.sales(ids, MAX_RECEIPTS);
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
