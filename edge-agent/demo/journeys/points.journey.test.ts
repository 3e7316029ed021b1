/** Points of one member in two stores: HQ holds what one of them asks for, so that none is spent twice; alone, a store lets little be spent; and all of it adds up at HQ. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { AnswerOf, Arguments } from '@tillside/agent-contract';
import { codeStep, keyIdOfDigest, parseCampaignSet, rotatingCode } from '@tillside/decide';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callHub } from '../src/store/hub-client.ts';
import { type Device, MemberWorld } from './member-store.ts';

const SOON = { timeout: 20_000, interval: 50 };
const STORES = ['near', 'far'] as const;
type Store = (typeof STORES)[number];
/** Every hundred points pay a yuan of anything. */
const PAY = {
  schema: 1,
  id: 'points',
  version: 1,
  kind: 'points-pay',
  name: { zh: '积分抵现', en: 'Pay with points' },
  window: { from: '2026-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' },
  fundedBy: 'store',
  items: { all: true },
  pointsPerStep: 100,
  fenPerStep: 100,
  maxShareBp: 10_000,
};

const phone = generateKeyPairSync('ed25519');
const publicKey = phone.publicKey.export({ format: 'jwk' }).x ?? '';
const used: Record<Store, Set<number>> = { near: new Set(), far: new Set() };
/** What the phone shows; of another half minute each time, for a code opens one basket in a store. */
function shown(store: Store): string {
  const keyId = keyIdOfDigest(createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest());
  const now = codeStep(Date.now());
  const step = [now, now + 1, now - 1, now + 2, now - 2].find((one) => !used[store].has(one)) ?? now;
  used[store].add(step);
  const { signed, write } = rotatingCode(keyId, step);
  return write(sign(null, signed, phone.privateKey));
}

const world = new MemberWorld();
const tills = new Map<Store, Device>();
let operator: { url: string; credential: string };
let memberId = '';
const till = (store: Store): Device => tills.get(store) as Device;

beforeAll(async () => {
  await world.startHub();
  const { code, url } = await world.operatorCode();
  const { credential } = await callHub({ url }, 'pair', { body: { code, kind: 'operator', name: 'journey' } });
  operator = { url, credential };
  for (const store of STORES) {
    const { app } = await world.openStore(store);
    tills.set(store, await world.pair(store, 'terminal', '1'));
    const set = parseCampaignSet({
      schema: 1,
      setId: 'journey',
      version: 1,
      campaigns: [PAY],
      policy: { version: 1, objective: 'best-for-customer', couponsPerBasket: 1 },
    });
    if (!set.ok) throw new Error(JSON.stringify(set.errors));
    app.journal.write((tx) =>
      tx.run(
        `INSERT INTO desired VALUES ('campaigns', 1, ?, ?, '2026-01-01T00:00:00Z')`,
        'a'.repeat(64),
        JSON.stringify(set.value),
      ),
    );
    app.book.reload();
  }
  const kiosk = await world.pair('near', 'kiosk');
  const { version: textVersion } = await kiosk.call('consentTexts', {});
  const body: Arguments<'signUp'>['body'] = {
    phone: '13800139100',
    isOldEnough: true,
    consents: [{ purpose: 'membership', granted: true, textVersion }],
    locale: 'zh-CN',
    publicKey,
  };
  memberId = (await kiosk.call('signUp', { key: world.key(), body })).memberId;
}, 60_000);
afterAll(() => world.stop());

async function fill(store: Store): Promise<string> {
  const { basketId } = await till(store).call('openBasket', { key: world.key(), body: { cashierId: 'c1' } });
  const params = { basketId };
  const { sku = '' } =
    world
      .agent(store)
      .app.journal.get<{ sku: string }>(
        `SELECT sku FROM item WHERE sold_by = 'each' AND keyed_price = 0 AND price_fen BETWEEN 500 AND 2000 AND state = 'on-sale' ORDER BY sku LIMIT 1`,
      ) ?? {};
  await till(store).call('addLine', { key: world.key(), params, body: { sku, quantity: 9 } });
  await till(store).call('setMember', { key: world.key(), params, body: { code: shown(store) } });
  return basketId;
}
const wish = (store: Store, basketId: string, points: number) =>
  till(store).call('payWithPoints', { key: world.key(), params: { basketId }, body: { points } });
