import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HubQuestions } from '@tillside/link';
import { type ChangesAnswer, lookupOf, type MemberRecord, packKeys } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { codeHash } from '../coupons/coupons.ts';
import { Journal } from '../journal/index.ts';
import { balanceOf } from '../points/balance.ts';
import { systemRandom } from '../ports.ts';
import { eraseMember } from './erase.ts';
import { MemberFeed, packInForce } from './feed.ts';
import { MemberFinder } from './find.ts';
import { basketMember, memberByCode, memberById, memberByNumber, memberByPhone, personalised } from './members.ts';
import { isInNews, MemberNews, strangersOf } from './news.ts';
import { MemberPack } from './pack.ts';
import { correctProfile, profileOf } from './profile.ts';
import { signUp } from './sign-up.ts';

const NOW = Date.parse('2026-11-20T08:00:00Z');
const clock = { now: () => NOW };
let dir: string;
let journal: Journal;
let feed: MemberFeed;
let finder: MemberFinder;
let gone: string[];
let asked: object[];
/** As if a pack were in force that hashes phones so. */
let packVersion: number;
/** What HQ answers; `away`: nothing. */
let hq: Awaited<ReturnType<HubQuestions['findMember']>> | 'away' | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-feed-'));
  journal = Journal.open({ dataDir: dir, store: 's1', clock, random: systemRandom });
  [gone, asked, hq, packVersion] = [[], [], undefined, 0];
  const indexKey = Buffer.alloc(32, 1);
  const news = new MemberNews({ random: systemRandom, indexKey });
  const pack = new MemberPack({ journal, clock, askKey: async () => undefined, inForce: packInForce, maxAgeHours: 72 });
  vi.spyOn(pack, 'version', 'get').mockImplementation(() => packVersion);
  vi.spyOn(pack, 'phoneWay').mockImplementation((phone) => (packVersion === 0 ? undefined : wayIn(packVersion, phone)));
  feed = new MemberFeed({ journal, clock, pack, news, maxStrangers: 3, erased: (memberId) => gone.push(memberId) });
  const findMember: HubQuestions['findMember'] = async (lookup) => {
    asked.push(lookup);
    if (hq === 'away' || hq === undefined) throw new Error('no answer');
    return hq;
  };
  finder = new MemberFinder({
    journal,
    clock,
    pack,
    news,
    indexKey,
    ask: () => (hq === undefined ? undefined : { findMember }),
  });
});
afterEach(() => {
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

const AT = '2026-03-01T10:00:00.000Z';
const consent = (granted: boolean, at = AT) => ({ purpose: 'personalisation' as const, granted, textVersion: 't', at });
const recordOf = (memberId: string, more: Partial<MemberRecord> = {}): MemberRecord => ({
  memberId,
  joinedAt: AT,
  tier: 'gold',
  consents: [consent(true)],
  tags: ['tea-club'],
  segments: ['active'],
  publicKeys: [],
  codeHashes: [codeHash(`card-${memberId}`)],
  orders: 12,
  points: { lots: [{ lotId: 'earn:s2:1', points: 70, availableAtMs: null, expiresAtMs: null }], debt: 0 },
  aliases: [],
  ...more,
});
const answer = (cursor: number, changes: ChangesAnswer['changes']): ChangesAnswer => ({
  cursor,
  more: false,
  changes,
  included: [],
});
const wayIn = (version: number, phone: string): string =>
  lookupOf(packKeys(Buffer.alloc(32, version)), 'phone', phone).toString('hex');
const PHONE = '+8613900000001';
/** What HQ tells of a stranger who was seen near, hashed for this pack. */
const tellNear = (cursor: number, record: MemberRecord, version = packVersion): Promise<void> => {
  const near = version === 0 ? {} : { phoneWay: wayIn(version, PHONE) };
  return feed.take(answer(cursor, [{ memberId: record.memberId, record, near }]), { packVersion: version });
};
const tell = (cursor: number, ...records: MemberRecord[]): Promise<void> =>
  feed.take(
    answer(
      cursor,
      records.map((record) => ({ memberId: record.memberId, record })),
    ),
    { packVersion },
  );
const found = (record: MemberRecord, checked = false) => ({
  ok: true as const,
  value: { change: { memberId: record.memberId, record }, included: [], checked },
});
const meet = async (record: MemberRecord): Promise<void> => {
  hq = found(record);
  await finder.prepare({ code: `TM:card-${record.memberId}` });
};
const whose = (code: string): string | undefined => memberByCode(journal, code, NOW)?.memberId;
const erasures = () => journal.all(`SELECT 1 AS one FROM event WHERE type = 'tillside.member.erased.v1'`).length;

describe('who is looked for', () => {
  it('is asked for once, is known from then on, and brings orders and points of all stores', async () => {
    await meet(recordOf('m_0001', { number: '123456789' }));
    expect(asked).toEqual([{ codeHash: codeHash('card-m_0001') }]);
    await finder.prepare({ code: 'card-m_0001' });
    expect(asked).toHaveLength(1);
    const member = memberById(journal, 'm_0001');
    expect(member && basketMember(journal, member, NOW)).toMatchObject({ orders: 12, pointsBalance: 70, tier: 'gold' });
    expect(memberByNumber(journal, '123456789')?.memberId).toBe('m_0001');
  });

  it('and is nobody at HQ is nobody; while HQ does not answer, or is away, it may still turn out', async () => {
    hq = { ok: false, code: 'HUB_MEMBER_UNKNOWN' };
    expect(await finder.prepare({ code: 'x' })).toEqual({ isChecked: false, isUnanswered: false });
    hq = 'away';
    expect(await finder.prepare({ code: 'x' })).toEqual({ isChecked: false, isUnanswered: true });
    hq = undefined;
    expect(await finder.prepare({ phone: '+8613900000001' })).toEqual({ isChecked: false, isUnanswered: true });
    expect(asked).toHaveLength(2);
  });

  it('by a phone is found by it again without asking', async () => {
    hq = found(recordOf('m_0001'));
    await finder.prepare({ phone: '+8613900000001' });
    hq = undefined;
    expect(await finder.prepare({ phone: '+8613900000001' })).toEqual({ isChecked: false, isUnanswered: false });
  });

  it('who was erased here is not brought back by an answer that is late', async () => {
    await meet(recordOf('m_0001'));
    await feed.take(answer(5, [{ memberId: 'm_0001', record: null, erasedAt: AT }]), { packVersion });
    await meet(recordOf('m_0001'));
    expect(whose('card-m_0001')).toBeUndefined();
  });
});

describe('what HQ tells', () => {
  it('acts on those who are known here; a consent that was said here later stays', async () => {
    await meet(recordOf('m_0001'));
    await tell(3, recordOf('m_0001', { tier: 'basic', consents: [consent(false, '2026-04-01T00:00:00.000Z')] }));
    const member = memberById(journal, 'm_0001');
    expect(member).toMatchObject({ tier: 'basic' });
    expect(member && personalised(member)).toBe(false);
    // HQ has not heard of it yet.
    journal.write((tx) =>
      tx.run(
        `UPDATE member SET consents = ? WHERE member_id = 'm_0001'`,
        JSON.stringify([consent(true, '2026-05-01T00:00:00.000Z')]),
      ),
    );
    await tell(4, recordOf('m_0001', { consents: [consent(false, '2026-04-01T00:00:00.000Z')] }));
    const later = memberById(journal, 'm_0001');
    expect(later && personalised(later)).toBe(true);
    expect(feed.cursor()).toBe(4);
    // Of a stranger from far away nothing is kept.
    await tell(5, recordOf('m_0009'));
    expect(memberById(journal, 'm_0009')).toBeUndefined();
    expect(isInNews(journal, 'm_0009')).toBe(false);
  });

  it('of a merge: every card and id leads to the one; undone, each has their own again', async () => {
    await meet(recordOf('m_0001'));
    await meet(recordOf('m_0002', { points: { lots: [], debt: 0 } }));
    await tell(
      6,
      recordOf('m_0001', { aliases: ['m_0002'], codeHashes: ['card-m_0001', 'card-m_0002'].map(codeHash) }),
    );
    expect([whose('card-m_0001'), whose('card-m_0002')]).toEqual(['m_0001', 'm_0001']);
    expect(memberById(journal, 'm_0002')?.memberId).toBe('m_0001');
    await tell(7, recordOf('m_0001'), recordOf('m_0002', { points: { lots: [], debt: 0 } }));
    expect([whose('card-m_0001'), whose('card-m_0002')]).toEqual(['m_0001', 'm_0002']);
    expect(balanceOf(journal, 'm_0002', NOW).available).toBe(0);
  });

  it('of personal fields that were set right elsewhere: the copy of the store where they joined goes, and HQ is asked whose phone it is', async () => {
    const indexKey = Buffer.alloc(32, 1);
    const ports = { clock, random: systemRandom, indexKey, keys: journal.keys };
    const consents = [{ purpose: 'membership' as const, granted: true, textVersion: 't' }];
    const { memberId } = journal.write((tx) =>
      signUp(tx, ports, { phone: '13800138000', name: '林晓', consents, channel: 'kiosk' }),
    );
    const sealing = () =>
      journal.get<{ iv: string }>(`SELECT profile ->> '$.iv' AS iv FROM member WHERE member_id = ?`, memberId)?.iv;
    const tell = (cursor: number, profileIv: string | undefined) =>
      feed.take(
        answer(cursor, [{ memberId, record: recordOf(memberId), ...(profileIv === undefined ? {} : { profileIv }) }]),
        { packVersion },
      );
    await tell(1, undefined);
    await tell(2, sealing());
    expect(profileOf(journal, journal.keys, memberId)).toMatchObject({ name: '林晓' });
    await tell(3, 'A'.repeat(16));
    expect(profileOf(journal, journal.keys, memberId)).toBeUndefined();
    // The phone may have been set right as well.
    const whosePhone = () => memberByPhone(journal, indexKey, '+8613800138000')?.memberId;
    expect(whosePhone()).toBeUndefined();
    hq = found(recordOf(memberId));
    await finder.prepare({ phone: '+8613800138000' });
    expect(whosePhone()).toBe(memberId);
    // What the store no longer has it does not set right: an old birthday would come back with a new name.
    expect(() =>
      journal.write((tx) =>
        correctProfile(tx, ports, memberId, { correction: { name: '林小' }, by: 'staff', today: '2026-03-01' }),
      ),
    ).toThrow(expect.objectContaining({ code: 'MEMBER_KEPT_ELSEWHERE' }));
  });

  it('of an erasure: all goes, an open basket is a guest’s, and it is confirmed once, known here or not', async () => {
    await meet(recordOf('m_0001'));
    const content = JSON.stringify({ memberId: 'm_0001', lines: [], payWithPoints: 5 });
    journal.write((tx) =>
      tx.run(
        `INSERT INTO basket (basket_id, state, terminal_id, lane, cashier_id, opened_at, content) VALUES ('b1', 'open', 't', '1', 'c', ?, ?)`,
        AT,
        content,
      ),
    );
    const erased = answer(8, [
      { memberId: 'm_0001', record: null, erasedAt: AT },
      { memberId: 'm_0007', record: null, erasedAt: AT },
    ]);
    await feed.take(erased, { packVersion });
    await feed.take(erased, { packVersion });
    expect(erasures()).toBe(2);
    expect(gone).toContain('m_0001');
    expect(whose('card-m_0001')).toBeUndefined();
    const [basket] = journal.all<{ content: string }>('SELECT content FROM basket');
    const left = JSON.parse(basket?.content ?? '{}') as object;
    expect(left).not.toHaveProperty('memberId');
    expect(left).not.toHaveProperty('payWithPoints');
    for (const table of ['member', 'member_card', 'member_news', 'points_carried'])
      expect(journal.all(`SELECT * FROM ${table}`)).toEqual([]);
  });

  it('of an erasure of who was merged: the other card is nobody’s too', async () => {
    await meet(recordOf('m_0001'));
    await meet(recordOf('m_0002'));
    await tell(6, recordOf('m_0001', { aliases: ['m_0002'] }));
    journal.write((tx) => eraseMember(tx, clock, 'm_0001', 'member'));
    expect([whose('card-m_0001'), whose('card-m_0002')]).toEqual([undefined, undefined]);
    expect(journal.all('SELECT member_id FROM erasure ORDER BY 1')).toHaveLength(2);
  });

  it('a new pack takes the cursor back to where it was made, never forward', async () => {
    await tell(20);
    const header = {
      format: 1 as const,
      store: 's1',
      version: 2,
      asOf: AT,
      members: 0,
      leftOut: 0,
      included: [],
    };
    journal.write((tx) => packInForce(tx, { ...header, cursor: 12 }));
    expect(feed.cursor()).toBe(12);
    journal.write((tx) => packInForce(tx, { ...header, cursor: 30 }));
    expect(feed.cursor()).toBe(12);
  });
});

describe('a stranger who was seen near', () => {
  const HEADER = {
    format: 1 as const,
    store: 's1',
    version: 2,
    asOf: AT,
    members: 0,
    leftOut: 0,
    included: [],
  };
  const stranger = recordOf('m_0005', { number: '123456789', birthday: '05-06' });
  const phoneKnown = (): boolean => finder.know({ phone: PHONE });
  const inClear = (): string => JSON.stringify(journal.all('SELECT * FROM member_news'));

  it('is found offline by card, number and phone, with what HQ told last; nothing of them lies in clear', async () => {
    packVersion = 1;
    await tellNear(3, recordOf('m_0005', { tier: 'basic' }));
    // Told to everybody: what is kept follows, whoever tells it is near or not.
    await tell(4, stranger);
    for (const text of ['gold', '05-06', 'tea-club', PHONE.slice(4)]) expect(inClear()).not.toContain(text);
    expect(memberById(journal, 'm_0005')).toBeUndefined();
    expect(finder.know({ code: 'TM:card-m_0005' })).toBe(true);
    expect(whose('card-m_0005')).toBe('m_0005');
    const member = memberById(journal, 'm_0005');
    expect(member && basketMember(journal, member, NOW)).toMatchObject({ tier: 'gold', pointsBalance: 70 });
    // Met: not a stranger any more.
    expect(strangersOf(journal)).toEqual({ kept: 0, dropped: 0 });
    await tellNear(5, recordOf('m_0006'));
    expect(phoneKnown()).toBe(true);
    expect(memberByPhone(journal, Buffer.alloc(32, 1), PHONE)?.memberId).toBe('m_0006');
    expect(asked).toEqual([]);
  });

  it('is found by no phone that was hashed for another pack, and goes with a pack that is newer', async () => {
    packVersion = 1;
    await tellNear(3, stranger);
    packVersion = 2;
    journal.write((tx) => packInForce(tx, { ...HEADER, cursor: 2 }));
    expect(phoneKnown()).toBe(false);
    expect(isInNews(journal, 'm_0005')).toBe(true);
    // An answer that was asked for before the swap: its hashes are no use, and it is asked for again.
    expect(feed.cursor()).toBe(2);
    await tellNear(9, stranger, 1);
    expect(phoneKnown()).toBe(false);
    expect(feed.cursor()).toBe(2);
    await tellNear(9, stranger);
    expect(feed.cursor()).toBe(9);
    journal.write((tx) => packInForce(tx, { ...HEADER, version: 3, cursor: 9 }));
    expect(strangersOf(journal)).toEqual({ kept: 0, dropped: 0 });
    expect(journal.all('SELECT * FROM member_news_way')).toEqual([]);
  });

  it('leaves with an erasure, follows a withdrawal and a merge, and finds no room for ever', async () => {
    packVersion = 1;
    await tellNear(3, stranger);
    await tell(4, recordOf('m_0005', { consents: [consent(false)] }));
    await tell(
      5,
      recordOf('m_0006', { aliases: ['m_0005'], codeHashes: ['card-m_0005', 'card-m_0006'].map(codeHash) }),
    );
    expect(finder.know({ code: 'TM:card-m_0005' })).toBe(true);
    expect(whose('card-m_0005')).toBe('m_0006');
    await tellNear(6, recordOf('m_0007', { consents: [consent(false)] }));
    expect(finder.know({ code: 'TM:card-m_0007' })).toBe(true);
    const member = memberById(journal, 'm_0007');
    expect(member && personalised(member)).toBe(false);
    await tellNear(7, recordOf('m_0008'));
    await feed.take(answer(8, [{ memberId: 'm_0008', record: null, erasedAt: AT }]), { packVersion });
    expect(finder.know({ code: 'TM:card-m_0008' })).toBe(false);
    expect(phoneKnown()).toBe(false);
    for (const id of ['1', '2', '3', '4', '5']) await tellNear(10 + Number(id), recordOf(`m_100${id}`));
    expect(strangersOf(journal)).toEqual({ kept: 3, dropped: 2 });
    expect(finder.know({ code: 'TM:card-m_1002' })).toBe(false);
    expect(finder.know({ code: 'TM:card-m_1003' })).toBe(true);
  });
});

describe('a store that HQ has not told yet', () => {
  it('goes by nothing personal, and its tiers stay', async () => {
    await meet(recordOf('m_0001'));
    feed.mayPersonalise(false);
    const member = memberById(journal, 'm_0001');
    if (member === undefined) throw new Error('known');
    expect(personalised(member)).toBe(false);
    const inBasket = basketMember(journal, member, NOW);
    expect(inBasket).toMatchObject({ tier: 'gold', orders: 12 });
    expect(inBasket).not.toHaveProperty('tags');
    expect(inBasket).not.toHaveProperty('segments');
    feed.mayPersonalise(true);
    const again = memberById(journal, 'm_0001');
    expect(again && basketMember(journal, again, NOW)).toMatchObject({ tags: ['tea-club'], segments: ['active'] });
  });
});
