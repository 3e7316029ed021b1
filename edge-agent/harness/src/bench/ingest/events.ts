import { type Envelope, envelopeHash, genesisHash, type Stream } from '@tillside/protocol';
import { type Chance, createChance } from '../../random.ts';

type Body = Record<string, unknown>;
type Sort = readonly [weight: number, stream: Stream, type: string, body: (chance: Chance, at: Moment) => Body];
interface Moment {
  readonly instant: string;
  readonly businessDate: string;
  readonly store: string;
  /** Of the event within its store. */
  readonly number: number;
}

const DEPARTMENTS = ['grocery', 'fresh', 'drinks', 'household'];
const CATEGORIES = ['milk', 'bread', 'noodles', 'soft-drinks', 'snacks', 'fruit', 'vegetables', 'paper', 'tea', 'rice'];
const CAMPAIGNS = Array.from({ length: 24 }, (_, place) => `campaign-${place + 1}`);
const FIRST_MS = Date.UTC(2025, 0, 1);
/** An event of a store each 40 seconds or so. */
const STEP_MS = 40_000;
const ZONE_MS = 8 * 60 * 60_000;
/** Of all sales; each then has an event of the points that it earned. */
const MEMBER_SALES = 1 / 3;
const LINES = { least: 1, most: 8 } as const;

function uuid(chance: Chance): string {
  const part = (): string => chance.between(0, 0xffff).toString(16).padStart(4, '0');
  return `${part()}${part()}-${part()}-4${part().slice(1)}-8${part().slice(1)}-${part()}${part()}${part()}`;
}
const memberOf = (chance: Chance): string => `m_${String(chance.between(1, 5_000)).padStart(8, '0')}`;
const skuOf = (chance: Chance): string => String(1_000 + chance.between(0, 4_000));

function saleLine(chance: Chance, place: number): { listFen: number; payableFen: number } & Body {
  const quantity = chance.between(1, 3);
  const listFen = quantity * chance.between(150, 4_500);
  const saved = chance.happens(0.3) ? Math.floor(listFen * 0.1) : 0;
  const department = chance.pick(DEPARTMENTS);
  const adjustments = saved > 0 ? [{ campaignId: chance.pick(CAMPAIGNS), amountFen: saved }] : [];
  const category = chance.pick(CATEGORIES);
  const payableFen = listFen - saved;
  return { lineId: `l${place}`, sku: skuOf(chance), department, category, quantity, listFen, payableFen, adjustments };
}

function sale(chance: Chance, { instant, businessDate, number }: Moment): Body {
  const lines = Array.from({ length: chance.between(LINES.least, LINES.most) }, (_, place) =>
    saleLine(chance, place + 1),
  );
  const listFen = lines.reduce((sum, line) => sum + line.listFen, 0);
  const payableFen = lines.reduce((sum, line) => sum + line.payableFen, 0);
  return {
    saleId: uuid(chance),
    basketId: uuid(chance),
    businessDate,
    completedAt: instant,
    terminalId: `till-${chance.between(1, 4)}`,
    lane: '1',
    cashierId: `c-${chance.between(1, 9)}`,
    receiptNumber: `R${number}`,
    ...(chance.happens(MEMBER_SALES) ? { memberId: memberOf(chance) } : {}),
    late: false,
    lines,
    tenders: [{ kind: 'token', amountFen: payableFen, token: uuid(chance) }],
    coupons: [],
    listFen,
    savingsFen: listFen - payableFen,
    payableFen,
    pointsEarned: Math.floor(payableFen / 100),
    policyVersion: '3',
    campaignSetVersion: 12,
    priceVersion: 340,
  };
}

const returned = (chance: Chance, { instant, businessDate, number }: Moment): Body => {
  const refundFen = chance.between(100, 5_000);
  return {
    returnId: uuid(chance),
    saleId: uuid(chance),
    businessDate,
    returnedAt: instant,
    terminalId: 'till-1',
    cashierId: 'c-1',
    receiptNumber: `T${number}`,
    lines: [{ lineId: 'l1', sku: skuOf(chance), quantity: 1, refundFen }],
    refundFen,
    reason: '包装破损',
  };
};

