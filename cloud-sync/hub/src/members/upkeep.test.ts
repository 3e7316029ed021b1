import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldLedger } from '@tillside/decide';
import { type EventBody, keyIdOf, type Sealed, sealFields } from '@tillside/protocol';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HubStorage } from '../storage/port.ts';
import { openSqliteStorage } from '../storage/sqlite/index.ts';
import { chainOf, incoming } from '../testing/events.ts';
import { AT, CARD_A, CARD_B, consent, earn, joined, KEY_A, LATER, MUCH_LATER } from '../testing/members.ts';
import { runDuplicates } from './duplicate-run.ts';
import { createMyData } from './my-data.ts';
import { phoneIndexOf } from './phone-index.ts';
import { runPhones } from './phone-run.ts';
import { toldOf } from './record.ts';
import { mergeSamePhone } from './same-phone.ts';
import { MemberSettings } from './settings.ts';
import { retier } from './tier-run.ts';
import { toldTier } from './told-tier.ts';
import { MemberUpkeep } from './upkeep.ts';

const PHONE = '+8613800138000';
const BIRTHDAY = '1990-05-06';
const INDEX_KEY = Buffer.alloc(32, 7);
const phoneIndex = (phone: string) => phoneIndexOf(INDEX_KEY, phone);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let dir: string;
let storage: HubStorage;
let nowMs: number;
const printed: string[] = [];
let upkeep: MemberUpkeep;
const changed = vi.fn();
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-upkeep-'));
  storage = openSqliteStorage(join(dir, 'hub.db'));
  nowMs = Date.parse(MUCH_LATER);
  printed.length = 0;
  changed.mockClear();
  const log = pino({ level: 'debug' }, { write: (line: string) => void printed.push(line) });
  upkeep = new MemberUpkeep({ storage, clock: { now: () => nowMs }, log, phoneIndex, changed });
});
afterEach(async () => {
  await upkeep.stop();
  await storage.close();
  rmSync(dir, { recursive: true });
});

const sealedBy = (memberId: string, fields: Record<string, string>) => {
  const key = createHash('sha256').update(memberId).digest();
  return { key: key.toString('base64url'), profile: sealFields(key, Buffer.alloc(12, 1), memberId, fields) as Sealed };
};
/** Who may be there twice, by a run of now. */
const probable = async () => {
  await runDuplicates({ storage, clock: { now: () => nowMs }, isStopped: () => false });
  return (await storage.members.duplicates.page(0, 99)).map(({ rank: _, ...pair }) => pair);
};
/** One store's side: signs up, deposits the key, sells. */
function store(id: string) {
  const [ms, sales] = [chainOf(id, 'members'), chainOf(id)];
  const ingest = async (...events: Parameters<typeof incoming>[0][]) => {
    await storage.events.ingest([{ store: id, receivedAt: AT, events: events.map(incoming) }]);
  };
  return {
    ingest,
    sales,
    ms,
    signUp: async (
      memberId: string,
      fields: Record<string, string>,
      change: Partial<EventBody<'tillside.member.joined.v1'>> = {},
    ) => {
      const { key, profile } = sealedBy(memberId, fields);
      await ingest(ms.next('tillside.member.joined.v1', joined(memberId, { profile, ...change })));
      await storage.keys.put(id, [{ memberId, key }]);
    },
  };
}

