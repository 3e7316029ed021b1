import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join as pathOf } from 'node:path';
import { readNumericCode } from '@tillside/decide';
import { ClaimedPhone, MyExport, MyHome, OpenedSession } from '@tillside/hub-contract';
import { ChangesAnswer, ToldPoints, ToldTier } from '@tillside/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stepOfPassword } from '../members/phones.ts';
import { chainOf } from '../testing/events.ts';
import { type PairedStore, refusalOf, type TestHub, testHub } from '../testing/hub.ts';
import { digitsAt, joinIn, testPhone } from '../testing/phone.ts';
import { AddressLimit } from './address-limit.ts';
import { MY_LIMITS } from './my-routes.ts';

let now = Date.parse('2026-11-22T10:00:00+08:00');
let rig: TestHub;
let store: PairedStore;
const clock = { now: () => now };
const phone = () => testPhone(() => rig.hub.url, clock.now);
const join = (memberId: string, more: { claimDays?: number; points?: number } = {}) =>
  joinIn(store, 's1', memberId, { ...more, now });
/** Addresses have a minute each. */
const later = (ms = 61_000): void => {
  now += ms;
};

beforeAll(async () => {
  rig = await testHub({}, { clock });
  store = await rig.pairStore('s1');
});
afterAll(() => rig.dispose());

describe('a phone', () => {
  it('is bound by the word of a sign-up, once, and is then its member', async () => {
    const word = await join('m-anna', { points: 120 });
    const hers = phone();
    const claimed = ClaimedPhone.parse(await (await hers.claim(word)).json());
    expect(claimed.keyId).toBe(hers.keyId);
    expect(await refusalOf(phone().claim(word))).toMatchObject({ status: 404, code: 'HUB_CLAIM_REFUSED' });
    expect(await refusalOf(hers.claim(word))).toMatchObject({ code: 'HUB_CLAIM_REFUSED' });
    const home = MyHome.parse(await (await hers.call('GET', '/v1/my')).json());
    expect(home).toMatchObject({
      number: claimed.number,
      available: 120,
      lines: [{ kind: 'earn', points: 120, balance: 120, where: 's1' }],
      profile: { phoneEnd: '5678', name: '王小明', birthday: null, isOpen: true },
      phones: [{ keyId: hers.keyId, isThis: true }],
    });
    expect(JSON.stringify(home)).not.toContain('1381234');
  });

  it('is not bound by a word that is too old, or with a key that it does not have', async () => {
    later();
    const word = await join('m-late', { claimDays: 1 });
    const other = phone();
    const wrong = await fetch(`${rig.hub.url}/v1/my/claims`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ claim: word, publicKey: other.publicKey, signature: 'A'.repeat(86) }),
    });
    expect(await refusalOf(wrong)).toMatchObject({ status: 422, code: 'HUB_PHONE_KEY_REFUSED' });
    later(2 * 86_400_000);
    expect(await refusalOf(other.claim(word))).toMatchObject({ code: 'HUB_CLAIM_REFUSED' });
  });

  it('tells by its session nothing to a stranger, to a repeat, to another time or to another signature', async () => {
    later();
    const mine = phone();
    await mine.claim(await join('m-ben'));
    expect(await refusalOf(phone().open(now))).toMatchObject({ status: 401, code: 'HUB_SESSION_REFUSED' });
    expect(await refusalOf(mine.open(now, { signature: 'A'.repeat(86) }))).toMatchObject({
      code: 'HUB_SESSION_REFUSED',
    });
    expect(await refusalOf(mine.open(now - 61_000))).toMatchObject({ status: 422, code: 'HUB_PHONE_CLOCK_OFF' });
    expect(await refusalOf(mine.open(now + 61_000))).toMatchObject({ code: 'HUB_PHONE_CLOCK_OFF' });
    const opened = OpenedSession.parse(await (await mine.open(now)).json());
    expect(await refusalOf(mine.open(now))).toMatchObject({ code: 'HUB_SESSION_REFUSED' });
    // A clock that was ahead and is right now.
    expect((await mine.open(now + 30_000)).status).toBe(200);
    expect((await mine.open(now + 1)).status).toBe(200);
    const get = (credential: string) =>
      fetch(`${rig.hub.url}/v1/my`, { headers: { authorization: `Bearer ${credential}` } });
    expect((await get(opened.credential)).status).toBe(200);
    for (let at = 0; at < opened.credential.length; at += 13) {
      const changed = `${opened.credential.slice(0, at)}${opened.credential[at] === '1' ? '2' : '1'}${opened.credential.slice(at + 1)}`;
      expect(await refusalOf(get(changed))).toMatchObject({ status: 401, code: 'HUB_SESSION_REFUSED' });
    }
    expect(await refusalOf(fetch(`${rig.hub.url}/v1/my`))).toMatchObject({ code: 'HUB_SESSION_REFUSED' });
    later(16 * 60_000);
    expect(await refusalOf(get(opened.credential))).toMatchObject({ code: 'HUB_SESSION_REFUSED' });
  });

  it('of a member who joined before is bound by a word that a store gives, once', async () => {
    later();
    await join('m-flo');
    const word = 'B'.repeat(22);
    const claimHash = createHash('sha256').update(word).digest('hex');
    const at = new Date(now).toISOString();
    const told = { memberId: 'm-flo', claimHash, claimUntil: new Date(now + 86_400_000).toISOString(), at };
    await store.acked([chainOf('s1', 'members').next('tillside.member.keyed.v1', told)]);
    const hers = phone();
    expect((await hers.claim(word)).status).toBe(200);
    expect((await hers.call('GET', '/v1/my')).status).toBe(200);
    expect(await refusalOf(phone().claim(word))).toMatchObject({ code: 'HUB_CLAIM_REFUSED' });
  });

  it('that is lost is taken away: its session ends at once, and its digits are no longer right', async () => {
    later();
    const lost = phone();
    const kept = phone();
    const before = ClaimedPhone.parse(await (await lost.claim(await join('m-cat'))).json());
    const digits = readNumericCode(digitsAt(before, now));
    if (digits === undefined) throw new Error('no code');
    expect(digits.number).toBe(before.number);
    expect(stepOfPassword(before.secret, digits, now + 60_000)).not.toBeNull();
    expect(stepOfPassword(before.secret, digits, now + 120_000)).toBeNull();
    // What the database holds of it makes no digits.
    const files = readdirSync(rig.dataDir, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.includes('.db'),
    );
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect(readFileSync(pathOf(rig.dataDir, file)).includes(before.secret)).toBe(false);
    // Her second phone: bound in a store, which tells HQ.
    const second = OpenedSession.parse(await (await bindInStore('m-cat', kept)).json());
    expect(second.secret).toBe(before.secret);
    expect((await lost.call('GET', '/v1/my')).status).toBe(200);
    const left = MyHome.parse(await (await kept.call('DELETE', `/v1/my/phones/${lost.keyId}`)).json());
    expect(left.phones).toEqual([{ keyId: kept.keyId, isThis: true }]);
    expect(await refusalOf(lost.call('GET', '/v1/my'))).toMatchObject({ code: 'HUB_SESSION_REFUSED' });
    later();
    const after = OpenedSession.parse(await (await kept.open(now)).json());
    expect(stepOfPassword(after.secret, digits, now)).toBeNull();
    expect(after.secret).not.toBe(before.secret);
  });
});

