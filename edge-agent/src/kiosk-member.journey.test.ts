/** What is a member's own at the kiosk, by the API of a real agent with a real journal: coupons taken, gifts chosen, the tier as HQ told it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallError, callAgent } from '@tillside/agent-contract';
import type { Envelope } from '@tillside/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimedCoupon } from './coupons/claim.ts';
import { keepToldTier } from './members/tier.ts';
import { ALWAYS, type Caller, campaignSet, ITEMS_CSV, type Rig, startRig } from './testing.ts';

let rig: Rig;
let till: Caller;
let kiosk: Caller;
let otherKiosk: Caller;
let nextKey = 0;
const key = (): string => `o${nextKey++}`;

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
const half = (sku: string) => ({ items: { skus: [sku] }, discount: { by: 'percent', percentOffBp: 5000 } });
const TAKEN = { requiresCoupon: true, claimable: true };
const gift = (sku: string, valueFen: number) => ({ sku, name: { zh: sku, en: sku }, quantity: 1, valueFen });
/** Kept low, so that every member of a run is another one. */
const MEMBERS = 40;

beforeAll(async () => {
  rig = await startRig();
  [till, kiosk, otherKiosk] = await Promise.all([rig.pair('terminal', '1'), rig.pair('kiosk', '1'), rig.pair('kiosk')]);
  const admin = { url: rig.agent.url, credential: rig.adminCredential() };
  await callAgent(admin, 'importFile', { params: { what: 'items' }, body: ITEMS_CSV });
  const rows = Array.from(
    { length: MEMBERS },
    (_, at) => `M${String(at).padStart(6, '0')},card-${at},${at === 1 ? 'gold' : 'basic'},0,2025-01-01T00:00:00Z,no`,
  );
  const head = 'memberId,code,tier,points,joinedAt,personalisation';
  await callAgent(admin, 'importFile', { params: { what: 'members' }, body: `${head}\n${rows.join('\n')}\n` });
  const file = join(rig.dir, 'campaigns.json');
  writeFileSync(
    file,
    campaignSet([
      campaign('tea-half', 'discount', { ...half('tea'), ...TAKEN }),
      campaign('gold-half', 'discount', { ...half('milk'), ...TAKEN, audience: { tiers: ['gold'] } }),
      campaign('chosen-half', 'discount', { ...half('bread'), ...TAKEN, audience: { tags: ['club'] } }),
      campaign('given-half', 'discount', { ...half('apple'), requiresCoupon: true }),
      campaign('last-year', 'discount', {
        ...half('tea'),
        ...TAKEN,
        window: { from: '2020-01-01T00:00:00Z', to: '2021-01-01T00:00:00Z' },
      }),
      campaign('gift', 'gift', {
        items: { all: true },
        spendFen: 900,
        repeat: 'once',
        base: 'list',
        gifts: [gift('bag', 500), gift('cup', 300)],
      }),
    ]),
  );
  const { desired } = rig.agent.app;
  expect(await desired.apply('campaigns', { version: 1, sha256: 'a'.repeat(64), file, byDelta: false })).toEqual({
    outcome: 'applied',
  });
});
afterAll(() => rig?.stop());

const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: unknown) => (error instanceof CallError ? error.code : String(error)),
  );
const home = (member: number, at = kiosk) => at.call('signIn', { body: { code: `TM:card-${member}` } });
const take = (code: string, campaignId: string, under = key(), at = kiosk) =>
  at.call('activateCoupon', { key: under, body: { code, campaignId } });
const states = async (code: string) => {
  const { coupons } = await kiosk.call('ownCoupons', { body: { code } });
  return Object.fromEntries(coupons.map(({ campaignId, state }) => [campaignId, state]));
};
const claims = (memberId: string): Envelope[] =>
  rig.agent.app.journal
    .all<{ envelope: string }>(`SELECT envelope FROM event WHERE type = 'tillside.coupon.claimed.v1'`)
    .map(({ envelope }) => JSON.parse(envelope) as Envelope)
    .filter(({ data }) => (data as { memberId: string }).memberId === memberId);
