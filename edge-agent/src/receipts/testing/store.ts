import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AddLine, CallError } from '@tillside/agent-contract';
import { parseCampaignSet } from '@tillside/decide';
import { EscPosSimulator, TcpLine } from '@tillside/devices/simulators';
import type { z } from 'zod';
import { importCoupons, importMembers } from '../../members/import.ts';
import { importItems } from '../../prices/import.ts';
import { ALWAYS, type Caller, ITEMS_CSV, type Rig, startRig } from '../../testing.ts';

export const FAPIAO_KEY = 'a-secret-of-the-invoice-platform';
const MEMBERS = `memberId,code,tier,points,joinedAt,personalisation
M000001,card-1,gold,1000,2025-01-01T00:00:00Z,yes
`;
const COUPONS = `couponId,code,campaignId,memberId
c1,AAA111,tea-coupon,M000001
c2,AAA222,tea-coupon,M000001
c3,AAA333,bread-coupon,M000001
`;

const base = { schema: 1, version: 1, window: ALWAYS, fundedBy: 'store' };
const CAMPAIGNS = [
  {
    ...base,
    id: 'milk-20',
    kind: 'discount',
    name: { zh: '牛奶八折', en: 'Milk 20% off' },
    items: { skus: ['milk'] },
    discount: { by: 'percent', percentOffBp: 2000 },
  },
  {
    ...base,
    id: 'full-30',
    kind: 'spend-save',
    name: { zh: '满 ¥30 减 ¥5', en: '¥5 off over ¥30' },
    items: { all: true },
    tiers: [{ spendFen: 3000, saveFen: 500 }],
    repeat: 'once',
    base: 'after-item-discounts',
  },
  {
    ...base,
    id: 'tea-coupon',
    kind: 'discount',
    requiresCoupon: true,
    name: { zh: '绿茶券', en: 'Tea coupon' },
    items: { skus: ['tea'] },
    discount: { by: 'amount', amountOffFen: 200 },
    limits: { perBasket: 1 },
  },
  {
    ...base,
    id: 'bread-coupon',
    kind: 'discount',
    requiresCoupon: true,
    name: { zh: '面包券', en: 'Bread coupon' },
    items: { skus: ['bread'] },
    discount: { by: 'percent', percentOffBp: 5000 },
    window: { from: ALWAYS.from, to: '2098-06-30T15:59:59Z' },
  },
  {
    ...base,
    id: 'points-pay',
    kind: 'points-pay',
    name: { zh: '积分抵现', en: 'Pay with points' },
    items: { all: true },
    pointsPerStep: 100,
    fenPerStep: 100,
    maxShareBp: 5000,
  },
];

/** A store with a printer at lane 1 and a till at lanes 1 and 2; the invoice platform's key is in a file. */
export interface ReceiptStore {
  readonly rig: Rig;
  readonly till: Caller;
  readonly otherTill: Caller;
  readonly printer: EscPosSimulator;
  key(): string;
  /** Sells; `cash` is what the shopper hands over in fen, else a token pays. */
  sell(lines: readonly z.input<typeof AddLine>[], how?: Selling): Promise<string>;
  stop(): Promise<void>;
}
interface Selling {
  readonly member?: string;
  readonly coupon?: string;
  readonly points?: number;
  readonly cash?: number;
  readonly training?: boolean;
}

/** `ok`, or the code of the refusal. */
export const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: unknown) => (error instanceof CallError ? error.code : String(error)),
  );

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function startReceiptStore(dir: string, more: Record<string, unknown> = {}): Promise<ReceiptStore> {
  const line = new TcpLine();
  const printer = new EscPosSimulator(line);
  await printer.start();
  const keyFile = join(dir, 'fapiao.key');
  writeFileSync(keyFile, FAPIAO_KEY);
  const rig = await startRig({
    storeName: { zh: '晨市 · 人民路店', en: 'Morning Market, Renmin Rd' },
    devices: [
      {
        id: 'printer-1',
        model: 'printer/escpos',
        lane: '1',
        connection: line.connection,
        options: { pollMs: 200 },
      },
    ],
    receipts: { drawer: true },
    fapiao: {
      urlTemplate: 'https://fp.example.cn/q?s={store}&n={sale}&a={amount}&d={date}&k={sign}',
      keyFile,
    },
    ...more,
  });
  const { app } = rig.agent;
  importItems(app.journal, app.clock, ITEMS_CSV);
  importMembers(app.journal, MEMBERS);
  importCoupons(app.journal, COUPONS);
  const policy = {
    version: 3,
    objective: 'best-for-customer',
    couponsPerBasket: 2,
    cashRounding: { toFen: 10, mode: 'down' },
  };
  const set = JSON.stringify({ schema: 1, setId: 'test', version: 12, campaigns: CAMPAIGNS, policy });
  const parsed = parseCampaignSet(JSON.parse(set));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  app.journal.write((tx) =>
    tx.run(`INSERT INTO desired VALUES ('campaigns', 12, ?, ?, '2026-01-01T00:00:00Z')`, 'a'.repeat(64), set),
  );
  app.book.reload();
  await until(() => (app.status('en').devices.every(({ state }) => state === 'online') ? true : undefined));
  const till = await rig.pair('terminal', '1');
  const otherTill = await rig.pair('terminal', '2');
  let keys = 0;
  const key = (): string => `key-${++keys}`;

  const sell: ReceiptStore['sell'] = async (lines, { member, coupon, points, cash, training } = {}) => {
    const body = { cashierId: 'c1', ...(training ? { training } : {}) };
    let view = await till.call('openBasket', { body, key: key() });
    const params = { basketId: view.basketId };
    if (member !== undefined) view = await till.call('setMember', { params, body: { code: member }, key: key() });
    if (coupon !== undefined) view = await till.call('addCoupon', { params, body: { code: coupon }, key: key() });
    for (const one of lines) view = await till.call('addLine', { params, body: one, key: key() });
    if (points !== undefined) view = await till.call('payWithPoints', { params, body: { points }, key: key() });
    const { decision } = view;
    const tender =
      cash === undefined
        ? { kind: 'token' as const, amountFen: decision.totalFen, token: 'tok_5f0c81aa9d21' }
        : { kind: 'cash' as const, amountFen: decision.cash?.totalFen ?? decision.totalFen, givenFen: cash };
    const sale = await till.call('completeBasket', {
      params,
      body: { cashierId: 'c1', expectedPayableFen: decision.payableFen, tenders: [tender] },
      key: key(),
    });
    return sale.saleId;
  };
  return {
    rig,
    till,
    otherTill,
    printer,
    key,
    sell,
    async stop() {
      await rig.stop();
      await printer.stop();
    },
  };
}