describe('a member', () => {
  it('gives and withdraws consents, sets name and birthday right, and takes everything home', async () => {
    later();
    const mine = phone();
    await mine.claim(await join('m-dora', { points: 7 }));
    const sales = chainOf('s1');
    await store.acked([
      sales.sale({ saleId: 'm-dora-1', memberId: 'm-dora', payableFen: 700 }),
      sales.sale({ memberId: 'm-dora', payableFen: 10 }),
      sales.sale({ memberId: 'm-anna', payableFen: 20 }),
    ]);
    const { texts } = MyHome.parse(await (await mine.call('GET', '/v1/my')).json());
    const say = (purpose: string, granted: boolean, textVersion = texts.version) =>
      mine.call('POST', '/v1/my/consents', { purpose, granted, textVersion });
    expect(MyHome.parse(await (await say('personalisation', true)).json()).consents).toContainEqual(
      expect.objectContaining({ purpose: 'personalisation', granted: true, textVersion: texts.version }),
    );
    expect(await refusalOf(say('marketing', true, 'page-0'))).toMatchObject({
      status: 409,
      code: 'HUB_CONSENT_TEXT_UNKNOWN',
    });
    later(1000);
    // Taking back needs no text.
    await say('personalisation', false, 'page-0');
    expect(await refusalOf(say('membership', false))).toMatchObject({ status: 409, code: 'HUB_MEMBERSHIP_IS_ERASURE' });
    const correct = (body: unknown) => mine.call('POST', '/v1/my/profile', body);
    const set = MyHome.parse(await (await correct({ name: '王大明', birthday: '1990-02-28' })).json());
    expect(set.profile).toMatchObject({ name: '王大明', birthday: '1990-02-28', phoneEnd: '5678' });
    // The store where they joined hears that its copy is old; no other does, nor one of before.
    const sealingAt = async (at: PairedStore, asked: object) => {
      const body = JSON.stringify({ after: 0, limit: 500, ...asked });
      const headers = { 'content-type': 'application/json' };
      const answer = await at.send('/v1/sync/members/changes', { method: 'POST', headers, body });
      const { changes } = ChangesAnswer.parse(await answer.json());
      return changes.find(({ memberId }) => memberId === 'm-dora')?.profileIv;
    };
    const sealing = await sealingAt(store, { packVersion: 0 });
    expect(sealing).toHaveLength(16);
    expect(await sealingAt(store, {})).toBeUndefined();
    expect(await sealingAt(await rig.pairStore('s2'), { packVersion: 0 })).toBeUndefined();
    for (const birthday of ['1990-02-30', '2020-01-01', '1890-01-01', '2100-01-01'])
      expect(await refusalOf(correct({ birthday }))).toMatchObject({ status: 422, code: 'HUB_MY_DATA_REFUSED' });
    expect(await refusalOf(correct({ phone: '+8613900000000' }))).toMatchObject({ code: 'HUB_REQUEST_INVALID' });
    expect(MyHome.parse(await (await correct({ birthday: null })).json()).profile.birthday).toBeNull();
    const all = MyExport.parse(await (await mine.call('GET', '/v1/my/export')).json());
    expect(all.profile).toEqual({ phone: '+8613812345678', name: '王大明' });
    expect(all.consents.map(({ purpose, granted }) => [purpose, granted])).toEqual([
      ['membership', true],
      ['personalisation', true],
      ['personalisation', false],
    ]);
    expect(all.points).toMatchObject([{ points: 7 }]);
    expect(all.receipts.map(({ store: at, payableFen }) => [at, payableFen]).sort()).toEqual([
      ['s1', 10],
      ['s1', 700],
    ]);
    expect([all.receipts[0]?.lines.length, all.receiptsLeftOut]).toEqual([1, 0]);
    expect(all.accesses.map(({ by, what }) => [by, what])).toContainEqual(['member', 'export']);
    expect(all.phones).toEqual([{ keyId: mine.keyId, publicKey: mine.publicKey }]);
  });

  it('leaves, with a proof that grows as stores confirm; the phone is nobody from then on', async () => {
    later();
    const mine = phone();
    await mine.claim(await join('m-erna'));
    await mine.call('GET', '/v1/my');
    const { proof } = (await (await mine.call('POST', '/v1/my/erasure', { isSure: true })).json()) as {
      proof: { signed: { memberId: string; stores: unknown } };
    };
    expect(proof.signed).toMatchObject({ memberId: 'm-erna', by: 'member', stores: [{ store: 's1' }] });
    expect(await refusalOf(mine.call('GET', '/v1/my'))).toMatchObject({ code: 'HUB_SESSION_REFUSED' });
    const again = await fetch(`${rig.hub.url}/v1/my/erasure/m-erna`);
    expect(await again.json()).toMatchObject({ signed: { memberId: 'm-erna' } });
    expect(await refusalOf(fetch(`${rig.hub.url}/v1/my/erasure/m-anna`))).toMatchObject({
      code: 'HUB_ERASURE_UNKNOWN',
    });
  });
});

