import { createHash, randomBytes } from 'node:crypto';
import {
  ChangesAnswer,
  FoundMember,
  lookupOf,
  PackHeader,
  PackKey,
  packKeys,
  readHeader,
  sealFields,
} from '@tillside/protocol';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chainOf } from '../testing/events.ts';
import { type PairedStore, refusalOf, type TestHub, testHub } from '../testing/hub.ts';

let hub: TestHub;
let s1: PairedStore;
let s2: PairedStore;
const chainsOf = (store: string) => ({ sales: chainOf(store), members: chainOf(store, 'members') });
const chains = { s1: chainsOf('s1'), s2: chainsOf('s2') };
beforeEach(async () => {
  hub = await testHub();
  chains.s1 = chainsOf('s1');
  chains.s2 = chainsOf('s2');
  s1 = await hub.pairStore('s1');
  s2 = await hub.pairStore('s2');
});
afterEach(() => hub.dispose());

const AT = '2026-03-01T10:00:00.000Z';
const hashOf = (code: string): string => createHash('sha256').update(code).digest('hex');
const post = async (store: PairedStore, path: string, body: object): Promise<Response> =>
  store.send(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

const phoneOf = (memberId: string): string => `+861390000${memberId.slice(-4)}`;

async function join(store: 's1' | 's2', memberId: string): Promise<void> {
  const phone = phoneOf(memberId);
  const key = randomBytes(32);
  const paired = store === 's1' ? s1 : s2;
  await post(paired, '/v1/sync/keys', { store, keys: [{ memberId, key: key.toString('base64url') }] });
  const joined = {
    memberId,
    joinedAt: AT,
    channel: 'till',
    tier: 'basic',
    consents: ['membership', 'personalisation'].map((purpose) => ({
      purpose,
      granted: true,
      textVersion: 't',
      at: AT,
    })),
    profile: sealFields(key, randomBytes(12), memberId, { phone }),
    codeHash: hashOf(memberId),
  };
  const entry = { entryId: `earn:${store}:${memberId}`, memberId, kind: 'earn', points: 120, at: AT };
  await paired.acked([
    chains[store].members.next('tillside.member.joined.v1', joined as never),
    chains[store].sales.next('tillside.points.moved.v1', { entries: [entry] } as never),
  ]);
}
const changes = async (store: PairedStore, after: number, packVersion?: number): Promise<ChangesAnswer> =>
  ChangesAnswer.parse(await (await post(store, '/v1/sync/members/changes', { after, limit: 100, packVersion })).json());

/** HQ's own runs change members as well, half a second after they came. */
async function settled(): Promise<void> {
  let before = -1;
  const isSame = async (): Promise<boolean> => {
    const { cursor } = await changes(s1, 0);
    const same = cursor === before;
    before = cursor;
    return same;
  };
  await expect.poll(isSame, { interval: 900, timeout: 10_000 }).toBe(true);
}

test('a pack holds who was seen in the store, then who was seen near it, and is given to that store with its key', async () => {
  await join('s1', 'm_0001');
  await join('s2', 'm_0002');
  await settled();
  const build = async () => (await hub.call('buildMemberPacks', { body: { stores: ['s1'] } })).packs;
  expect(await build()).toMatchObject([{ store: 's1', version: 1, members: 1, leftOut: 0 }]);
  const near = await hub.call('putNearbyStores', { params: { id: 's1' }, body: { stores: ['s2', 's1', 's2'] } });
  expect(near.stores).toEqual(['s2']);
  expect(await hub.call('nearbyStores', { params: { id: 's1' } })).toEqual(near);
  const [pack] = await build();
  expect(pack).toMatchObject({ version: 2, members: 2 });

  const { members } = await hub.call('store', { params: { id: 's1' } });
  expect(members).toMatchObject({ version: 2, state: 'pending' });
  const target = await s1.send(`/repo/targets/stores/s1/${members?.sha256}.members.tillmembers`);
  const bytes = Buffer.from(await target.arrayBuffer());
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(members?.sha256);
  const db = new Sqlite(bytes);
  const header = readHeader(db.prepare('SELECT json FROM header').pluck().get() as string);
  expect(PackHeader.parse(header)).toMatchObject({ store: 's1', version: 2, members: 2 });
  // Of its own events HQ has taken two; the feed goes on from where the pack was made.
  expect(header?.included).toMatchObject([{ contiguousSeq: 1 }]);
  expect((await changes(s1, header?.cursor ?? 0)).changes).toEqual([]);
  db.close();

  const key = PackKey.parse(await (await post(s1, '/v1/sync/members/pack-key', { version: 2 })).json());
  const keys = packKeys(Buffer.from(key.key, 'base64url'));
  expect(keys.record).toHaveLength(32);
  // Who joins near after it is told with the phone's way into that very pack; who asks of no pack hears of nobody near, as stores of before.
  await join('s2', 'm_0003');
  const told = async (version?: number) => (await changes(s1, header?.cursor ?? 0, version)).changes;
  const phoneWay = lookupOf(keys, 'phone', phoneOf('m_0003')).toString('hex');
  expect(await told(2)).toMatchObject([{ memberId: 'm_0003', near: { phoneWay } }]);
  expect((await told(99))[0]?.near).toEqual({});
  expect((await told())[0]).not.toHaveProperty('near');
  // A number that another gave before is no way to the second: whoever types it at a till means the first.
  await join('s2', 'm_90003');
  await settled();
  expect(await told(2)).toMatchObject([
    { memberId: 'm_0003', near: { phoneWay } },
    { memberId: 'm_90003', near: {} },
  ]);
  expect((await told(2))[1]?.near).toEqual({});
  await hub.call('putNearbyStores', { params: { id: 's1' }, body: { stores: [] } });
  const left = {
    memberId: 'm_0003',
    purpose: 'personalisation',
    granted: false,
    textVersion: 't',
    at: '2026-03-02T10:00:00.000Z',
  };
  await s2.acked([chains.s2.members.next('tillside.consent.changed.v1', left as never)]);
  const far = (await told(2)).find(({ memberId }) => memberId === 'm_0003');
  expect(far?.record?.consents).toContainEqual(expect.objectContaining({ granted: false }));
  expect(far).not.toHaveProperty('near');
  // Another store has its own, and is not given this one's.
  expect(await refusalOf(post(s2, '/v1/sync/members/pack-key', { version: 2 }))).toMatchObject({
    code: 'HUB_PACK_KEY_UNKNOWN',
  });
  expect((await s2.send(`/repo/targets/stores/s1/${members?.sha256}.members.tillmembers`)).status).toBe(403);
  await expect(hub.call('buildMemberPacks', { body: { stores: ['s9'] } })).rejects.toThrow(/HUB_STORE_UNKNOWN/u);
});

test('a store hears of its own members, of a withdrawal and an erasure of anybody; from the cursor on, each once', async () => {
  await join('s1', 'm_0001');
  await join('s2', 'm_0002');
  await settled();
  const first = await changes(s1, 0);
  expect(first.changes.map(({ memberId }) => memberId)).toEqual(['m_0001']);
  const [told] = first.changes;
  expect(told?.record).toMatchObject({ tier: 'basic', codeHashes: [hashOf('m_0001')], orders: 0 });
  expect(told?.record?.points.lots.map(({ points }) => points)).toEqual([120]);
  expect(JSON.stringify(first)).not.toContain('139000');
  expect((await changes(s1, first.cursor)).changes).toEqual([]);

  const withdrawn = {
    memberId: 'm_0002',
    purpose: 'personalisation',
    granted: false,
    textVersion: 't',
    at: '2026-03-02T10:00:00.000Z',
  };
  await s2.acked([chains.s2.members.next('tillside.consent.changed.v1', withdrawn as never)]);
  const second = await changes(s1, first.cursor);
  expect(second.changes).toMatchObject([{ memberId: 'm_0002' }]);
  expect(second.changes[0]?.record?.consents).toContainEqual(expect.objectContaining({ granted: false }));

  await s2.acked([
    chains.s2.members.next('tillside.member.erased.v1', { memberId: 'm_0002', at: AT, by: 'member' } as never),
  ]);
  const third = await changes(s1, second.cursor);
  expect(third.changes).toMatchObject([{ memberId: 'm_0002', record: null }]);
});

test('a member of another store is found by what was shown, once known the store hears of changes; nobody is a code', async () => {
  await join('s2', 'm_0002');
  const found = FoundMember.parse(
    await (await post(s1, '/v1/sync/members/find', { codeHash: hashOf('m_0002') })).json(),
  );
  expect(found).toMatchObject({ change: { memberId: 'm_0002' }, checked: false });
  const { cursor } = await changes(s1, 0);
  const entry = { entryId: 'earn:s2:later', memberId: 'm_0002', kind: 'earn', points: 5, at: AT };
  await s2.acked([chains.s2.sales.next('tillside.points.moved.v1', { entries: [entry] } as never)]);
  expect((await changes(s1, cursor)).changes).toMatchObject([{ memberId: 'm_0002' }]);
  for (const lookup of [
    { codeHash: hashOf('nobody') },
    { keyId: '0'.repeat(16) },
    { phone: '+8613900000009' },
    { numericCode: '1'.repeat(18) },
    {},
  ])
    expect(await refusalOf(post(s1, '/v1/sync/members/find', lookup))).toMatchObject({ code: 'HUB_MEMBER_UNKNOWN' });
});
