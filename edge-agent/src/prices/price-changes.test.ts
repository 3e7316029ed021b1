import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CampaignBook } from './campaigns.ts';
import { gtinOf, HEADER, itemLine, TestMaster } from './import/testing.ts';

let master: TestMaster;
beforeEach(async () => {
  master = new TestMaster();
  await master.file(`${HEADER}\n${itemLine('tea', 1, 500)}${itemLine('milk', 2, 1290)}`);
});
afterEach(() => master.close());

const staged = () =>
  master.priceChanges.list({ limit: 100 }).map(({ sku, priceFen, state, effectiveFrom, effectiveTo }) => ({
    sku,
    priceFen,
    state,
    effectiveFrom,
    ...(effectiveTo === undefined ? {} : { effectiveTo }),
  }));

describe('a price that is staged', () => {
  it("takes effect at the store's midnight, as a price version of its own", async () => {
    const report = await master.file('sku,priceFen,effectiveFrom\ntea,550,2026-11-23\nmilk,1190,2026-11-23\n');
    expect(report).toMatchObject({ priceVersion: 1, accepted: 2, items: { staged: 2, changed: 0 } });
    expect(staged()).toEqual([
      { sku: 'milk', priceFen: 1190, state: 'pending', effectiveFrom: '2026-11-23T00:00:00+08:00' },
      { sku: 'tea', priceFen: 550, state: 'pending', effectiveFrom: '2026-11-23T00:00:00+08:00' },
    ]);
    expect(master.at('2026-11-22T23:59:59.999+08:00')).toBe(0);
    expect(master.priceOf('tea')).toBe(500);
    expect(master.at('2026-11-23T00:00:00+08:00')).toBe(1);
    expect([master.priceOf('tea'), master.priceOf('milk'), master.items.priceVersion()]).toEqual([550, 1190, 2]);
    expect(master.items.bySku('tea')?.priceVersion).toBe(2);
    expect(master.at('2026-11-23T00:00:01+08:00')).toBe(0);
    expect(master.priceChanges.list({ state: 'done', limit: 9 })).toMatchObject([
      { priceVersion: 2 },
      { priceVersion: 2 },
    ]);
  });

  it('for a whole file counts for rows without a time of their own', async () => {
    const report = await master.file('sku,priceFen,effectiveFrom,shelf\ntea,550,,B2\nmilk,1190,2026-11-25T06:30,B3\n', {
      effectiveFrom: '2026-11-24',
    });
    expect(report.items).toMatchObject({ staged: 2, changed: 2 });
    expect(master.items.bySku('tea')).toMatchObject({ shelf: 'B2', priceFen: 500 });
    expect(staged().map(({ effectiveFrom }) => effectiveFrom)).toEqual([
      '2026-11-24T00:00:00+08:00',
      '2026-11-25T06:30:00+08:00',
    ]);
  });

  it('what became due while the agent was off takes effect in order when it is back', async () => {
    await master.file(
      'sku,priceFen,effectiveFrom\ntea,600,2026-11-25\ntea,550,2026-11-23\ntea,650,2026-11-27\nmilk,1190,2026-11-23\n',
    );
    master.restart();
    expect(master.at('2026-11-26T09:00:00+08:00')).toBe(2);
    expect([master.priceOf('tea'), master.priceOf('milk')]).toEqual([600, 1190]);
    expect(master.items.bySku('milk')?.priceVersion).toBe(2);
    expect(master.items.bySku('tea')?.priceVersion).toBe(3);
    expect(staged()).toMatchObject([{ sku: 'tea', priceFen: 650 }]);
  });

  it('is replaced by one for the same time, and by nothing else', async () => {
    await master.file('sku,priceFen,effectiveFrom\ntea,550,2026-11-23\n');
    await master.file('sku,priceFen,effectiveFrom\ntea,560,2026-11-23\n');
    await master.file('sku,priceFen\ntea,490\n');
    expect(staged()).toMatchObject([{ sku: 'tea', priceFen: 560 }]);
    expect(master.priceOf('tea')).toBe(490);
    master.at('2026-11-23T00:00:00+08:00');
    expect(master.priceOf('tea')).toBe(560);
  });

  it('can be taken back until it takes effect', async () => {
    await master.file('sku,priceFen,effectiveFrom\ntea,550,2026-11-23\nmilk,1190,2026-11-23\n');
    const [tea] = master.priceChanges.list({ sku: 'tea', limit: 1 });
    expect(master.priceChanges.cancel(tea?.changeId ?? '')).toMatchObject({
      state: 'cancelled',
      sku: 'tea',
      currentFen: 500,
    });
    master.at('2026-11-23T00:00:00+08:00');
    expect([master.priceOf('tea'), master.priceOf('milk')]).toEqual([500, 1190]);
    expect(() => master.priceChanges.cancel(tea?.changeId ?? '')).toThrow('taken back');
    expect(() => master.priceChanges.cancel('x')).toThrow('no such price change');
  });

  it('of a new item puts it on sale', async () => {
    const report = await master.file(`${HEADER},effectiveFrom\n${itemLine('new', 3, 900, ',2026-11-23')}`);
    expect(report.items).toMatchObject({ created: 1, staged: 1 });
    expect(master.items.bySku('new')).toMatchObject({ state: 'coming', priceFen: 900 });
    master.at('2026-11-23T00:00:00+08:00');
    expect(master.items.bySku('new')).toMatchObject({ state: 'on-sale', priceFen: 900, priceVersion: 3 });
  });

  it.each([
    ['2026-11-31', '', 'no such day'],
    ['2028-01-01', '', 'more than a year ahead'],
    ['2026-11-25', '2026-11-24', 'not after effectiveFrom'],
    ['2026-11-01', '2026-11-20', 'over already'],
    ['', '2026-11-30', 'needs effectiveFrom'],
    ['tomorrow', '', 'a date, a local time'],
  ])('from %s to %s is refused: %s', async (from, to, message) => {
    const report = await master.file(`sku,priceFen,effectiveFrom,effectiveTo\ntea,1,${from},${to}\n`);
    expect(report.rejected).toMatchObject([{ row: 2, message: expect.stringContaining(message) }]);
    expect(staged()).toEqual([]);
  });
});

