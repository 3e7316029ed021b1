import type { MemberTrust } from '@tillside/agent-contract';
import { type CarriedPoints, type LedgerEntry, PointsRules } from '@tillside/decide';
import type { IncludedMarks, ToldPoints } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Outbox } from '../journal/index.ts';
import { campaign, TestShop, TILL } from '../lanes/testing/shop.ts';
import { allowanceOf, balanceOf, takeCarried } from './balance.ts';
import { postPoints, tellOpenings } from './entries.ts';
import { holdIdOf, keepHold } from './holds.ts';
import { keepRules } from './rules.ts';
import { pointsStatement } from './statement.ts';

const MEMBER = 'M000001';
let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
});
afterEach(() => shop.close());

const CARRIED: CarriedPoints = {
  lots: [{ lotId: 'open:hq:x', points: 2000, availableAtMs: null, expiresAtMs: null }],
  debt: 0,
};
const available = (memberId = MEMBER): number => balanceOf(shop.journal, memberId, shop.now).available;
const tell = (included: IncludedMarks, points = CARRIED, aliases: string[] = []): void =>
  shop.journal.write((tx) => takeCarried(tx, MEMBER, points, included, aliases));
/** As if HQ had heard of all of ours up to now. */
const heard = (): IncludedMarks => {
  const seq =
    shop.journal.get<{ seq: number }>(
      `SELECT max(seq) AS seq FROM event WHERE stream = 'sales' AND epoch = ?`,
      shop.journal.epoch,
    )?.seq ?? 0;
  return [{ epoch: shop.journal.epoch, contiguousSeq: seq, ranges: [] }];
};
const rule = (said: Partial<PointsRules>): void =>
  shop.journal.write((tx) => keepRules(tx, PointsRules.parse({ cardBurnPoints: 1_000_000, ...said })));
const may = (trust: MemberTrust = 'signed') => allowanceOf(shop.journal, { memberId: MEMBER, trust, atMs: shop.now });
let burns = 0;
const burn = (points: number, cardDate?: string): string => {
  burns += 1;
  const entryId = `burn:store-test:b${burns}`;
  const at = new Date(shop.now).toISOString();
  shop.journal.write((tx) => postPoints(tx, [{ entryId, memberId: MEMBER, kind: 'burn', points, at }], { cardDate }));
  return entryId;
};
const moved = (): { entryId: string; memberId: string; points: number; of?: string }[] =>
  shop.journal
    .all<{ envelope: string }>(`SELECT envelope FROM event WHERE type = 'tillside.points.moved.v1' ORDER BY seq`)
    .flatMap(({ envelope }) => JSON.parse(envelope).data.entries);