describe('two stores that sign up one phone while both are offline', () => {
  test('end with one person: both cards, points of both, the latest consents, and both stores are told', async () => {
    const [one, two] = [store('s1'), store('s2')];
    await two.signUp(
      'm_0002',
      { phone: PHONE, birthday: BIRTHDAY },
      { joinedAt: LATER, codeHash: CARD_B, consents: [consent('marketing', false, LATER)] },
    );
    await two.ingest(
      two.sales.next('tillside.points.moved.v1', { entries: [earn('m_0002', 'b', 30, { entryId: 'earn:s2:b' })] }),
    );
    await one.signUp(
      'm_0001',
      { phone: PHONE, birthday: BIRTHDAY },
      { codeHash: CARD_A, consents: [consent('marketing', true, AT)] },
    );
    await one.ingest(one.sales.next('tillside.points.moved.v1', { entries: [earn('m_0001', 'a', 12)] }));
    const before = await storage.members.feed.newest();
    await upkeep.round();

    const person = await storage.members.directory.find({ phoneIndex: phoneIndex(PHONE) });
    expect(person).toMatchObject({ memberId: 'm_0001', consents: [consent('marketing', false, LATER)] });
    for (const codeHash of [CARD_A, CARD_B])
      expect((await storage.members.directory.find({ codeHash }))?.memberId).toBe('m_0001');
    const entries = await storage.members.ledger.entriesOf(await storage.members.directory.same('m_0002'));
    expect(foldLedger(entries, { negative: 'owe', giveBackDays: 30 }, { asOfMs: nowMs, sha256 }).available).toBe(42);
    for (const id of ['s1', 's2']) {
      const { changes } = await storage.members.feed.since([id], before, 9);
      expect(changes.map(({ memberId }) => memberId).sort()).toEqual(['m_0001', 'm_0002']);
      const { settings } = { settings: MemberSettings.parse({}) };
      const told = await toldOf(storage, 'm_0001', { store: id, rules: settings.points, nowMs });
      expect(told?.record).toMatchObject({ aliases: ['m_0002'] });
      expect(new Set(told?.record.codeHashes)).toEqual(new Set([CARD_A, CARD_B]));
    }
    expect(changed).toHaveBeenCalledTimes(1);
    expect(printed.join('')).toContain('"merged":1');
    expect(printed.join('')).not.toMatch(/13800138000|m_000/u);
  });

  test('that a person kept apart are not merged again, and a key that comes late is looked at then', async () => {
    const [one, two] = [store('s1'), store('s2')];
    await one.signUp('m_0001', { phone: PHONE, birthday: BIRTHDAY });
    await two.signUp('m_0002', { phone: PHONE, birthday: BIRTHDAY }, { joinedAt: LATER });
    const said = { one: 'm_0001', other: 'm_0002', at: LATER, by: 'office', reason: 'twins' };
    await storage.members.duplicates.saySeparate(said);
    await upkeep.round();
    expect(await storage.members.directory.same('m_0001')).toEqual(['m_0001']);
    await storage.members.duplicates.takeBack('m_0001', 'm_0002');
    await upkeep.round();
    expect(await storage.members.directory.same('m_0001')).toEqual(['m_0001', 'm_0002']);
    await storage.members.directory.unmerge('m_0002', LATER, 'office');
    await upkeep.round();
    expect(await storage.members.directory.same('m_0001')).toEqual(['m_0001']);

    const { key, profile } = sealedBy('m_0003', { phone: PHONE, birthday: BIRTHDAY });
    await one.ingest(one.ms.next('tillside.member.joined.v1', joined('m_0003', { joinedAt: MUCH_LATER, profile })));
    await storage.keys.put('s2', [{ memberId: 'm_0003', key: Buffer.alloc(32, 9).toString('base64url') }]);
    expect(await runPhones(storage, phoneIndex, LATER)).toEqual({ indexed: 0, unreadable: 1 });
    expect(await runPhones(storage, phoneIndex, LATER)).toEqual({ indexed: 0, unreadable: 0 });
    await storage.keys.put('s1', [{ memberId: 'm_0003', key }]);
    expect(await runPhones(storage, phoneIndex, LATER)).toEqual({ indexed: 1, unreadable: 0 });
    expect(await mergeSamePhone(storage, LATER, null)).toEqual({ merged: 1, after: null });
    expect(await storage.members.directory.same('m_0003')).toEqual(['m_0001', 'm_0003']);
  });
});

