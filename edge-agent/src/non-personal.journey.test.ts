/** The option without personalisation (adr/0021): in every place that answers a member, who said no, or cannot be known to have said yes, is served like anybody. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callAgent } from '@tillside/agent-contract';
import type { Envelope, EventBody } from '@tillside/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { candidatesOf } from './adapters/toast/offers.ts';
import { keepFreshness } from './members/freshness.ts';
import { memberByCode } from './members/members.ts';
import { ALWAYS, type Caller, campaignSet, ITEMS_CSV, type Rig, startRig, TEST_PIN } from './testing.ts';

let rig: Rig;
let till: Caller;
let kiosk: Caller;
let staff: Caller;
let nextKey = 0;
const key = (): string => `n${nextKey++}`;

const campaign = (id: string, kind: string, more: Record<string, unknown>) => ({
  schema: 1,
  id,
  version: 1,
  kind,
  name: { zh: id, en: id },
  window: ALWAYS,
  fundedBy: 'store',
  ...more,
});
const off = (percentOffBp: number) => ({ items: { skus: ['tea'] }, discount: { by: 'percent', percentOffBp } });
const COUPON = { requiresCoupon: true };

beforeAll(async () => {
  // Chance is the same for all, and not the same twice: without it answers can be compared.
  rig = await startRig({ recommendExploreBasisPoints: 0 });
  [till, kiosk, staff] = await Promise.all([rig.pair('terminal', '1'), rig.pair('kiosk', '1'), rig.pair('staff')]);
  staff.session = (await staff.call('staffSignIn', { body: { pin: TEST_PIN } })).session;
  const admin = { url: rig.agent.url, credential: rig.adminCredential() };
  const importFile = (what: 'items' | 'members' | 'coupons' | 'purchases', body: string) =>
    callAgent(admin, 'importFile', { params: { what }, body });
  await importFile('items', ITEMS_CSV);
  const members = ['yes', 'no', 'gate'].map(
    (name, index) => `M00000${index},${name}-1,gold,500,2025-01-01T00:00:00Z,${name === 'no' ? 'no' : 'yes'},club,lost`,
  );
  await importFile(
    'members',
    `memberId,code,tier,points,joinedAt,personalisation,tags,segments\n${members.join('\n')}\n`,
  );
  const coupons = [0, 1, 2].flatMap((member) =>
    ['held', 'tagged', 'lost'].map((id) => `k-${id}-${member},c-${id}-${member},${id},M00000${member}`),
  );
  await importFile('coupons', `couponId,code,campaignId,memberId\n${coupons.join('\n')}\n`);
  const past = [0, 1, 2].flatMap((member) =>
    [1, 5, 9].map((day) => `M00000${member},apple,2026-0${day}-01T10:00:00Z,3`),
  );
  await importFile('purchases', `memberId,sku,at,quantity\n${past.join('\n')}\n`);
  const file = join(rig.dir, 'campaigns.json');
  writeFileSync(
    file,
    campaignSet([
      campaign('club-price', 'member-price', { prices: [{ sku: 'bread', priceFen: 700 }] }),
      campaign('held', 'discount', { ...off(1000), ...COUPON }),
      campaign('tagged', 'discount', { ...off(2000), ...COUPON, audience: { tags: ['club'] } }),
      campaign('lost', 'discount', { ...off(3000), ...COUPON, audience: { segments: ['lost'] } }),
    ]),
  );
  expect(
    await rig.agent.app.desired.apply('campaigns', { version: 1, sha256: 'a'.repeat(64), file, byDelta: false }),
  ).toEqual({ outcome: 'applied' });
});
afterAll(() => rig?.stop());

/** What each place answered; amounts and ids only, so that a difference is one of substance. */
interface Answers {
  readonly offers: unknown;
  readonly recommended: { readonly source: string; readonly skus: readonly string[] };
  readonly besideBasket: { readonly source: string; readonly skus: readonly string[] };
  /** Campaigns that gave something, by the till and as the customer display says it. */
  readonly given: readonly string[];
  readonly displayed: readonly string[];
  /** What coupons gave that were shown at the till one by one. */
  readonly byCoupon: Readonly<Record<string, readonly string[]>>;
  readonly walletAtKiosk: readonly string[];
  readonly walletOnPaper: string;
  readonly walletAtToast: readonly string[];
}

type Recommended = { source: string; items: readonly { sku: string }[] };
const skusOf = ({ source, items }: Recommended) => ({ source, skus: items.map(({ sku }) => sku) });

async function basketOf(code: string | undefined, coupon?: string) {
  const { basketId } = await till.call('openBasket', { key: key(), body: { cashierId: 'c1' } });
  const params = { basketId };
  if (code !== undefined) await till.call('setMember', { key: key(), params, body: { code } });
  if (coupon !== undefined) await till.call('addCoupon', { key: key(), params, body: { code: coupon } });
  await till.call('addLine', { key: key(), params, body: { sku: 'bread' } });
  return till.call('addLine', { key: key(), params, body: { sku: 'tea' } });
}
type View = Awaited<ReturnType<typeof basketOf>>;
const givenIn = ({ decision }: View): string[] => decision.applied.map(({ campaignId }) => campaignId).sort();