describe('a price for a time', () => {
  const WEEK = 'sku,priceFen,effectiveFrom,effectiveTo\ntea,400,2026-11-23,2026-11-29\n';

  it('is in force until its last day is over, and the regular one returns', async () => {
    await master.file(WEEK);
    expect(staged()).toMatchObject([
      { effectiveFrom: '2026-11-23T00:00:00+08:00', effectiveTo: '2026-11-30T00:00:00+08:00' },
    ]);
    master.at('2026-11-23T00:00:00+08:00');
    expect([master.priceOf('tea'), master.items.priceVersion()]).toEqual([400, 2]);
    expect(staged()).toMatchObject([{ state: 'active' }]);
    expect(master.at('2026-11-29T23:59:59+08:00')).toBe(0);
    expect(master.at('2026-11-30T00:00:00+08:00')).toBe(1);
    expect([master.priceOf('tea'), master.items.priceVersion()]).toEqual([500, 3]);
    expect(staged()).toEqual([]);
  });

  it('stays in force while the regular one changes', async () => {
    await master.file(WEEK);
    master.at('2026-11-24T00:00:00+08:00');
    const report = await master.file('sku,priceFen\ntea,450\n');
    expect(report.items).toMatchObject({ changed: 1 });
    expect(master.priceOf('tea')).toBe(400);
    await master.file('sku,priceFen,effectiveFrom\ntea,470,2026-11-26\n');
    master.at('2026-11-26T00:00:00+08:00');
    expect(master.priceOf('tea')).toBe(400);
    master.at('2026-11-30T00:00:00+08:00');
    expect(master.priceOf('tea')).toBe(470);
  });

  it('that is over before the agent is back never mattered', async () => {
    await master.file(WEEK);
    master.restart();
    expect(master.at('2026-12-24T00:00:00+08:00')).toBe(2);
    expect([master.priceOf('tea'), staged()]).toEqual([500, []]);
  });

  it('may lie within another: the newest counts', async () => {
    await master.file(`${WEEK}tea,300,2026-11-25,2026-11-26\n`);
    const seen = ['23', '25', '27', '30'].map((day) => {
      master.at(`2026-11-${day}T00:00:00+08:00`);
      return master.priceOf('tea');
    });
    expect(seen).toEqual([400, 300, 400, 500]);
  });

  it('is corrected while it runs, and ends when it is taken back', async () => {
    await master.file(WEEK);
    master.at('2026-11-23T00:00:00+08:00');
    expect((await master.file(WEEK)).items).toMatchObject({ staged: 0, unchanged: 1 });
    await master.file(WEEK.replace('400', '410'));
    expect([master.priceOf('tea'), staged().length]).toEqual([410, 1]);
    const [running] = master.priceChanges.list({ limit: 1 });
    expect(master.priceChanges.cancel(running?.changeId ?? '')).toMatchObject({ state: 'done', currentFen: 500 });
    expect([master.priceOf('tea'), staged()]).toEqual([500, []]);
  });

  it('is taken back where pieces become weight', async () => {
    await master.file(`${WEEK}milk,1,2026-11-24,2026-11-25\n`);
    master.at('2026-11-23T00:00:00+08:00');
    await master.file('sku,soldBy,priceFen\ntea,weight,9000\n');
    expect(master.priceOf('tea')).toBe(9000);
    expect(staged()).toMatchObject([{ sku: 'milk' }]);
  });
});

