import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { lotEnds } from './ends.ts';
import { entriesOfReturn, entriesOfSale } from './entries.ts';
import { LedgerEntry } from './entry.ts';
import { foldLedger } from './fold.ts';
import { carriedOf } from './lots.ts';
import { PointsRules } from './rules.ts';
import { ledgerHash } from './set.ts';
import { MAX_LOTS } from './state.ts';
import { statementOf } from './statement.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const ZONE = 'Asia/Shanghai';
const at = (day: string): string => `${day}T12:00:00+08:00`;
const ms = (day: string): number => Date.parse(at(day));
const rulesOf = (said: Partial<PointsRules> = {}): PointsRules => PointsRules.parse(said);

const ids = Array.from({ length: 1000 }, (_, n) => n);
const entry = (kind: LedgerEntry['kind'], points: number, day: string, more: Partial<LedgerEntry> = {}): LedgerEntry =>
  LedgerEntry.parse({
    entryId: `${kind}:s1:${ids.shift()}`,
    memberId: 'M001',
    kind,
    points,
    at: at(day),
    ...(kind === 'adjust' ? { reason: 'test' } : {}),
    ...more,
  });
const stand = (entries: LedgerEntry[], day: string, said: Partial<PointsRules> = {}) => {
  const { available, pending, owed } = foldLedger(entries, rulesOf(said), { asOfMs: ms(day), sha256 });
  return { available, pending, owed };
};

describe('points of a lot', () => {
  it('are pending until the return window closes', () => {
    const [earn] = entriesOfSale(
      { storeId: 's1', saleId: 'a', memberId: 'M001', at: at('2026-01-01'), earned: 100, spent: 0 },
      rulesOf({ pendingDays: 7 }),
      ZONE,
    );
    if (earn === undefined) throw new Error('no entry');
    expect(stand([earn], '2026-01-07')).toEqual({ available: 0, pending: 100, owed: 0 });
    expect(stand([earn], '2026-01-08')).toEqual({ available: 100, pending: 0, owed: 0 });
  });

  it('end with the last day of their month in the zone of the chain', () => {
    const end = (day: string, zone: string, expiryMonths = 12) =>
      lotEnds({ pendingDays: 0, expiryMonths }, Date.parse(day), zone).expiresAt;
    expect(end('2026-11-22T10:00:00+08:00', ZONE)).toBe('2027-11-30T16:00:00.000Z');
    // Still October in New York, which is at summer time by the end of its lot.
    expect(end('2026-11-01T01:00:00Z', 'America/New_York', 8)).toBe('2027-07-01T04:00:00.000Z');
    expect(end('2026-01-31T12:00:00+08:00', ZONE, 1)).toBe('2026-02-28T16:00:00.000Z');
  });

  it('that ends first are spent first, also by a burn that is heard of after the end', () => {
    const soon = entry('earn', 100, '2026-01-01', { expiresAt: at('2026-02-01') });
    const late = entry('earn', 100, '2026-01-01', { expiresAt: at('2026-06-01') });
    expect(stand([soon, late], '2026-03-01')).toEqual({ available: 100, pending: 0, owed: 0 });
    const burn = entry('burn', 80, '2026-01-20');
    expect(stand([soon, late, burn], '2026-03-01')).toEqual({ available: 100, pending: 0, owed: 0 });
    const { accounts } = foldLedger([burn, late, soon], rulesOf(), { asOfMs: ms('2026-03-01'), sha256 });
    expect(accounts).toMatchObject({ issued: -200, redeemed: 80, expired: 20 });
  });
});

describe('what is spent beyond what there was', () => {
  const earn = entry('earn', 60, '2026-01-01');
  const burn = entry('burn', 100, '2026-01-02');
  const next = entry('earn', 50, '2026-01-03');

  it('is owed, and paid by what comes next', () => {
    expect(stand([earn, burn], '2026-01-09')).toEqual({ available: 0, pending: 0, owed: 40 });
    expect(stand([earn, burn, next], '2026-01-09')).toEqual({ available: 10, pending: 0, owed: 0 });
  });

  it('or borne by the chain, and then not given back', () => {
    const absorb = { negative: 'absorb' } as const;
    expect(stand([earn, burn, next], '2026-01-09', absorb)).toEqual({ available: 50, pending: 0, owed: 0 });
    const back = entry('reverse', 100, '2026-01-04', { of: burn.entryId });
    expect(stand([earn, burn, next, back], '2026-01-09', absorb)).toEqual({ available: 110, pending: 0, owed: 0 });
    expect(stand([earn, burn, next, back], '2026-01-09')).toEqual({ available: 110, pending: 0, owed: 0 });
  });
});