const earned = (chance: Chance, { store, instant }: Moment): Body => {
  const entryId = `earn:${store}:${uuid(chance)}`;
  const points = chance.between(1, 300);
  const expiresAt = `${instant.slice(0, 4)}-12-31T23:59:59+08:00`;
  return { entries: [{ entryId, memberId: memberOf(chance), kind: 'earn', points, at: instant, expiresAt }] };
};

const joined = (chance: Chance, { instant }: Moment): Body => ({
  memberId: `m${uuid(chance).replaceAll('-', '').slice(0, 24)}`,
  joinedAt: instant,
  channel: 'till',
  tier: 'basic',
  consents: [{ purpose: 'membership', granted: true, textVersion: '2', at: instant }],
});

/** What a store's day is made of, in parts of 113: a third of the sales are by members, and each of those earns points. */
const SORTS: readonly Sort[] = [
  [35, 'sales', 'tillside.sale.completed.v1', sale],
  [12, 'sales', 'tillside.points.moved.v1', earned],
  [1, 'members', 'tillside.member.joined.v1', joined],
  [2, 'sales', 'tillside.sale.returned.v1', returned],
  [
    6,
    'sales',
    'tillside.coupon.redeemed.v1',
    (chance) => ({
      couponId: uuid(chance),
      campaignId: chance.pick(CAMPAIGNS),
      saleId: uuid(chance),
      memberId: memberOf(chance),
      amountFen: chance.between(100, 2_000),
    }),
  ],
  [
    3,
    'members',
    'tillside.consent.changed.v1',
    (chance, { instant }) => ({
      memberId: memberOf(chance),
      purpose: 'personalisation',
      granted: chance.happens(0.7),
      textVersion: '2',
      at: instant,
    }),
  ],
  [
    14,
    'ops',
    'tillside.recommendation.served.v1',
    (chance, { instant }) => ({
      recommendationId: uuid(chance),
      basketId: uuid(chance),
      channel: 'till',
      source: 'model',
      modelId: 'model-7',
      skus: [skuOf(chance), skuOf(chance), skuOf(chance)],
      at: instant,
    }),
  ],
  [
    12,
    'ops',
    'tillside.label.shown.v1',
    (chance, { instant }) => ({
      tagId: uuid(chance).slice(0, 12),
      sku: skuOf(chance),
      priceFen: chance.between(100, 9_000),
      imageHash: uuid(chance),
      at: instant,
    }),
  ],
  [
    4,
    'ops',
    'tillside.device.changed.v1',
    (_, { instant }) => ({ deviceId: 'scanner-1', state: 'online', at: instant }),
  ],
  [
    24,
    'presence',
    'tillside.presence.counted.v1',
    (chance, { instant }) => ({
      zone: `zone-${chance.between(1, 6)}`,
      windowStart: instant,
      windowMs: 60_000,
      devices: chance.between(0, 80),
      associated: chance.between(0, 20),
      randomised: chance.between(0, 60),
    }),
  ],
];
const WEIGHTS = SORTS.reduce((sum, [weight]) => sum + weight, 0);

function sortOf(chance: Chance): Sort {
  let left = chance.between(1, WEIGHTS);
  for (const sort of SORTS) {
    left -= sort[0];
    if (left <= 0) return sort;
  }
  throw new RangeError('weights');
}

/** The events of one store as it writes them, streams mixed, from its first on. The same seed gives the same texts. */
export function* storeEvents(store: string, seed: number): Generator<string> {
  const chance = createChance(seed);
  const epoch = uuid(chance);
  const heads = new Map<Stream, { seq: number; hash: string }>();
  for (let number = 1; ; number += 1) {
    const local = new Date(FIRST_MS + number * STEP_MS + ZONE_MS).toISOString();
    const instant = local.replace('Z', '+08:00');
    const [, stream, type, body] = sortOf(chance);
    const head = heads.get(stream) ?? { seq: 0, hash: genesisHash(store, epoch, stream) };
    const envelope: Envelope = {
      specversion: '1.0',
      id: uuid(chance),
      source: `/stores/${store}`,
      type,
      time: instant,
      datacontenttype: 'application/json',
      store,
      epoch,
      stream,
      seq: head.seq + 1,
      prevhash: head.hash,
      data: body(chance, { store, instant, businessDate: local.slice(0, 10), number }),
    };
    const text = JSON.stringify(envelope);
    heads.set(stream, { seq: envelope.seq, hash: envelopeHash(text) });
    yield text;
  }
}