/** A basket of a member, as the till shows it. */
async function basketOf(member: number, sku: string, quantity = 1) {
  const { basketId } = await till.call('openBasket', { body: { cashierId: 'c1' }, key: key() });
  const params = { basketId };
  await till.call('setMember', { params, body: { code: `TM:card-${member}` }, key: key() });
  const view = await till.call('addLine', { params, body: { sku, quantity }, key: key() });
  return { params, view };
}
const sell = async ({ params, view }: Awaited<ReturnType<typeof basketOf>>) =>
  till.call('completeBasket', {
    params,
    key: key(),
    body: {
      cashierId: 'c1',
      expectedPayableFen: view.decision.payableFen,
      tenders: [{ kind: 'token', amountFen: view.decision.totalFen, token: 'tok_1' }],
    },
  });

describe('coupons that members take themselves', () => {
  it('are offered to whom they are for: not to another tier, not by what is thought of a person who said no, not when over', async () => {
    const [basic, gold] = [await home(0), await home(1)];
    expect(basic.couponOffers?.map(({ campaignId }) => campaignId)).toEqual(['tea-half']);
    expect(gold.couponOffers?.map(({ campaignId }) => campaignId).sort()).toEqual(['gold-half', 'tea-half']);
    for (const campaignId of ['gold-half', 'chosen-half', 'given-half', 'last-year', 'none'])
      expect(await refusalOf(take(basic.visit, campaignId)), campaignId).toBe('COUPON_NOT_OFFERED');
    expect(await refusalOf(take('TV:nobody', 'tea-half'))).toBe('VISIT_ENDED');
  });

  it('work at the till at once without being shown, are used once, and are told to HQ once', async () => {
    const { visit, memberId } = await home(2);
    expect((await basketOf(2, 'tea')).view.decision.payableFen).toBe(500);
    const coupon = await take(visit, 'tea-half');
    expect((await home(2)).couponOffers).toEqual([]);
    const basket = await basketOf(2, 'tea');
    expect(basket.view.coupons.map(({ couponId }) => couponId)).toEqual([coupon.couponId]);
    expect(basket.view.decision.payableFen).toBe(250);
    await sell(basket);
    expect(await states(visit)).toMatchObject({ 'tea-half': 'used' });
    expect(await refusalOf(take(visit, 'tea-half'))).toBe('COUPON_SPENT');
    expect(claims(memberId)).toHaveLength(1);
    expect((await basketOf(2, 'tea')).view.decision.payableFen).toBe(500);
  });

  it('are one for each member, however many touches, kiosks and retries there are', async () => {
    let member = 3;
    const touch = fc.record({ other: fc.boolean(), again: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(touch, { minLength: 2, maxLength: 6 }), async (touches) => {
        member += 1;
        const [here, there] = [await home(member), await home(member, otherKiosk)];
        const retried = key();
        const taken = await Promise.all(
          touches.map(({ other, again }) =>
            other
              ? take(there.visit, 'tea-half', key(), otherKiosk)
              : take(here.visit, 'tea-half', again ? retried : key()),
          ),
        );
        const { couponId, code } = claimedCoupon('tea-half', here.memberId);
        expect(new Set(taken.map((one) => `${one.couponId} ${one.code}`))).toEqual(new Set([`${couponId} TC:${code}`]));
        expect(claims(here.memberId)).toHaveLength(1);
        const rows = rig.agent.app.journal.all('SELECT 1 FROM coupon WHERE member_id = ?', here.memberId);
        expect(rows).toHaveLength(1);
      }),
      { numRuns: 20 },
    );
  });

  it('have an id of campaign and member alone, so that two stores take the same one', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.string({ minLength: 1 }),
        fc.string({ minLength: 1 }),
        (a, b, member) => {
          expect(claimedCoupon(a, member)).toEqual(claimedCoupon(a, member));
          if (a !== b) expect(claimedCoupon(a, member).couponId).not.toBe(claimedCoupon(b, member).couponId);
          if (a !== member) expect(claimedCoupon(a, member).code).not.toBe(claimedCoupon(member, a).code);
        },
      ),
    );
  });
});