describe('the balance of a member', () => {
  it('is all that this store knows, as long as HQ told nothing', () => {
    expect(available()).toBe(1000);
    shop.pay(shop.fill([{ sku: 'milk', quantity: 2 }], { member: 'card-1' }));
    expect(available()).toBe(1025);
  });

  it('is what HQ told, and what it had not heard of us then: nothing twice, nothing lost', () => {
    shop.pay(shop.fill([{ sku: 'milk', quantity: 2 }], { member: 'card-1' }));
    tell([]);
    expect(available()).toBe(2000 + 1025);
    tell(heard());
    expect(available()).toBe(2000);
    shop.pay(shop.fill([{ sku: 'milk', quantity: 2 }], { member: 'card-1' }));
    expect(available()).toBe(2025);
    const [mark] = heard();
    if (mark === undefined) throw new Error('no mark');
    tell([{ ...mark, contiguousSeq: 0, ranges: [[mark.contiguousSeq - 1, mark.contiguousSeq]] }]);
    // The second sale only is in the range: the first, and what was imported, are not.
    expect(available()).toBe(2000 + 1025);
  });

  it('counts again what is told under a new epoch, until HQ heard of it there', async () => {
    shop.pay(shop.fill([{ sku: 'milk', quantity: 2 }], { member: 'card-1' }));
    const old = heard();
    tell(old);
    expect(available()).toBe(2000);
    const outbox = new Outbox(shop.journal);
    await outbox.next('b1', { events: 1000, bytes: 1_000_000 });
    const conflicts = [{ epoch: shop.journal.epoch, stream: 'sales' as const, seq: 1 }];
    await outbox.settle('b1', { acks: [], conflicts, refused: [] });
    expect(shop.journal.epoch).not.toBe(old[0]?.epoch);
    expect(available()).toBe(2000 + 1025);
    tell([...old, ...heard()]);
    expect(available()).toBe(2000);
  });

  it('is that of a person: what was earned under an id that was merged counts', () => {
    shop.pay(shop.fill([{ sku: 'milk', quantity: 2 }], { member: 'card-2' }));
    tell(
      heard().map((mark) => ({ ...mark, contiguousSeq: 1 })),
      CARRIED,
      ['M000002'],
    );
    expect(available()).toBe(2025);
    tell(heard(), CARRIED, []);
    expect(available()).toBe(2000);
    expect(available('M000002')).toBe(25);
  });

  it('of before the ledger is told to HQ once', () => {
    const before = moved().length;
    shop.journal.write((tx) => tx.run('UPDATE points_entry SET epoch = NULL, seq = NULL'));
    tellOpenings(shop.journal);
    tellOpenings(shop.journal);
    expect(moved()).toHaveLength(before + 1);
    expect(moved().at(-1)).toMatchObject({ entryId: `open:import:${MEMBER}`, points: 1000 });
  });
});

describe('what may be spent', () => {
  it('without HQ is the balance', () => {
    expect(may()).toEqual({ points: 1000, limit: 'balance' });
  });

  it('of a member of HQ is no more than the rules say, until HQ heard of it', () => {
    tell(heard());
    expect(may()).toEqual({ points: 500, limit: 'offline' });
    const spent = burn(300);
    expect(may()).toEqual({ points: 200, limit: 'offline' });
    const at = new Date(shop.now).toISOString();
    shop.journal.write((tx) =>
      postPoints(tx, [
        { entryId: 'reverse:store-test:r1', memberId: MEMBER, kind: 'reverse', points: 100, at, of: spent },
      ]),
    );
    expect(may()).toEqual({ points: 300, limit: 'offline' });
    tell(heard(), { lots: [{ ...(CARRIED.lots[0] as CarriedPoints['lots'][number]), points: 400 }], debt: 0 });
    expect(may()).toEqual({ points: 400, limit: 'balance' });
  });

  it('is what HQ holds besides, until it lapses; a hold that is spent is no room twice', () => {
    tell(heard());
    const held = { holdId: holdIdOf('basket-1', 900), points: 900, until: new Date(shop.now + 60_000).toISOString() };
    shop.journal.write((tx) => keepHold(tx, MEMBER, held, shop.now));
    expect(may().points).toBe(1400);
    shop.now += 60_000;
    expect(may().points).toBe(500);
  });

  it('by a card is so much a day', () => {
    rule({ cardBurnPoints: 100 });
    expect(may('checked')).toEqual({ points: 1000, limit: 'balance' });
    expect(may('card')).toEqual({ points: 100, limit: 'card' });
    burn(60, '2026-11-22');
    expect(may('card').points).toBe(40);
    shop.now += 86_400_000;
    expect(may('card').points).toBe(100);
  });
});