describe('a full file for later', () => {
  it('takes off what it lacks only then, unless that comes back', async () => {
    await master.file(`${HEADER}\n${[3, 4, 5, 6, 7].map((number) => itemLine(`i${number}`, number, 100)).join('')}`);
    const later = `${HEADER}\n${itemLine('milk', 2, 1390)}${[3, 4, 5, 6].map((number) => itemLine(`i${number}`, number, 100)).join('')}`;
    const report = await master.file(later, { mode: 'full', effectiveFrom: '2026-11-23' });
    expect(report.items).toMatchObject({ discontinued: 2, staged: 5 });
    expect(master.items.bySku('tea')?.state).toBe('on-sale');
    expect(master.priceChanges.list({ sku: 'tea', limit: 9 })).toMatchObject([
      { kind: 'discontinue', state: 'pending' },
    ]);
    await master.file(`${HEADER}\n${itemLine('i7', 7, 100)}`);
    master.at('2026-11-23T00:00:00+08:00');
    expect(master.items.bySku('tea')).toMatchObject({ state: 'discontinued', gtin: gtinOf(1).padStart(14, '0') });
    expect([master.items.bySku('i7')?.state, master.priceOf('milk')]).toEqual(['on-sale', 1390]);
  });
});

describe('a midnight of summer time', () => {
  it.each([
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00Z', 'that the clocks pass over'],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00Z', 'before the hour that comes twice'],
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00Z', 'that comes twice'],
  ])('in %s on %s is at %s: %s', async (zone, day, instant) => {
    const there = new TestMaster('2026-03-01T00:00:00Z', zone);
    try {
      await there.file(`${HEADER}\n${itemLine('tea', 1, 500)}`);
      await there.file(`sku,priceFen,effectiveFrom,effectiveTo\ntea,400,${day},${day}\n`);
      expect(there.at(new Date(Date.parse(instant) - 1).toISOString())).toBe(0);
      there.at(instant);
      expect(there.priceOf('tea')).toBe(400);
      const { effectiveTo } = there.priceChanges.list({ limit: 1 })[0] ?? {};
      const hours = (Date.parse(effectiveTo ?? '') - Date.parse(instant)) / 3_600_000;
      expect(hours).toBe(zone === 'Africa/Cairo' ? 23 : 25);
    } finally {
      there.close();
    }
  });
});

describe('labels and till', () => {
  /** A label that is proven to show a price. */
  const shown = (sku: string, fen: number): void => {
    master.journal.write((tx) =>
      tx.run(
        `INSERT INTO label (tag_id, device_id, sku, state, shown_fen) VALUES (?, 'labels', ?, 'shown', ?) ON CONFLICT (tag_id) DO UPDATE SET shown_fen = excluded.shown_fen`,
        sku,
        sku,
        fen,
      ),
    );
  };

  it('a raise waits for the label, a cut does not', async () => {
    const book = new CampaignBook(
      master.journal,
      { now: () => master.now },
      { storeId: 'store-test', zone: 'Asia/Shanghai' },
    );
    shown('tea', 500);
    shown('milk', 1290);
    await master.file('sku,priceFen,effectiveFrom\ntea,550,2026-11-23\nmilk,1190,2026-11-23\n');
    master.at('2026-11-23T00:00:00+08:00');
    book.reload();
    const prices = () =>
      ['tea', 'milk'].map((sku) => {
        const item = master.items.bySku(sku);
        return item && [book.shelfPriceFen(item), book.labelPrice(item).priceFen];
      });
    expect(prices()).toEqual([
      [500, 550],
      [1190, 1190],
    ]);
    shown('tea', 550);
    book.refreshGuards();
    expect(prices()[0]).toEqual([550, 550]);
  });
});