async function answersTo(member: { code: string; index: number } | undefined): Promise<Answers> {
  const { app } = rig.agent;
  const basket = await basketOf(member?.code);
  const params = { basketId: basket.basketId };
  const beside = await till.call('getDecision', { params });
  const displayed = app.display.view('1').basket?.savings.map(({ campaignId }) => campaignId) ?? [];
  const paidFen = basket.decision.payableFen;
  const sale = await till.call('completeBasket', {
    key: key(),
    params,
    body: {
      cashierId: 'c1',
      expectedPayableFen: paidFen,
      tenders: [{ kind: 'token', amountFen: paidFen, token: 't' }],
    },
  });
  const receipt = await till.call('saleReceipt', { params: { saleId: sale.saleId }, query: {} });
  const byCoupon: Record<string, readonly string[]> = {};
  for (const id of member === undefined ? [] : ['held', 'tagged', 'lost']) {
    const view = await basketOf(member?.code, `TC:c-${id}-${member?.index}`);
    byCoupon[id] = givenIn(view);
    await till.call('cancelBasket', { key: key(), params: { basketId: view.basketId } });
  }
  const home = member && (await kiosk.call('signIn', { body: { code: member.code } }));
  const known = member && memberByCode(app.journal, member.code, app.clock.now());
  const atNow = { basketSkus: [], channel: 'kiosk', limit: 8 } as const;
  return {
    offers: home?.offers ?? (await kiosk.call('publicOffers', {})).offers,
    recommended: skusOf(home?.recommendations ?? (await app.recommender.recommend({ member: undefined, ...atNow }))),
    besideBasket: skusOf(beside.recommendations),
    given: givenIn(basket),
    displayed: displayed.toSorted(),
    byCoupon,
    walletAtKiosk: (home?.coupons ?? []).map(({ campaignId }) => campaignId).sort(),
    walletOnPaper: receipt.text,
    walletAtToast: known
      ? candidatesOf(app.journal, app.book, known, app.clock.now()).flatMap(({ couponId, campaign }) =>
          couponId === undefined ? [] : [campaign.id],
        )
      : [],
  };
}

const soldAs = (memberId: string) =>
  rig.agent.app.journal
    .all<{ envelope: string }>(`SELECT envelope FROM event WHERE type = 'tillside.sale.completed.v1'`)
    .map(({ envelope }) => (JSON.parse(envelope) as Envelope).data as EventBody<'tillside.sale.completed.v1'>)
    .findLast((sale) => sale.memberId === memberId)?.personalised;

const gate = (mayPersonalise: boolean): void =>
  rig.agent.app.journal.writeMarks((tx) => keepFreshness(tx, mayPersonalise));

const LIKE_ANYBODY = [
  { who: 'who said no', member: { code: 'TM:no-1', index: 1 }, isAtGate: false },
  { who: 'in the gate after an outage', member: { code: 'TM:gate-1', index: 2 }, isAtGate: true },
];

describe('a member', () => {
  it.each(LIKE_ANYBODY)('$who is served like anybody, and has what membership gives', async ({ member, isAtGate }) => {
    gate(!isAtGate);
    const anybody = await answersTo(undefined);
    const served = await answersTo(member);
    for (const place of ['offers', 'recommended', 'besideBasket'] as const)
      expect(served[place], place).toEqual(anybody[place]);
    expect(anybody.given).toEqual([]);
    expect(served.given).toEqual(['club-price']);
    expect(served.displayed).toEqual(['club-price']);
    expect(served.byCoupon).toEqual({
      held: ['club-price', 'held'],
      tagged: ['club-price'],
      lost: ['club-price'],
    });
    expect(served.walletAtKiosk).toEqual(['held']);
    expect(served.walletAtToast).toEqual(['held']);
    expect(served.walletOnPaper).toContain('held');
    expect(served.walletOnPaper).not.toMatch(/tagged|lost/);
    expect(soldAs(`M00000${member.index}`)).toBe(false);
    const found = await staff.call('findMember', { body: { code: member.code, reason: 'points' } });
    expect(JSON.stringify(found)).not.toMatch(/club|lost/);
    expect(found.pointsBalance).toBeGreaterThan(500);
  });

  it('who said yes is served by tags, segments and history in each of these places', async () => {
    gate(true);
    const anybody = await answersTo(undefined);
    const served = await answersTo({ code: 'TM:yes-1', index: 0 });
    expect(served.recommended).not.toEqual(anybody.recommended);
    expect(served.byCoupon).toMatchObject({ tagged: ['club-price', 'tagged'], lost: ['club-price', 'lost'] });
    expect(served.walletAtKiosk).toEqual(['held', 'lost', 'tagged']);
    expect(served.walletAtToast.toSorted()).toEqual(['held', 'lost', 'tagged']);
    expect(served.walletOnPaper).toMatch(/tagged[\s\S]*lost|lost[\s\S]*tagged/);
    expect(soldAs('M000000')).toBe(true);
  });

  it('who takes the consent back while the basket is open is asked for the new amount, and sold to like anybody', async () => {
    gate(true);
    const shown = await basketOf('TM:yes-1', 'TC:c-lost-0');
    expect(shown.member?.personalised).toBe(true);
    const { version: textVersion } = await kiosk.call('consentTexts', {});
    const consent = { purpose: 'personalisation', granted: false, textVersion } as const;
    await kiosk.call('changeConsent', { key: key(), body: { code: 'TM:yes-1', consent } });
    const params = { basketId: shown.basketId };
    const pay = (payableFen: number) =>
      till.call('completeBasket', {
        key: key(),
        params,
        body: {
          cashierId: 'c1',
          expectedPayableFen: payableFen,
          tenders: [{ kind: 'token', amountFen: payableFen, token: 't' }],
        },
      });
    await expect(pay(shown.decision.payableFen)).rejects.toMatchObject({ code: 'PRICE_CHANGED' });
    const now = await till.call('getBasket', { params });
    expect(now.member?.personalised).toBe(false);
    expect(givenIn(now)).toEqual(['club-price']);
    await pay(now.decision.payableFen);
    expect(soldAs('M000000')).toBe(false);
  });
});