describe('paying with points at a till', () => {
  const pay = (points: number): string => {
    const view = shop.fill([{ sku: 'milk', quantity: 3 }], { member: 'card-1' });
    return shop.outcome(() => {
      const wished = shop.journal.write((tx) => shop.till.payWithPoints(tx, TILL, view.basketId, points));
      shop.pay(wished);
    });
  };
  beforeEach(() => {
    shop.run([
      campaign('pay', 'points-pay', { items: { all: true }, pointsPerStep: 100, fenPerStep: 100, maxShareBp: 10_000 }),
    ]);
  });

  it('is refused with the reason, and what is left of the allowance', () => {
    tell(heard());
    expect(pay(600)).toContain('POINTS_OFFLINE_LIMIT');
    expect(pay(500)).toBe('ok');
    expect(pay(100)).toContain('POINTS_OFFLINE_LIMIT');
    rule({ cardBurnPoints: 200 });
    tell(heard());
    expect(pay(100)).toContain('POINTS_CARD_LIMIT');
  });

  it('tells HQ each part by its cause, once', () => {
    const sale = shop.pay(
      shop.journal.write((tx) => {
        const { basketId } = shop.till.open(tx, TILL, { cashierId: 'c1' });
        shop.till.setMember(tx, TILL, basketId, 'TM:card-1');
        shop.till.addLine(tx, TILL, basketId, { sku: 'milk', quantity: 2 });
        return shop.till.payWithPoints(tx, TILL, basketId, 200);
      }),
    );
    shop.giveBack(sale.saleId, [['1', 2]]);
    const told = moved().filter(({ entryId }) => !entryId.startsWith('open:'));
    expect(told.map(({ entryId, points, of }) => [entryId.split(':')[0], points, of?.split(':')[0]])).toEqual([
      ['burn', 200, undefined],
      ['earn', sale.pointsEarned, undefined],
      ['reverse', sale.pointsEarned, 'earn'],
      ['reverse', 200, 'burn'],
    ]);
    expect(told.every(({ memberId }) => memberId === MEMBER)).toBe(true);
    expect(available()).toBe(1000);
  });
});

describe('a statement', () => {
  const shown = (told?: ToldPoints) => {
    const statement = pointsStatement(shop.journal, MEMBER, { atMs: shop.now, storeId: 'store-test', told });
    const lines = statement.lines.map(({ kind, points, where, store }) => [kind, points, where, store]);
    return { lines, isWhole: statement.isWhole, before: statement.beforePoints, available: statement.available };
  };
  const elsewhere: LedgerEntry = {
    entryId: 'earn:s2:x',
    memberId: 'M-other-id',
    kind: 'earn',
    points: 70,
    at: '2026-01-02T03:04:05Z',
  };
  const answer = (entries: LedgerEntry[], more: Partial<ToldPoints> = {}): ToldPoints => ({
    memberIds: [MEMBER, 'M-other-id'],
    entries,
    included: heard(),
    stores: { s2: '南坪店', 'store-test': 'us' },
    ...more,
  });

  it('has all that HQ tells and what HQ has not heard of us, each once, with where it was', () => {
    burn(40);
    const ours = moved().find(({ entryId }) => entryId.startsWith('burn:')) as LedgerEntry;
    const before = shown().available;
    burn(5);
    const { lines, ...rest } = shown(answer([elsewhere, ours]));
    expect(lines.slice(0, 2)).toEqual([
      ['burn', -5, 'here', undefined],
      ['burn', -40, 'here', undefined],
    ]);
    expect(lines).toContainEqual(['earn', 70, 'store', '南坪店']);
    expect(rest).toEqual({ isWhole: true, before: 0, available: before - 5 + 70 });
  });

  it('of which HQ tells a part goes on from what was before, our own that HQ heard of among it', () => {
    burn(40);
    const told = answer([elsewhere], { opening: CARRIED });
    burn(5);
    expect(shown(told)).toEqual({
      lines: [
        ['burn', -5, 'here', undefined],
        ['earn', 70, 'store', '南坪店'],
      ],
      isWhole: true,
      before: 2000,
      available: 2065,
    });
  });

  it('says that it is not whole where HQ keeps the member and can not be asked', () => {
    expect(shown().isWhole).toBe(true);
    tell(heard());
    burn(5);
    expect(shown()).toEqual({
      lines: [['burn', -5, 'here', undefined]],
      isWhole: false,
      before: 2000,
      available: 1995,
    });
  });
});
