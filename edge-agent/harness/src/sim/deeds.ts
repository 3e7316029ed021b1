import type { Chance } from '../random.ts';
import type { Happening } from './journal.ts';

/** What sales of a deed came to; 0 for all that is no sale. */
export interface Deed {
  readonly payableFen: number;
}

/** Something that happens in a shop, as the body of its event. */
export function drawDeed(chance: Chance, deed: number, nowMs: number): Happening & Deed {
  const at = new Date(nowMs).toISOString();
  const kind = chance.next();
  if (kind < 0.5) {
    const payableFen = chance.between(1, 50_000);
    return {
      type: 'tillside.sale.completed.v1',
      stream: 'sales',
      data: saleBody(deed, at, payableFen),
      deed,
      payableFen,
    };
  }
  if (kind < 0.53) return { type: 'tillside.sale.completed.v99', stream: 'sales', data: { deed }, deed, payableFen: 0 };
  if (kind < 0.6) {
    const data = { memberId: `member-${deed}`, purpose: 'marketing', granted: true, textVersion: '1', at };
    return { type: 'tillside.consent.changed.v1', stream: 'members', data, deed, payableFen: 0 };
  }
  if (kind < 0.78) {
    const data = { deviceId: `scanner-${deed}`, state: 'up', at };
    return { type: 'tillside.device.changed.v1', stream: 'ops', data, deed, payableFen: 0 };
  }
  const counted = { devices: 3, associated: 1, randomised: 2 };
  const data = { zone: `zone-${deed}`, windowStart: at, windowMs: 60_000, ...counted };
  return { type: 'tillside.presence.counted.v1', stream: 'presence', data, deed, payableFen: 0 };
}

function saleBody(deed: number, at: string, payableFen: number): Record<string, unknown> {
  const line = { lineId: '1', sku: '1001', department: 'grocery', category: 'milk', quantity: 1, adjustments: [] };
  return {
    saleId: `sale-${deed}`,
    basketId: `basket-${deed}`,
    businessDate: at.slice(0, 10),
    completedAt: at,
    terminalId: 'till-1',
    lane: '1',
    cashierId: 'c-1',
    receiptNumber: String(deed),
    late: false,
    lines: [{ ...line, listFen: payableFen, payableFen }],
    tenders: [{ kind: 'cash', amountFen: payableFen }],
    coupons: [],
    listFen: payableFen,
    savingsFen: 0,
    payableFen,
    pointsEarned: 0,
    policyVersion: '1',
    campaignSetVersion: 1,
    priceVersion: 1,
  };
}
