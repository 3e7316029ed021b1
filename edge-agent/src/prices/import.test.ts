import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeHash } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import { Journal } from '../journal/index.ts';
import { eraseMember } from '../members/erase.ts';
import { importCoupons, importMembers, importMembersByTurns, importPurchases } from '../members/import.ts';
import { balanceOf } from '../points/balance.ts';
import { systemClock, systemRandom } from '../ports.ts';
import { ITEMS_CSV } from '../testing.ts';
import { checkDigitRight } from './gtin.ts';
import { importItems } from './import.ts';
import { Items } from './item.ts';

let dir: string;
let journal: Journal;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-import-'));
  journal = Journal.open({ dataDir: dir, store: 'store-test', clock: systemClock, random: systemRandom });
});
afterEach(() => {
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

const take = (csv: string) => importItems(journal, systemClock, csv);
const detailOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    return error instanceof AgentError ? `${error.code} ${error.detail}` : String(error);
  }
  return undefined;
};

describe('an item file', () => {
  it('brings good rows in and names bad ones by row, code and column', () => {
    const report = take(
      `\uFEFF${ITEMS_CSV}x1,2900000000011,a,b,,,d,c,t,each,1,0,s,p
x2,2900000000018,a,b,,,d,c,t,each,1,0,s,p
x3,2900000000056,a,b,,,d,c,t,each,1.5,0,s,p
x4,2900000000056,a,b,,,d,c,t,by the metre,1,0,s,p
`,
    );
    expect(report).toMatchObject({ accepted: 4, rejectedCount: 4, priceVersion: 1 });
    expect(report.rejected.map(({ row, code }) => [row, code])).toEqual([
      [6, 'ROW_FIELD'],
      [7, 'ROW_DUPLICATE'],
      [8, 'ROW_FIELD'],
      [9, 'ROW_FIELD'],
    ]);
    expect(report.rejected[0]?.message).toContain('gtin');
    expect(report.rejected[2]?.message).toContain('priceFen');
  });

  it('leaves others as they are, moves a code that moved, and counts versions', () => {
    take(ITEMS_CSV);
    const head = ITEMS_CSV.split('\n')[0];
    const report = take(`${head}\noat,2900000000018,燕麦奶,Oat drink,,,dairy,milk,oat,each,1590,900,A1,dairy\n`);
    expect(report.priceVersion).toBe(2);
    const items = new Items(journal);
    expect(items.byGtin('2900000000018')?.sku).toBe('oat');
    expect(items.bySku('milk')).toMatchObject({ state: 'discontinued', priceVersion: 2 });
    expect(report.items?.warnings).toMatchObject([{ row: 2, code: 'CODE_MOVED' }]);
    expect(items.bySku('tea')).toMatchObject({ priceFen: 500, priceVersion: 1 });
  });

  it('with another header, or none, is refused whole', () => {
    expect(detailOf(() => take('sku,price\na,1\n'))).toBe('IMPORT_REFUSED Unknown: price.');
    expect(detailOf(() => take('"unclosed'))).toMatch(/^IMPORT_REFUSED/);
    expect(new Items(journal).count()).toBe(0);
  });

  it('a check digit tells every single wrong digit', () => {
    fc.assert(
      fc.property(fc.constantFrom('2900000000018', '6901234567892', '96385074'), fc.nat(), fc.nat(), (gtin, at, by) => {
        const index = at % gtin.length;
        const wrong = (Number(gtin[index]) + 1 + (by % 9)) % 10;
        expect(checkDigitRight(gtin)).toBe(true);
        expect(checkDigitRight(gtin.slice(0, index) + wrong + gtin.slice(index + 1))).toBe(false);
      }),
    );
  });
});

describe('files about members', () => {
  const members = (rows: string): string => `memberId,code,tier,points,joinedAt,personalisation\n${rows}`;

  it('keep points and consents of those who are here, and never move a card', () => {
    importMembers(journal, members('M000001,card-1,gold,100,2025-01-01T00:00:00Z,yes\n'));
    const again = importMembers(
      journal,
      members(
        'M000001,card-1,silver,5,2025-01-01T00:00:00Z,no\nM000002,TM:card-1,gold,1,2025-01-01T00:00:00Z,yes\nM3,c,g,1,x,maybe\n',
      ),
    );
    expect(again).toMatchObject({ accepted: 1, rejectedCount: 2 });
    expect(again.rejected.map(({ row, code }) => [row, code])).toEqual([
      [4, 'ROW_FIELD'],
      [3, 'ROW_DUPLICATE'],
    ]);
    expect(journal.get('SELECT tier FROM member')).toEqual({ tier: 'silver' });
    expect(balanceOf(journal, 'M000001', 0).available).toBe(100);
    expect(JSON.stringify(journal.all('SELECT * FROM member'))).not.toContain('card-1');
  });

  it('tell HQ of each member who is new or changed, once; bring nobody back who was erased; and leave turns to others', async () => {
    const row = (n: number, tier = 'gold') =>
      `M${String(n).padStart(6, '0')},card-${n},${tier},0,2025-01-01T00:00:00Z,yes`;
    const all = Array.from({ length: 450 }, (_, n) => row(n));
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 0);
    expect(await importMembersByTurns(journal, members(all.join('\n')))).toMatchObject({ accepted: 450 });
    clearInterval(counting);
    expect(turns).toBeGreaterThan(0);
    const told = () =>
      journal
        .all<{ envelope: string }>(`SELECT envelope FROM event WHERE type = 'tillside.member.joined.v1' ORDER BY seq`)
        .map(({ envelope }) => (JSON.parse(envelope) as { data: Record<string, unknown> }).data);
    expect(told()).toHaveLength(450);
    expect(told()[7]).toMatchObject({ memberId: 'M000007', channel: 'import', codeHash: codeHash('card-7') });
    expect(told()[7]).not.toHaveProperty('profile');
    journal.write((tx) => eraseMember(tx, systemClock, 'M000001', 'member'));
    const again = importMembers(journal, members([row(0, 'jade'), ...all.slice(1)].join('\n')));
    expect(again).toMatchObject({ accepted: 449, rejected: [{ row: 3, code: 'ROW_REFERENCE' }] });
    expect(told().slice(450)).toMatchObject([{ memberId: 'M000000', tier: 'jade' }]);
  });

  it('a spent coupon stays spent; purchases replace what the same members had', () => {
    const coupons = 'couponId,code,campaignId,memberId\nc1,AAA111,tea,\n';
    importCoupons(journal, coupons);
    journal.write((tx) => tx.run(`UPDATE coupon SET spent_sale_id = 's1'`));
    importCoupons(journal, coupons);
    expect(journal.get('SELECT spent_sale_id AS spent FROM coupon')).toEqual({ spent: 's1' });
    const bought = (quantity: number) => `memberId,sku,at,quantity\nM1,milk,2025-01-01T00:00:00Z,${quantity}\n`;
    importPurchases(journal, bought(1));
    importPurchases(journal, bought(2));
    expect(journal.all('SELECT quantity FROM purchase')).toEqual([{ quantity: 2 }]);
    expect(importPurchases(journal, bought(0)).rejectedCount).toBe(1);
  });
});