describe('a gift chosen beforehand', () => {
  it("is the basket's where nobody says another, and stays what it was once sold", async () => {
    const { visit, giftOffers } = await home(30);
    expect(giftOffers?.map(({ gifts, chosen }) => [gifts.map(({ sku }) => sku), chosen])).toEqual([
      [['bag', 'cup'], undefined],
    ]);
    const choose = (sku?: string) =>
      kiosk.call('chooseOwnGift', { key: key(), body: { code: visit, campaignId: 'gift', ...(sku ? { sku } : {}) } });
    const giftOf = async () => {
      const { view } = await basketOf(30, 'milk');
      return view.decision.gifts.map(({ chosen }) => chosen.sku);
    };
    expect(await giftOf()).toEqual(['bag']);
    await choose('cup');
    expect((await home(30)).giftOffers?.[0]?.chosen).toBe('cup');
    expect(await giftOf()).toEqual(['cup']);
    const basket = await basketOf(30, 'milk');
    expect(basket.view.giftChoices).toEqual([{ campaignId: 'gift', sku: 'cup' }]);
    const said = await till.call('chooseGift', {
      params: basket.params,
      body: { campaignId: 'gift', sku: 'bag' },
      key: key(),
    });
    expect(said.decision.gifts.map(({ chosen }) => chosen.sku)).toEqual(['bag']);
    expect(await refusalOf(choose('milk'))).toBe('GIFT_UNKNOWN');
    const sold = await sell(await basketOf(30, 'milk'));
    await choose();
    expect(await giftOf()).toEqual(['bag']);
    const again = await till.call('getSale', { params: { saleId: sold.saleId } });
    expect(again.decision.gifts.map(({ chosen }) => chosen.sku)).toEqual(['cup']);
  });
});

describe('the way to the next tier', () => {
  it('is what HQ told last, with its time; of a tier that is not held any more nothing is told again', async () => {
    const { visit, memberId, tierStanding } = await home(31);
    expect(tierStanding).toEqual({ tier: 'basic' });
    const name = (id: string) => ({ zh: id, en: id });
    const { journal } = rig.agent.app;
    const told = {
      tier: 'basic',
      tiers: ['basic', 'gold'].map((id) => ({ id, name: name(id) })),
      next: { tier: 'gold', months: 12, ways: [{ by: 'spend' as const, have: 376_000, need: 500_000 }] },
      asOf: '2026-11-22T10:00:00.000Z',
    };
    journal.write((tx) => keepToldTier(tx, memberId, told));
    // This store has no HQ, so nobody could count anew.
    const { standing, isNow } = await kiosk.call('ownTier', { body: { code: visit } });
    expect(isNow).toBe(false);
    expect(standing).toEqual({
      tier: 'basic',
      name: name('basic'),
      next: { ...told.next, name: name('gold') },
      asOf: told.asOf,
    });
    journal.write((tx) =>
      tx.run(`UPDATE member SET tier = 'gold', tier_until = '2027-12-31' WHERE member_id = ?`, memberId),
    );
    expect((await home(31)).tierStanding).toEqual({ tier: 'gold', name: name('gold'), until: '2027-12-31' });
  });
});

it('who leaves leaves no choice, no tier and no coupon behind', async () => {
  const { visit, memberId } = await home(32);
  await take(visit, 'tea-half');
  await kiosk.call('chooseOwnGift', { key: key(), body: { code: visit, campaignId: 'gift', sku: 'cup' } });
  const { journal } = rig.agent.app;
  journal.write((tx) =>
    keepToldTier(tx, memberId, { tier: 'basic', tiers: [], next: null, asOf: '2026-11-22T10:00:00Z' }),
  );
  await kiosk.call('forgetMember', { key: key(), body: { code: visit } });
  for (const table of ['gift_choice', 'tier_told', 'coupon'])
    expect(journal.all(`SELECT 1 FROM ${table} WHERE member_id = ?`, memberId), table).toEqual([]);
});