describe("somebody who joins with a stranger's phone", () => {
  const [one, two] = [store('s1'), store('s2')];
  const person = async (memberId: string) => storage.members.directory.same(memberId);
  const PAIR = { from: 'm_0002', into: 'm_0001', reasons: ['phone'] };

  test.each([
    ['without a birthday', { phone: PHONE }],
    ['with another one', { phone: PHONE, birthday: '1991-01-01' }],
    ['with the day and no year', { phone: PHONE, birthday: BIRTHDAY.slice(5) }],
  ])('%s, stays somebody else with their own key, card, profile and points, and is listed', async (_, fields) => {
    await one.signUp('m_0001', { phone: PHONE, birthday: BIRTHDAY }, { codeHash: CARD_A });
    await one.ingest(one.sales.next('tillside.points.moved.v1', { entries: [earn('m_0001', 'a', 12)] }));
    await two.signUp('m_0002', fields, { joinedAt: LATER, codeHash: CARD_B, publicKey: KEY_A });
    await upkeep.round();
    expect([await person('m_0001'), await person('m_0002')]).toEqual([['m_0001'], ['m_0002']]);
    expect(await probable()).toEqual([PAIR]);
    const keyId = keyIdOf(Buffer.from(KEY_A, 'base64url'));
    for (const by of [{ keyId }, { codeHash: CARD_B }]) {
      const found = await storage.members.directory.find(by);
      expect(found).toMatchObject({ memberId: 'm_0002', codeHashes: [CARD_B] });
      if (found === null) throw new Error('found');
      const data = await createMyData({ storage, clock: { now: () => nowMs } }).export(found);
      expect([data.points, data.profile, data.cards]).toEqual([[], fields, [CARD_B]]);
    }
    // By the phone alone the one who joined first is found.
    expect(await storage.members.directory.find({ phoneIndex: phoneIndex(PHONE) })).toMatchObject({
      memberId: 'm_0001',
    });
  });

  test('does not find out a birthday by changing their own, nor by joining often', async () => {
    await one.signUp('m_0001', { phone: PHONE, birthday: BIRTHDAY });
    await two.signUp('m_0002', { phone: PHONE }, { joinedAt: LATER });
    await upkeep.round();
    const row = await storage.members.directory.find({ memberId: 'm_0002' });
    if (row === null) throw new Error('found');
    nowMs += 1;
    await createMyData({ storage, clock: { now: () => nowMs } }).correct(row, { birthday: BIRTHDAY });
    await upkeep.round();
    expect(await person('m_0002')).toEqual(['m_0002']);
    for (const day of ['05', '06', '07'])
      await two.signUp(`m_1${day}`, { phone: PHONE, birthday: `1990-05-${day}` }, { joinedAt: MUCH_LATER });
    await upkeep.round();
    expect(await person('m_0001')).toEqual(['m_0001']);
  });

  test('is one person with who has it where a household says so, or HQ says that phones are verified; never with two birthdays', async () => {
    await one.signUp('m_0001', { phone: PHONE, birthday: BIRTHDAY }, { household: 'm_home' });
    await two.signUp('m_0002', { phone: PHONE }, { joinedAt: LATER, household: 'm_home' });
    await upkeep.round();
    expect(await person('m_0001')).toEqual(['m_0001', 'm_0002']);
    // Who is linked at HQ, by the word of both, is two.
    await storage.members.directory.unmerge('m_0002', LATER, 'office');
    await one.signUp('m_0006', { phone: '+8613700137000' });
    await two.signUp('m_0007', { phone: '+8613700137000' }, { joinedAt: LATER });
    await storage.members.households.link('m_0007', 'm_0006', { at: LATER, by: 'office', reason: 'couple' });
    await upkeep.round();
    expect(await person('m_0006')).toEqual(['m_0006']);
    const other = '+8613900139000';
    await one.signUp('m_0003', { phone: other, birthday: BIRTHDAY });
    await two.signUp('m_0004', { phone: other }, { joinedAt: LATER });
    await two.signUp('m_0005', { phone: other, birthday: '2001-01-01' }, { joinedAt: MUCH_LATER });
    await upkeep.round();
    expect(await person('m_0003')).toEqual(['m_0003']);
    await storage.members.settings.put({ phonesVerified: true }, 0, 'office', AT);
    await upkeep.round();
    expect(await person('m_0003')).toEqual(['m_0003', 'm_0004']);
    expect(await person('m_0005')).toEqual(['m_0005']);
  });
});

test('probable duplicates are named with reasons for a person to judge, and not again once they were kept apart', async () => {
  const one = store('s1');
  const birthday = '1990-05-06';
  await one.signUp('m_0001', { phone: '+8613800138000', birthday }, { household: 'm_home' });
  await one.signUp('m_0002', { phone: '+8613800138001', birthday }, { household: 'm_home', joinedAt: LATER });
  await one.signUp('m_0003', { phone: '+8613900139000', birthday, name: '王' }, { codeHash: CARD_A, joinedAt: LATER });
  await one.signUp('m_0004', { phone: '+8613800138009' }, { codeHash: CARD_A, joinedAt: MUCH_LATER });
  await upkeep.round();
  expect(await probable()).toEqual([
    { from: 'm_0002', into: 'm_0001', reasons: ['household-birthday', 'phone-digit-birthday'] },
    { from: 'm_0004', into: 'm_0003', reasons: ['same-card'] },
  ]);
  const { directory } = storage.members;
  await directory.merge({ from: 'm_0002', into: 'm_0001', at: LATER, basis: 'probable', by: 'office' });
  expect(await probable()).toHaveLength(1);
  await directory.unmerge('m_0002', MUCH_LATER, 'office');
  expect(await probable()).toHaveLength(1);
});