const pay = (store: Store, view: AnswerOf<'payWithPoints'>) =>
  till(store).call('completeBasket', {
    key: world.key(),
    params: { basketId: view.basketId },
    body: {
      cashierId: 'c1',
      expectedPayableFen: view.decision.payableFen,
      tenders: [{ kind: 'token', amountFen: view.decision.totalFen }],
    },
  });
const atHq = async () =>
  callHub(operator, 'pointsOf', { params: { memberId }, query: { reason: 'asked by the member' } });
const known = (store: Store, basketId: string) =>
  till(store)
    .call('getBasket', { params: { basketId } })
    .then((view) => view.member?.pointsBalance);

it('of two stores that would let the same points be spent, the one that HQ holds them for does', async () => {
  await world.drained('near');
  await callHub(operator, 'movePoints', {
    params: { memberId },
    body: { kind: 'adjust', id: 'gift', points: 1000, reason: 'a welcome' },
  });
  const far = await fill('far');
  const near = await fill('near');
  await expect.poll(() => known('near', near), SOON).toBe(1000);
  const held = await wish('far', far, 900);
  expect(held.decision.points.spent).toBe(900);
  // HQ has a hundred left, and this store may let five hundred be spent by itself.
  await expect(wish('near', near, 900)).rejects.toMatchObject({ code: 'POINTS_OFFLINE_LIMIT' });
  const sale = await pay('far', held);
  expect(sale.pointsSpent).toBe(900);
  await world.drained('far');
  // What was held is spent: it is held no longer.
  const stillHeld = 'SELECT 1 FROM points_hold WHERE burn_id IS NOT NULL AND released = 0';
  await expect.poll(() => world.agent('far').app.journal.all(stillHeld), SOON).toEqual([]);
  const { available, owed } = await atHq();
  expect([available, owed]).toEqual([100 + sale.pointsEarned, 0]);
  await expect.poll(() => known('near', near), SOON).toBe(available);
  await till('near').call('cancelBasket', { key: world.key(), params: { basketId: near } });
}, 60_000);

it('a wish that is taken back leaves the points to other stores', async () => {
  await callHub(operator, 'movePoints', {
    params: { memberId },
    body: { kind: 'adjust', id: 'more', points: 1000, reason: 'a gift' },
  });
  const { available } = await atHq();
  const [far, near] = [await fill('far'), await fill('near')];
  for (const [store, basket] of [
    ['far', far],
    ['near', near],
  ] as const)
    await expect.poll(() => known(store, basket), SOON).toBe(available);
  expect((await wish('far', far, 1000)).decision.points.spent).toBe(1000);
  await wish('far', far, 0);
  await expect
    .poll(
      () =>
        wish('near', near, 1000).then(
          ({ decision }) => decision.points.spent,
          () => 'refused',
        ),
      SOON,
    )
    .toBe(1000);
  for (const [store, basketId] of [
    ['far', far],
    ['near', near],
  ] as const)
    await till(store).call('cancelBasket', { key: world.key(), params: { basketId } });
}, 60_000);

it('a store that is cut off lets five hundred be spent and no more; HQ then has it all', async () => {
  const { available } = await atHq();
  const first = await fill('far');
  await expect.poll(() => known('far', first), SOON).toBe(available);
  await world.stopHub();
  await expect.poll(() => world.agent('far').app.online(), SOON).toBe(false);
  await expect(wish('far', first, 600)).rejects.toMatchObject({ code: 'POINTS_OFFLINE_LIMIT' });
  const sale = await pay('far', await wish('far', first, 500));
  expect(sale).toMatchObject({ pointsSpent: 500, pointsBalance: available - 500 + sale.pointsEarned });
  const second = await fill('far');
  await expect(wish('far', second, 100)).rejects.toMatchObject({ code: 'POINTS_OFFLINE_LIMIT' });
  await world.startHub();
  await world.drained('far');
  expect(await atHq()).toMatchObject({ available: available - 500 + sale.pointsEarned, owed: 0 });
  // HQ heard of it: the allowance is whole again.
  await expect
    .poll(
      () =>
        wish('far', second, 100).then(
          ({ decision }) => decision.points.spent,
          () => 'refused',
        ),
      SOON,
    )
    .toBe(100);
}, 60_000);
