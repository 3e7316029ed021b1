import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PointsRules } from '@tillside/decide';
import type { HubQuestions } from '@tillside/link';
import type { ChangesAnswer, MemberRecord } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeHash } from '../coupons/coupons.ts';
import { Journal } from '../journal/index.ts';
import { balanceOf } from '../points/balance.ts';
import { systemRandom } from '../ports.ts';
import { eraseMember } from './erase.ts';
import { MemberFeed, packInForce } from './feed.ts';
import { MemberFinder } from './find.ts';
import { basketMember, memberByCode, memberById, memberByNumber, personalised } from './members.ts';
import { MemberPack } from './pack.ts';

const NOW = Date.parse('2026-11-20T08:00:00Z');
const clock = { now: () => NOW };
const RULES = PointsRules.parse({});
let dir: string;
let journal: Journal;
let feed: MemberFeed;
let finder: MemberFinder;
let gone: string[];
let asked: object[];
/** What HQ answers; `away`: nothing. */
let hq: Awaited<ReturnType<HubQuestions['findMember']>> | 'away' | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-feed-'));
  journal = Journal.open({ dataDir: dir, store: 's1', clock, random: systemRandom });
  [gone, asked, hq] = [[], [], undefined];
  const pack = new MemberPack({ journal, clock, askKey: async () => undefined, inForce: packInForce, maxAgeHours: 72 });
  feed = new MemberFeed({ journal, clock, pack, erased: (memberId) => gone.push(memberId) });
  const findMember: HubQuestions['findMember'] = async (lookup) => {
    asked.push(lookup);
    if (hq === 'away' || hq === undefined) throw new Error('no answer');
    return hq;
  };
  finder = new MemberFinder({
    journal,
    clock,
    pack,
    indexKey: Buffer.alloc(32, 1),
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
  rules: RULES,
});
const tell = (cursor: number, ...records: MemberRecord[]): Promise<void> =>
  feed.take(
    answer(
      cursor,
      records.map((record) => ({ memberId: record.memberId, record })),
    ),
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
    await feed.take(answer(5, [{ memberId: 'm_0001', record: null, erasedAt: AT }]));
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
    // Of a stranger nothing is kept.
    await tell(5, recordOf('m_0009'));
    expect(memberById(journal, 'm_0009')).toBeUndefined();
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
    await feed.take(erased);
    await feed.take(erased);
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
      rules: RULES,
      included: [],
    };
    journal.write((tx) => packInForce(tx, { ...header, cursor: 12 }));
    expect(feed.cursor()).toBe(12);
    journal.write((tx) => packInForce(tx, { ...header, cursor: 30 }));
    expect(feed.cursor()).toBe(12);
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