test('a sale of a guest is given to its member once the card is known; a code that can never be right is dropped', async () => {
  const [one, two] = [store('s1'), store('s2')];
  const sale = (saleId: string, guest: object) =>
    one.sales.sale({ saleId, payableFen: 900, guest: { at: AT, points: 9, ...guest } });
  await one.ingest(
    sale('g1', { codeHash: CARD_A }),
    sale('g2', { shown: 'TR:rubbish' }),
    sale('g3', { codeHash: CARD_B }),
  );
  await upkeep.round();
  expect((await storage.members.guests.waiting(0, 9)).map(({ saleId }) => saleId)).toEqual(['g1', 'g3']);
  await two.signUp('m_0001', { phone: PHONE }, { codeHash: CARD_A });
  await upkeep.round();
  await upkeep.round();
  expect(await storage.members.ledger.entriesOf(['m_0001'])).toEqual([earn('m_0001', 'g1', 9)]);
  expect(await storage.members.purchases.of('m_0001')).toMatchObject({ orders: 1, spentFen: 900 });
  nowMs += 200 * 86_400_000;
  await upkeep.round();
  expect(await storage.members.guests.waiting(0, 9)).toEqual([]);
});

test('tiers are put once a day by what was bought and earned, told to stores that know the member, and kept for their time', async () => {
  const one = store('s1');
  const name = { zh: '级', en: 'Tier' };
  const tiers = {
    base: { id: 'basic', name },
    tiers: [
      { id: 'silver', name, months: 12, spendFen: 1_000 },
      { id: 'gold', name, months: 12, points: 100 },
    ],
    keepMonths: 1,
    graceMonths: 1,
  };
  await storage.members.settings.put({ points: {}, tiers, zone: 'Asia/Shanghai' }, 0, 'office', AT);
  await one.signUp('m_0001', {});
  await one.signUp('m_0002', {});
  await one.ingest(one.sales.sale({ memberId: 'm_0001', payableFen: 1_000, savingsFen: 0 }));
  await one.ingest(one.sales.next('tillside.points.moved.v1', { entries: [earn('m_0002', 'x', 100)] }));
  const start = await storage.members.feed.newest();
  await upkeep.round();
  const tierOf = async (memberId: string) => {
    const row = await storage.members.directory.find({ memberId });
    return [row?.tier, row?.tierUntil];
  };
  expect([await tierOf('m_0001'), await tierOf('m_0002')]).toEqual([
    ['silver', '2024-05-31'],
    ['gold', '2024-05-31'],
  ]);
  // What a store is told beforehand is what the run does: one more fen, one more point.
  const told = (memberId: string, by = 's1') => toldTier(storage, { store: by, memberId, nowMs });
  expect(await told('m_0001')).toEqual({
    tier: 'silver',
    tierUntil: '2024-05-31',
    tiers: [tiers.base, ...tiers.tiers].map(({ id }) => ({ id, name })),
    next: { tier: 'gold', months: 12, ways: [{ by: 'points', have: 0, need: 100 }] },
    asOf: new Date(nowMs).toISOString(),
  });
  expect((await told('m_0002')).next).toBeNull();
  await expect(told('m_0001', 's9')).rejects.toMatchObject({ code: 'HUB_MEMBER_UNKNOWN' });
  // A merge moves it at once, with what both earned.
  await one.signUp('m_0003', {});
  await storage.members.directory.merge({ from: 'm_0001', into: 'm_0003', at: LATER, basis: 'probable', by: 'o' });
  await retier(storage.members, 'm_0003', nowMs);
  expect(await tierOf('m_0003')).toEqual(['silver', '2024-05-31']);
  await storage.members.directory.unmerge('m_0001', LATER, 'o');
  expect((await storage.members.feed.since(['s1'], start, 9)).changes).toHaveLength(3);
  nowMs = Date.parse('2025-06-01T00:00:00Z');
  await upkeep.round();
  expect([await tierOf('m_0001'), await tierOf('m_0002')]).toEqual([
    ['basic', null],
    ['basic', null],
  ]);
});
