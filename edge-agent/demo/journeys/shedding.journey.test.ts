/** Events fill a store's room while it is cut off: footfall goes first, each hole declared; sales and redemptions stay, and HQ steps across the holes. */
import { callAgent } from '@tillside/agent-contract';
import { readBody } from '@tillside/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { callHub } from '../src/store/hub-client.ts';
import { CutOffStore, FOLLOW, STORE } from './cut-off-store.ts';

const WINDOW_MS = 1_000;
/** Some 1.5 MiB of footfall, for a budget of one. */
const WINDOWS = 2_400;
const SALES = 20;

let shop: CutOffStore;
beforeEach(async () => {
  shop = new CutOffStore();
  await shop.start({ eventBudgetMebibytes: 1, presenceWindowMs: WINDOW_MS });
}, 60_000);
afterEach(() => shop.stop());

/** Somebody walks past the door, window by window. */
function passBy(windows: number): void {
  const { footfall } = shop.agent.app;
  for (let n = 0; n < windows; n += 1) {
    const seenAt = new Date(shop.clock.now()).toISOString();
    const one = { visitor: n.toString(16).padStart(16, '0'), randomised: true, associated: false, rssi: -60, seenAt };
    footfall.see({ type: 'presence', deviceId: 'door', at: seenAt, zone: 'door', observations: [one] });
    shop.aheadMs += WINDOW_MS;
    footfall.tick();
  }
}

it('footfall is given up, declared and counted; no sale, and HQ goes on behind the holes', async () => {
  await shop.publish(1290, 1000, shop.clock.now());
  await shop.applied(1);
  const coupons = Array.from({ length: SALES }, (_, n) => `c${n},CODE${n},tea-coupon,`);
  const body = `couponId,code,campaignId,memberId\n${coupons.join('\n')}\n`;
  await callAgent(shop.admin, 'importFile', { params: { what: 'coupons' }, query: {}, body });
  const [till, kiosk] = [await shop.pair('terminal'), await shop.pair('kiosk')];
  passBy(3);
  await shop.drained();

  shop.cut();
  const sold: string[] = [];
  for (let n = 0; n < SALES; n += 1) {
    sold.push((await shop.sell(till, `TC:CODE${n}`)).saleId);
    passBy(WINDOWS / SALES);
    await shop.join(kiosk, n);
  }
  await expect.poll(shop.codes, FOLLOW).toContain('EVENTS_GIVEN_UP');
  await expect.poll(shop.codes, FOLLOW).not.toContain('EVENTS_OVER_BUDGET');
  // More may go between one question and the next: asked again until all say the same.
  await expect
    .poll(async () => {
      const { shed } = (await shop.status()).sync;
      const told = (await shop.status('zh-CN')).conditions.find(({ code }) => code === 'EVENTS_GIVEN_UP');
      const metrics = await (await fetch(`${shop.agent.url}/metrics`)).text();
      return told?.message.includes(String(shed)) === true && metrics.includes(`\ntillside_outbox_shed ${shed}\n`);
    }, FOLLOW)
    .toBe(true);
  const written = shop.written();

  shop.mend();
  await shop.drained();
  const { shed } = (await shop.status()).sync;
  expect(shed).toBeGreaterThan(100);
  expect(shed).toBeLessThan(WINDOWS);
  const presence = await shop.atHub('presence');
  const holes = presence.sheds.flatMap(({ fromSeq, toSeq }) =>
    Array.from({ length: toSeq - fromSeq + 1 }, (_, n) => fromSeq + n),
  );
  expect(holes).toHaveLength(shed);
  expect(presence.contiguousSeq).toBe(holes.length + presence.rows.length);
  const numbers = [...holes, ...presence.rows.map(({ seq }) => seq)].toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: presence.contiguousSeq }, (_, n) => n + 1));
  for (const stream of ['sales', 'members', 'ops'] as const) {
    const { rows, sheds, contiguousSeq } = await shop.atHub(stream);
    expect([rows.length, sheds]).toEqual([contiguousSeq, []]);
    const mine = [...written].filter(([place]) => place.startsWith(stream));
    for (const [place, text] of mine) expect(rows[Number(place.split('/')[1]) - 1]?.text).toBe(text);
  }
  const redeemed = (await shop.atHub('sales')).rows.filter(({ type }) => type === 'tillside.coupon.redeemed.v1');
  expect(redeemed).toHaveLength(sold.length);
  // The console tells each hole from its event.
  const { events } = await callHub(shop.operator, 'events', { query: { store: STORE, stream: 'ops' } });
  const declared = events.flatMap(({ type, data }) => {
    const read = readBody({ type, stream: 'ops', data });
    return read.ok && read.event.type === 'tillside.stream.shed.v1' ? [read.event.body] : [];
  });
  expect(declared.map(({ stream, reason }) => `${stream} ${reason}`)).toEqual(
    presence.sheds.map(() => 'presence disk-budget'),
  );

  const said = await shop.verify();
  for (const { fromSeq, toSeq } of presence.sheds)
    expect(said).toContain(`presence ${fromSeq}-${toSeq}: given up by the store, as it declared`);
  expect(said).toMatch(new RegExp(`presence +${presence.rows.length} +whole but for declared holes +${shed} `));
  expect(said).toContain('nothing was changed or lost');
}, 120_000);
