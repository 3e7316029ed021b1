/** One phone joins in two stores that HQ can't hear: both go on, and HQ makes one member of them where the birthday says so too, and of somebody with a stranger's phone never. */
import { CODE_STEP_MS, numericCode, readNumericCode } from '@tillside/decide';
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

it('a phone’s digits are sure once at the till; replayed, wrong, of another time or mixed they are worth a card, and open no kiosk', async () => {
  const [door, till] = [await world.pair(STORES[0], 'kiosk'), await world.pair(STORES[0], 'terminal', '1')];
  const joined = [
    await join(door, { phone: '13800138341' }, true),
    await join(door, { phone: '13800138342' }, true),
  ] as const;
  await world.drained(STORES[0]);
  const [mine, theirs] = [new MemberPhone(), new MemberPhone()];
  await mine.claim({ url: world.hubUrl }, joined[0].claimUrl ?? '');
  await theirs.claim({ url: world.hubUrl }, joined[1].claimUrl ?? '');
  const [me, them] = joined.map(({ memberId }) => memberId);
  const shown = async (code: string): Promise<string> => {
    const { basketId } = await till.call('openBasket', { body: { cashierId: 'c1' }, key: world.key() });
    const taking = till.call('setMember', { params: { basketId }, body: { code }, key: world.key() });
    return taking.then(
      ({ member, guest }) => (guest === true ? 'guest' : `${member?.memberId} ${member?.trust}`),
      ({ code: why }: { code: string }) => why,
    );
  };
  const atKiosk = (code: string): Promise<string> =>
    door.call('signIn', { body: { code } }).then(
      ({ memberId }) => memberId,
      ({ code: why }: { code: string }) => why,
    );
  // The store hears of the numbers by the feed, or asks HQ for whoever shows one.
  const now = Date.now();
  const right = mine.digitsAt(now);
  expect(await shown(right)).toBe(`${me} checked`);
  const { number = '', password = '' } = readNumericCode(right) ?? {};
  const other = readNumericCode(theirs.digitsAt(now))?.password ?? '';
  const unsure = {
    replayed: right,
    older: mine.digitsAt(now - CODE_STEP_MS),
    wrong: numericCode({ number, password: String((Number(password) + 1) % 1_000_000).padStart(6, '0') }),
    expired: mine.digitsAt(now - 20 * CODE_STEP_MS),
    mixed: numericCode({ number, password: other }),
  };
  for (const [what, code] of Object.entries(unsure)) {
    expect([what, await shown(code)]).toEqual([what, `${me} card`]);
    expect([what, await atKiosk(code)]).toEqual([what, 'MEMBER_CODE_UNCHECKED']);
  }
  // Nothing of that has used up the other's, which names the other and nobody else.
  expect(await atKiosk(theirs.digitsAt(now))).toBe(them);
  expect(await shown(`${right.slice(0, -1)}${(Number(right.at(-1)) + 1) % 10}`)).toBe('MEMBER_UNKNOWN');
  expect(await shown(numericCode({ number: '000000000', password }))).toBe('MEMBER_UNKNOWN');
  await world.stopHub();
  await expect.poll(() => world.agent(STORES[0]).app.online(), { timeout: DRAIN_MS }).toBe(false);
  expect(await shown(theirs.digitsAt(Date.now() + CODE_STEP_MS))).toBe(`${them} card`);
  expect(await atKiosk(theirs.digitsAt(Date.now() + CODE_STEP_MS))).toBe('MEMBER_CODE_UNCHECKED');
  await world.startHub();
}, 60_000);
