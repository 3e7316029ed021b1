import { randomUUID } from 'node:crypto';
import { STORE_ID } from '@tillside/demo';
import { Journal } from '@tillside/edge-agent/journal';
import type { EventBody, EventType } from '@tillside/protocol';
import type { MeasureContext } from '../measure.ts';
import type { Chance } from '../random.ts';
import type { PoolItem } from './generator.ts';

/** Events in one transaction of the filling. */
const AT_ONCE = 2_000;
/** Of a thousand events, as a supermarket's day has them; footfall is counted by zone and window. */
const MIX = [
  ['tillside.sale.completed.v1', 330],
  ['tillside.coupon.redeemed.v1', 60],
  ['tillside.sale.returned.v1', 8],
  ['tillside.member.joined.v1', 4],
  ['tillside.consent.changed.v1', 3],
  ['tillside.basket.cancelled.v1', 15],
  ['tillside.recommendation.served.v1', 330],
  ['tillside.label.shown.v1', 60],
  ['tillside.device.changed.v1', 10],
  ['tillside.presence.counted.v1', 180],
] as const satisfies readonly (readonly [EventType, number])[];
const MIX_SUM = MIX.reduce((sum, [, share]) => sum + share, 0);
const MAX_LINES = 14;
const PAST_DAYS = 30;
const DAY_MS = 86_400_000;

type Kind = (typeof MIX)[number][0];
type Bodies = { [K in Kind]: () => EventBody<K> };

/**
 * Writes events of past days into the journal of a store whose agent is stopped: as the agent writes them.
 */
export function fillJournal(
  of: { dataDir: string; events: number; pool: readonly PoolItem[]; chance: Chance },
  { progress, signal }: Pick<MeasureContext, 'progress' | 'signal'>,
): void {
  const journal = Journal.open({
    dataDir: of.dataDir,
    store: STORE_ID,
    clock: { now: () => Date.now() },
    random: { uuid: randomUUID, bytes: () => Buffer.alloc(0) },
  });
  try {
    const bodies = bodiesOf(of.chance, of.pool);
    for (let done = 0; done < of.events; ) {
      signal.throwIfAborted();
      const now = Math.min(AT_ONCE, of.events - done);
      journal.write((tx) => {
        for (let n = 0; n < now; n++) {
          const type = kindOf(of.chance);
          const data = bodies[type]();
          tx.append(type, data as never);
        }
      });
      done += now;
      progress.tick(now);
    }
  } finally {
    journal.close();
  }
}

function kindOf(chance: Chance): Kind {
  let left = chance.next() * MIX_SUM;
  for (const [type, share] of MIX) {
    left -= share;
    if (left < 0) return type;
  }
  return 'tillside.presence.counted.v1';
}

function bodiesOf(chance: Chance, pool: readonly PoolItem[]): Bodies {
  const at = (): string => new Date(Date.now() - chance.between(1, PAST_DAYS) * DAY_MS).toISOString();
  const day = (): string => at().slice(0, 10);
  const id = (): string => randomUUID();
  const member = (): string => `m-bench-${chance.between(1, 9_999)}`;
  const terminal = (): string => `t${chance.between(1, 8)}`;
  const cashierId = 'c1';
  return {
    'tillside.sale.completed.v1': () => saleOf(chance, pool, { at: at(), id, member, terminal }),
    'tillside.coupon.redeemed.v1': () => ({ couponId: id(), campaignId: 'bench', saleId: id(), amountFen: 500 }),
    'tillside.sale.returned.v1': () => ({
      returnId: id(),
      saleId: id(),
      businessDate: day(),
      returnedAt: at(),
      terminalId: terminal(),
      cashierId,
      receiptNumber: id(),
      lines: [{ lineId: '1', sku: chance.pick(pool).sku, quantity: 1, refundFen: 990 }],
      refundFen: 990,
    }),
    'tillside.member.joined.v1': () => ({
      memberId: `m-${id()}`,
      joinedAt: at(),
      channel: 'kiosk',
      tier: 'basic',
      consents: [{ purpose: 'membership', granted: true, textVersion: '1', at: at() }],
      profile: SEALED,
    }),
    'tillside.consent.changed.v1': () => ({
      memberId: member(),
      purpose: 'marketing',
      granted: true,
      textVersion: '1',
      at: at(),
    }),
    'tillside.basket.cancelled.v1': () => ({
      basketId: id(),
      terminalId: terminal(),
      cashierId,
      at: at(),
      listFen: 4_200,
    }),
    'tillside.recommendation.served.v1': () => ({
      recommendationId: id(),
      basketId: id(),
      memberId: member(),
      channel: 'till',
      source: 'co-occurrence',
      skus: chance.sample(pool, 5).map(({ sku }) => sku),
      at: at(),
    }),
    'tillside.label.shown.v1': () => ({
      tagId: `tag-${chance.between(1, 4_000)}`,
      sku: chance.pick(pool).sku,
      priceFen: chance.pick(pool).unitPriceFen,
      imageHash: id(),
      at: at(),
    }),
    'tillside.device.changed.v1': () => ({ deviceId: 'scanner-1', state: 'online', at: at() }),
    'tillside.presence.counted.v1': () => ({
      zone: `zone-${chance.between(1, 6)}`,
      windowStart: at(),
      windowMs: 300_000,
      devices: chance.between(0, 80),
      associated: chance.between(0, 9),
      randomised: chance.between(0, 60),
    }),
  };
}

/** Nobody opens it here. */
const SEALED: EventBody<'tillside.member.joined.v1'>['profile'] = {
  alg: 'A256GCM',
  iv: 'AAAAAAAAAAAAAAAA',
  box: 'A'.repeat(60),
};

function saleOf(
  chance: Chance,
  pool: readonly PoolItem[],
  of: { at: string; id(): string; member(): string; terminal(): string },
): EventBody<'tillside.sale.completed.v1'> {
  const lines = chance.sample(pool, chance.between(1, MAX_LINES)).map((item, place) => ({
    lineId: String(place + 1),
    sku: item.sku,
    department: item.department,
    category: item.category,
    quantity: 1,
    listFen: item.unitPriceFen,
    payableFen: item.unitPriceFen,
    adjustments: [],
  }));
  const listFen = lines.reduce((sum, line) => sum + line.listFen, 0);
  return {
    saleId: of.id(),
    basketId: of.id(),
    businessDate: of.at.slice(0, 10),
    completedAt: of.at,
    terminalId: of.terminal(),
    lane: '1',
    cashierId: 'c1',
    receiptNumber: of.id(),
    ...(chance.happens(0.5) ? { memberId: of.member() } : {}),
    late: false,
    lines,
    tenders: [{ kind: 'cash', amountFen: listFen }],
    coupons: [],
    listFen,
    savingsFen: 0,
    payableFen: listFen,
    pointsEarned: 0,
    policyVersion: '1',
    campaignSetVersion: 1,
    priceVersion: 1,
  };
}