describe('a reverse', () => {
  it('counts once what it reverses is heard of, and for no more than that moved', () => {
    const earn = entry('earn', 30, '2026-01-05');
    const back = entry('reverse', 40, '2026-01-04', { of: earn.entryId });
    const alone = foldLedger([back], rulesOf(), { asOfMs: ms('2026-02-01'), sha256 });
    expect(alone).toMatchObject({ available: 0, owed: 0, waiting: [back.entryId] });
    expect(stand([back, earn], '2026-02-01')).toEqual({ available: 0, pending: 0, owed: 0 });
  });

  it('of points that ended takes no others', () => {
    const ended = entry('earn', 30, '2026-01-01', { expiresAt: at('2026-02-01') });
    const others = entry('earn', 50, '2026-01-02');
    const back = entry('reverse', 30, '2026-03-01', { of: ended.entryId });
    expect(stand([ended, others, back], '2026-04-01')).toEqual({ available: 50, pending: 0, owed: 0 });
  });

  it('gives back until the end of before, and at least for the days of the rules', () => {
    const soon = entry('earn', 30, '2026-01-01', { expiresAt: at('2026-02-01') });
    const burn = entry('burn', 30, '2026-01-02');
    const back = entry('reverse', 30, '2026-03-01', { of: burn.entryId });
    const rules = { giveBackDays: 10, expiryMonths: 1 };
    expect(stand([soon, burn, back], '2026-03-10', rules).available).toBe(30);
    expect(stand([soon, burn, back], '2026-03-12', rules).available).toBe(0);
    const long = entry('earn', 30, '2026-01-01', { expiresAt: at('2026-08-01') });
    expect(stand([long, burn, back], '2026-07-31', rules).available).toBe(30);
  });
});

it('of two contents under one id the same counts for everybody', () => {
  const one = entry('earn', 10, '2026-01-01');
  const other = { ...one, points: 20 };
  const counted = foldLedger([one, other], rulesOf(), { asOfMs: ms('2026-01-02'), sha256 });
  expect(foldLedger([other, one, other], rulesOf(), { asOfMs: ms('2026-01-02'), sha256 })).toEqual(counted);
  expect(counted.conflicts).toBe(1);
  expect(ledgerHash([one, other], sha256)).toBe(ledgerHash([other, one], sha256));
  expect([10, 20]).toContain(counted.available);
});

it('a state of more lots than may be carried lets less be spent, and never more', () => {
  const many = Array.from({ length: 90 }, (_, day) =>
    entry('earn', 10, '2026-01-01', {
      expiresAt: new Date(ms('2026-02-01') + day * 86_400_000).toISOString(),
      ...(day % 2 === 0 ? {} : { availableAt: at('2026-01-20') }),
    }),
  );
  const state = foldLedger(many, rulesOf(), { asOfMs: ms('2026-01-02'), sha256 });
  const carried = carriedOf(state);
  expect(carried.lots).toHaveLength(MAX_LOTS);
  expect(carried.lots.reduce((sum, lot) => sum + lot.points, 0)).toBe(900);
  for (const day of ['2026-01-02', '2026-01-25', '2026-03-01', '2026-04-20', '2026-06-01']) {
    const whole = stand(many, day).available;
    const part = foldLedger([], rulesOf(), { asOfMs: ms(day), opening: carried, sha256 }).available;
    expect(part).toBeLessThanOrEqual(whole);
  }
});

it('a statement has every line with the balance after it, and what ends next', () => {
  const rules = rulesOf({ pendingDays: 7, expiryMonths: 1 });
  const sale = { storeId: 's1', memberId: 'M001' };
  const entries = [
    ...entriesOfSale({ ...sale, saleId: 'a', at: at('2026-01-01'), earned: 100, spent: 0 }, rules, ZONE),
    ...entriesOfSale({ ...sale, saleId: 'b', at: at('2026-02-10'), earned: 20, spent: 50 }, rules, ZONE),
    ...entriesOfReturn(
      {
        ...sale,
        returnId: 'r',
        sale: { storeId: 's1', saleId: 'b' },
        at: at('2026-02-11'),
        takenBack: 20,
        givenBack: 50,
      },
      rules,
      ZONE,
    ),
  ];
  const { lines, state, endingNext, beforePoints } = statementOf(entries, rules, { asOfMs: ms('2026-03-05'), sha256 });
  expect(lines.map(({ kind, of, points, balance, reference }) => [kind, of, points, balance, reference])).toEqual([
    ['expire', undefined, -50, 50, 'a'],
    ['reverse', 'earn', -20, 100, 'r/earn'],
    ['reverse', 'burn', 50, 120, 'r/burn'],
    ['earn', undefined, 20, 70, 'b'],
    ['burn', undefined, -50, 50, 'b'],
    ['earn', undefined, 100, 100, 'a'],
  ]);
  expect(state.available).toBe(50);
  expect(beforePoints).toBe(0);
  expect(endingNext).toEqual({ points: 50, atMs: ms('2026-03-13') });
});

it('points of a sale that the ledger does not know go by an adjustment', () => {
  const [taken] = entriesOfReturn(
    { storeId: 's1', memberId: 'M001', returnId: 'r', sale: null, at: at('2026-02-11'), takenBack: 20, givenBack: 0 },
    rulesOf(),
    ZONE,
  );
  expect(LedgerEntry.parse(taken)).toMatchObject({ kind: 'adjust', points: -20, entryId: 'adjust:s1:r/earn' });
});
