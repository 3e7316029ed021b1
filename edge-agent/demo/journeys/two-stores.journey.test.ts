/** One phone joins in two stores that HQ can't hear: both go on, and HQ makes one member of them where the birthday says so too, and of somebody with a stranger's phone never. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MemberPhone } from '../src/day/member-phone.ts';
import { type Device, DRAIN_MS, MemberWorld } from './member-store.ts';

const STORES = ['store-1', 'store-2'] as const;
const HERS = { phone: '13800138333', birthday: '1990-05-06' };
const THEIRS = '13800138334';

let world: MemberWorld;
beforeAll(async () => {
  world = new MemberWorld();
  await world.startHub();
  for (const store of STORES) await world.openStore(store);
}, 60_000);
afterAll(() => world?.stop(), 30_000);

async function join(door: Device, who: { phone: string; birthday?: string }, personalisation: boolean) {
  const { version: textVersion } = await door.call('consentTexts', {});
  const consents = (['membership', 'personalisation'] as const).map((purpose) => ({
    purpose,
    granted: purpose === 'membership' || personalisation,
    textVersion,
  }));
  const body = { ...who, isOldEnough: true, consents, locale: 'zh-CN' as const };
  return door.call('signUp', { key: world.key(), body });
}

it('are one member at HQ, of whom the later word of each purpose counts; a stranger with the same phone is none', async () => {
  const doors = [await world.pair(STORES[0], 'kiosk'), await world.pair(STORES[1], 'kiosk')] as const;
  await world.stopHub();
  const joined = [await join(doors[0], HERS, true), await join(doors[1], HERS, false)] as const;
  expect(joined[0].memberId).not.toBe(joined[1].memberId);
  const owner = await join(doors[0], { phone: THEIRS, birthday: '1985-01-02' }, true);
  const stranger = await join(doors[1], { phone: THEIRS }, false);

  await world.startHub();
  for (const store of STORES) await world.drained(store);
  const hub = { url: world.hubUrl };
  const [one, two, other] = [new MemberPhone(), new MemberPhone(), new MemberPhone()];
  await one.claim(hub, joined[0].claimUrl ?? '');
  await two.claim(hub, joined[1].claimUrl ?? '');
  await other.claim(hub, stranger.claimUrl ?? '');
  const phones = [one, two];
  const homes = () => Promise.all(phones.map((phone) => phone.call(hub, 'my')));
  const numbers = async (): Promise<number> => new Set((await homes()).map(({ number }) => number)).size;
  await expect.poll(numbers, { timeout: DRAIN_MS, interval: 2_000 }).toBe(1);
  for (const { consents } of await homes())
    expect(consents.find(({ purpose }) => purpose === 'personalisation')?.granted).toBe(false);
  const seen = await other.call(hub, 'exportMyData');
  expect(seen.member).toMatchObject({ memberId: stranger.memberId, sameIds: [stranger.memberId] });
  expect(JSON.stringify(seen)).not.toContain(owner.memberId);
  expect(seen.profile).toEqual({ phone: `+86${THEIRS}` });
}, 60_000);
