/** One phone joins in two stores that HQ can't hear: both go on, and HQ makes one member of them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MemberPhone } from '../src/day/member-phone.ts';
import { type Device, DRAIN_MS, MemberWorld } from './member-store.ts';

const STORES = ['store-1', 'store-2'] as const;
const PHONE = '13800138333';

let world: MemberWorld;
beforeAll(async () => {
  world = new MemberWorld();
  await world.startHub();
  for (const store of STORES) await world.openStore(store);
}, 60_000);
afterAll(() => world?.stop(), 30_000);

async function join(door: Device, personalisation: boolean) {
  const { version: textVersion } = await door.call('consentTexts', {});
  const consents = (['membership', 'personalisation'] as const).map((purpose) => ({
    purpose,
    granted: purpose === 'membership' || personalisation,
    textVersion,
  }));
  const body = { phone: PHONE, isOldEnough: true, consents, locale: 'zh-CN' as const };
  return door.call('signUp', { key: world.key(), body });
}

it('are one member at HQ, of whom the later word of each purpose counts', async () => {
  const doors = [await world.pair(STORES[0], 'kiosk'), await world.pair(STORES[1], 'kiosk')] as const;
  await world.stopHub();
  const joined = [await join(doors[0], true), await join(doors[1], false)] as const;
  expect(joined[0].memberId).not.toBe(joined[1].memberId);

  await world.startHub();
  for (const store of STORES) await world.drained(store);
  const hub = { url: world.hubUrl };
  const phones = joined.map(() => new MemberPhone());
  for (const [index, phone] of phones.entries()) await phone.claim(hub, joined[index]?.claimUrl ?? '');
  const homes = () => Promise.all(phones.map((phone) => phone.call(hub, 'my')));
  const numbers = async (): Promise<number> => new Set((await homes()).map(({ number }) => number)).size;
  await expect.poll(numbers, { timeout: DRAIN_MS, interval: 2_000 }).toBe(1);
  for (const { consents } of await homes())
    expect(consents.find(({ purpose }) => purpose === 'personalisation')?.granted).toBe(false);
}, 60_000);