describe('a store', () => {
  it('is told what moved the points of whom it knows, with the names of stores; no look at the person is noted', async () => {
    later();
    const mine = phone();
    await mine.claim(await join('m-fred', { points: 30 }));
    const s2 = await rig.pairStore('s2');
    const ask = (by: PairedStore, path = '/v1/sync/points/statement') =>
      by.send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ memberId: 'm-fred' }),
      });
    expect(await refusalOf(ask(s2))).toMatchObject({ status: 404, code: 'HUB_MEMBER_UNKNOWN' });
    await s2.acked([chainOf('s2').sale({ memberId: 'm-fred' })]);
    const told = ToldPoints.parse(await (await ask(s2)).json());
    expect(told).toMatchObject({ memberIds: ['m-fred'], entries: [{ points: 30 }], included: [{ contiguousSeq: 1 }] });
    expect(Object.keys(told.stores)).toEqual(['s1']);
    expect(told.opening).toBeUndefined();
    // This hub runs no tiers.
    const tier = ToldTier.parse(await (await ask(s2, '/v1/sync/members/tier')).json());
    expect(tier).toMatchObject({ tiers: [], next: null });
    const all = MyExport.parse(await (await mine.call('GET', '/v1/my/export')).json());
    expect(all.accesses.map(({ by }) => by)).toEqual(['member']);
  });
});

describe('an address', () => {
  it('that tries words is told to wait, and when', async () => {
    later();
    const guess = () => phone().claim('A'.repeat(22));
    for (let tries = 0; tries < MY_LIMITS.claimsPerMinute; tries += 1)
      expect(await refusalOf(guess())).toMatchObject({ code: 'HUB_CLAIM_REFUSED' });
    const refused = await guess();
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refusalOf(refused)).toMatchObject({ status: 429, code: 'HUB_TOO_MANY_TRIES' });
    later();
    expect(await refusalOf(guess())).toMatchObject({ code: 'HUB_CLAIM_REFUSED' });
  });

  it('is counted by its network, and costs no memory without end', () => {
    const limit = new AddressLimit({ clock: { now: () => 0 }, perMinute: 2 });
    limit.count('2001:db8:1:2::1');
    limit.count('2001:db8:1:2::2');
    expect(() => limit.count('2001:db8:1:2:ffff::3')).toThrow(/HUB_TOO_MANY_TRIES/);
    limit.count('2001:db8:1:3::1');
    for (let at = 0; at < 30_000; at += 1) limit.count(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);
    limit.count('2001:db8:1:2::1');
  });
});

async function bindInStore(memberId: string, bound: ReturnType<typeof phone>): Promise<Response> {
  const keyed = { memberId, publicKey: bound.publicKey, at: new Date(now).toISOString() };
  await store.acked([chainOf('s1', 'members').next('tillside.member.keyed.v1', keyed)]);
  return bound.open(now - 1);
}
