import { callHub, type DemoStore, STORE_ID } from '@tillside/demo';
import { z } from 'zod';
import type { Told } from './compare.ts';

const PAGE = 500;

/** What of a sale and of a return the comparison needs; the hub has checked the rest. */
const Sale = z.object({
  saleId: z.string(),
  basketId: z.string(),
  terminalId: z.string(),
  memberId: z.string().optional(),
  payableFen: z.int(),
  pointsEarned: z.int(),
  pointsSpent: z.int().default(0),
});
const Return = z.object({ returnId: z.string(), saleId: z.string(), terminalId: z.string(), refundFen: z.int() });

/** A sale as HQ has it. `id` is its basket's, which the till knew before there was a sale. */
export interface HeldSale extends Told {
  readonly saleId: string;
  readonly memberId: string | undefined;
  /** Earned less spent. */
  readonly points: number;
}

export interface HubHeld {
  readonly sales: HeldSale[];
  readonly returns: Told[];
  readonly quarantined: number;
}

/** The newest event's cursor: what comes later is above it. 0 when the hub has none. */
export async function hubCursor(demo: DemoStore): Promise<number> {
  const { events } = await callHub(demo.hub(), 'events', { query: { store: STORE_ID, limit: '1' } });
  return events[0]?.cursor ?? 0;
}

/** Every sale and return that the hub took in after `cursor` from these terminals. */
export async function heldSince(demo: DemoStore, cursor: number, terminals: ReadonlySet<string>): Promise<HubHeld> {
  const held: HubHeld & { quarantined: number } = { sales: [], returns: [], quarantined: 0 };
  for (let before: number | null | undefined; before !== null; ) {
    const page: Awaited<ReturnType<typeof callHub<'events'>>> = await callHub(demo.hub(), 'events', {
      query: {
        store: STORE_ID,
        stream: 'sales',
        limit: String(PAGE),
        ...(before === undefined ? {} : { before: String(before) }),
      },
    });
    for (const event of page.events) {
      if (event.cursor <= cursor) return held;
      if (event.quarantine !== null) held.quarantined += 1;
      else if (event.type === 'tillside.sale.completed.v1') {
        const { basketId: id, saleId, memberId, terminalId, ...sale } = Sale.parse(event.data);
        const points = sale.pointsEarned - sale.pointsSpent;
        if (terminals.has(terminalId))
          held.sales.push({ id, saleId, memberId, terminalId, amountFen: sale.payableFen, points });
      } else if (event.type === 'tillside.sale.returned.v1') {
        const { returnId: id, terminalId, refundFen: amountFen } = Return.parse(event.data);
        if (terminals.has(terminalId)) held.returns.push({ id, terminalId, amountFen });
      }
    }
    before = page.nextBefore;
  }
  return held;
}

/** Numbers missing between the hub's contiguous position and its newest event, and events that contradicted held ones. */
export async function hubFaults(demo: DemoStore): Promise<{ holes: number; conflicts: number }> {
  const { positions, conflicts } = await callHub(demo.hub(), 'store', { params: { id: STORE_ID } });
  return { holes: positions.reduce((sum, position) => sum + position.ranges.length, 0), conflicts };
}
