import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IMPORT_LIMITS } from './limits.ts';
import { bytesOf, gtinOf, HEADER, itemLine, TestMaster } from './testing.ts';

let master: TestMaster;
beforeEach(() => {
  master = new TestMaster();
});
afterEach(() => master.close());

const range = (count: number, priceFen = 100): string =>
  `${HEADER}\n${Array.from({ length: count }, (_, index) => itemLine(`i${index}`, index, priceFen)).join('')}`;
const states = (): unknown =>
  Object.fromEntries(
    master.journal
      .all<{ sku: string; state: string }>('SELECT sku, state FROM item ORDER BY sku')
      .map(({ sku, state }) => [sku, state]),
  );

describe('a delta', () => {
  it('changes what it names and keeps the rest', async () => {
    await master.file(
      `${HEADER},unit,minAge,plu,costFen,keyedPrice,barcodes,packs\n${itemLine('wine', 1, 9900, `,bottle,18,7,6000,no,${gtinOf(2)}|${gtinOf(3)},${gtinOf(4)}:6`)}`,
    );
    const before = master.items.bySku('wine');
    expect(before).toMatchObject({
      unit: 'bottle',
      minAge: 18,
      plu: '7',
      costFen: 6000,
      keyedPrice: false,
      state: 'on-sale',
    });
    const report = await master.file('sku,priceFen\nwine,8900\n');
    expect(report).toMatchObject({ accepted: 1, priceVersion: 2, items: { created: 0, changed: 1, unchanged: 0 } });
    expect(master.items.bySku('wine')).toEqual({ ...before, priceFen: 8900, priceVersion: 2 });
    expect(master.items.byCode(gtinOf(3))).toMatchObject({ item: { sku: 'wine' }, units: 1 });
    expect(master.items.byCode(gtinOf(4))).toMatchObject({ item: { sku: 'wine' }, units: 6 });
    expect(master.items.byPlu('7')?.sku).toBe('wine');
    // Empty takes away, absent leaves.
    await master.file('sku,minAge,plu,packs\nwine,,,\n');
    expect(master.items.bySku('wine')).toMatchObject({ costFen: 6000, unit: 'bottle' });
    expect(master.items.bySku('wine')).not.toHaveProperty('minAge');
    expect(master.items.byPlu('7')).toBeUndefined();
    expect(master.items.byCode(gtinOf(4))).toBeUndefined();
    expect(master.items.byCode(gtinOf(2))?.units).toBe(1);
  });

  it('must bring all of a new item, and a price where pieces become weight', async () => {
    const report = await master.file('sku,priceFen\nnobody,100\n');
    expect(report.rejected).toEqual([
      { row: 2, code: 'ROW_INCOMPLETE', message: expect.stringContaining('gtin, nameZh') },
    ]);
    await master.file(range(1));
    expect((await master.file('sku,soldBy\ni0,weight\n')).rejected).toMatchObject([{ code: 'ROW_FIELD' }]);
    const changed = await master.file('sku,soldBy,priceFen\ni0,weight,900\n');
    expect(changed.items?.warnings).toMatchObject([{ row: 2, code: 'UNIT_CHANGED' }]);
    expect(master.items.bySku('i0')).toMatchObject({ soldBy: 'weight', unit: 'kg', priceFen: 900 });
  });

  it('takes an item off and puts it back', async () => {
    await master.file(range(2));
    expect((await master.file('sku,discontinued\ni0,yes\n')).items).toMatchObject({ changed: 1, discontinued: 1 });
    await master.file('sku,priceFen\ni0,200\n');
    expect(states()).toEqual({ i0: 'discontinued', i1: 'on-sale' });
    expect(master.items.byCode(gtinOf(0))?.item.sku).toBe('i0');
    await master.file(range(1, 300));
    expect(states()).toEqual({ i0: 'on-sale', i1: 'on-sale' });
  });

  it('moves a code with a warning; an item without codes is not sold any more', async () => {
    await master.file(`${HEADER},barcodes\n${itemLine('old', 1, 100, ',')}${itemLine('two', 2, 100, `,${gtinOf(3)}`)}`);
    const report = await master.file(`${HEADER}\n${itemLine('new', 1, 200)}${itemLine('newer', 2, 200)}`);
    expect(report.items?.warnings.map(({ row, code }) => [row, code])).toEqual([
      [2, 'CODE_MOVED'],
      [3, 'CODE_MOVED'],
    ]);
    expect(states()).toEqual({ old: 'discontinued', two: 'on-sale', new: 'on-sale', newer: 'on-sale' });
    expect(master.items.bySku('two')?.gtin).toBe(gtinOf(3).padStart(14, '0'));
    // A later change of the old item does not take the code back.
    await master.file('sku,priceFen\nold,500\n');
    expect(master.items.byCode(gtinOf(1))?.item.sku).toBe('new');
    // Two items that change codes in one file do so without a word.
    const swapped = await master.file(`${HEADER}\n${itemLine('new', 2, 200)}${itemLine('newer', 1, 200)}`);
    expect(swapped.items).toMatchObject({ changed: 2, warningCount: 0 });
    expect(master.items.byCode(gtinOf(1))?.item.sku).toBe('newer');
  });
});

describe('a row', () => {
  it.each([
    ['a,2900000000011,a,b,,,d,c,t,each,1,0,s,p,,,,,', 'gtin: the check digit is wrong'],
    [`a,${gtinOf(1)},a,b,,,d,c,t,each,1.5,0,s,p,,,,,`, 'priceFen: a whole number'],
    [`a,${gtinOf(1)},a,b,,,d,c,t,each,-1,0,s,p,,,,,`, 'priceFen: a whole number'],
    [`a,${gtinOf(1)},a,b,,,d,c,t,each,1099511627777,0,s,p,,,,,`, 'priceFen: Too big'],
    [`a,${gtinOf(1)},a,b,,,d,c,t,each,1,10001,s,p,,,,,`, 'vatBasisPoints: Too big'],
    [`a,${gtinOf(1)},a,b,,,d,c,t,by metre,1,0,s,p,,,,,`, 'soldBy: Invalid option'],
    [`a,${gtinOf(1)},a\u0007,b,,,d,c,t,each,1,0,s,p,,,,,`, 'nameZh: holds control'],
    [`a,${gtinOf(1)},a,b\uFFFD,,,d,c,t,each,1,0,s,p,,,,,`, 'nameEn: holds control'],
    [`a,${gtinOf(1)},,b,,,d,c,t,each,1,0,s,p,,,,,`, 'nameZh: Too small'],
    [`a b,${gtinOf(1)},a,b,,,d,c,t,each,1,0,s,p,,,,,`, 'sku: ID_CHARACTERS'],
    [`open:a,${gtinOf(1)},a,b,,,d,c,t,each,1,0,s,p,,,,,`, 'sku: begins like an open item'],
    [`a,${gtinOf(1)},a,b,,,d,c,t,each,1,0,s,p,kg,,,,`, 'unit: goods by weight'],
    [`a,${gtinOf(1)},a,b,,,d,c,t,weight,1,0,s,p,box,,,,`, 'unit: goods by weight'],
    [`a,${gtinOf(1)},a,b,,,d,c,t,each,1,0,s,p,,0,,,`, 'minAge: Too small'],
    [`a,${gtinOf(1)},a,b,,,d,c,t,each,1,0,s,p,,,${gtinOf(2)}:1,,`, 'packs: Too small'],
    [`a,${gtinOf(1)},a,b,,,d,c,t,each,1,0,s,p,,,${gtinOf(2)},,`, 'packs: a whole number'],
    [`a,${gtinOf(1)},a,b,,,d,c,t,each,1,0,s,p,,,${gtinOf(1)}:6,,`, 'packs: the same code stands'],
    [`a,${gtinOf(1)},a,b,,,d,c,t,each,1,0,s,p,,,,7654321,`, 'plu: at most 6 digits'],
    [`a,${gtinOf(1)},a,b,,,d,c,t,each,1,0,s,p,,,,,123`, 'barcodes: 8, 12, 13 or 14 digits'],
  ])('%s is left out: %s', async (line, message) => {
    const report = await master.file(`${HEADER},unit,minAge,packs,plu,barcodes\n${line}\n`);
    expect(report.rejected).toEqual([{ row: 2, code: 'ROW_FIELD', message: expect.stringContaining(message) }]);
    expect(master.items.count()).toBe(0);
  });

  it('whose SKU, GTIN or PLU another row has is left out', async () => {
    const report = await master.file(
      `${HEADER},plu\n${itemLine('a', 1, 100, ',5')}${itemLine('a', 1, 100, ',5')}${itemLine('b', 1, 100, ',')}${itemLine('c', 2, 100, ',5')}${itemLine('d', 3, 100, ',6')}`,
    );
    expect(report.rejected.map(({ row, code, message }) => [row, code, message])).toEqual([
      [3, 'ROW_DUPLICATE', 'the same sku stands in row 2'],
      [4, 'ROW_DUPLICATE', 'a GTIN of it stands in row 2'],
      [5, 'ROW_DUPLICATE', 'the PLU stands in row 2'],
    ]);
    expect(states()).toEqual({ a: 'on-sale', d: 'on-sale' });
  });

  it('that looks like a slip is taken with a warning', async () => {
    await master.file(range(4, 1000));
    const report = await master.file('sku,priceFen,costFen\ni0,0,\ni1,99,\ni2,1901,\ni3,1000,1001\n');
    expect(report.items?.warnings.map(({ row, code }) => [row, code])).toEqual([
      [2, 'PRICE_ZERO'],
      [3, 'PRICE_JUMP'],
      [4, 'PRICE_JUMP'],
      [5, 'COST_ABOVE_PRICE'],
    ]);
    expect(report.accepted).toBe(4);
    expect((await master.file('sku,priceFen,keyedPrice\ni0,0,yes\n')).items?.warningCount).toBe(0);
  });
});

describe('a full file', () => {
  it('discontinues what it lacks, but not what it has in a bad row', async () => {
    await master.file(range(20));
    const lacking = range(20)
      .replace(itemLine('i3', 3, 100), '')
      .replace(itemLine('i4', 4, 100), itemLine('i4', 4, 'cheap'));
    const report = await master.file(lacking, { mode: 'full' });
    expect(report).toMatchObject({
      rejectedCount: 1,
      items: { discontinued: 1, unchanged: 18, created: 0, changed: 0 },
    });
    expect(master.items.bySku('i3')).toMatchObject({ state: 'discontinued', priceVersion: 2 });
    expect(master.items.bySku('i4')).toMatchObject({ state: 'on-sale', priceVersion: 1 });
    expect((await master.file(range(20), { mode: 'full' })).items).toMatchObject({ changed: 1, discontinued: 0 });
    expect(master.items.bySku('i3')?.state).toBe('on-sale');
  });

  it('that would take off too much, or is too bad, is refused whole unless it is forced', async () => {
    await master.file(range(20));
    const before = master.journal.all('SELECT * FROM item');
    expect(await master.outcome(master.file(range(13, 500), { mode: 'full' }))).toMatch(
      /^IMPORT_TOO_SMALL \(7 \/ 20, /,
    );
    const bad = range(20, 500).replaceAll(/,each,500,/g, (match, at: number) => (at % 2 === 0 ? ',each,x,' : match));
    expect(await master.outcome(master.file(bad, { mode: 'full' }))).toMatch(/^IMPORT_TOO_BAD/);
    expect(await master.outcome(master.file(`${HEADER}\n`, { mode: 'full' }))).toMatch(/^IMPORT_TOO_SMALL \(20 \/ 20/);
    expect(master.journal.all('SELECT * FROM item')).toEqual(before);
    const [latest, tooBad] = master.imports.list('en');
    expect(latest).toMatchObject({
      state: 'refused',
      refusal: { code: 'IMPORT_TOO_SMALL', hint: expect.stringContaining('force') },
    });
    expect(master.imports.quarantine(tooBad?.importId ?? '').kept).toBeGreaterThan(2);
    await master.file(range(13, 500), { mode: 'full', force: true });
    expect(master.items.bySku('i19')?.state).toBe('discontinued');
  });

  it('whose rows hide in an open quote is refused', async () => {
    const open = `${HEADER}\n${itemLine('i0', 0, 100).replace('商品', '"商品')}${itemLine('i1', 1, 100)}${itemLine('i2', 2, 100).replace('商品', '"商品')}`;
    expect(await master.outcome(master.file(open, { mode: 'full' }))).toMatch(/^IMPORT_REFUSED .*quote/);
  });
});

describe('an import', () => {
  it('of the same file again changes nothing, and says so', async () => {
    const file = `${HEADER},effectiveFrom,effectiveTo,barcodes\n${itemLine('a', 1, 100, `,,,${gtinOf(9)}`)}${itemLine('a', 1, 80, `,2026-12-01,2026-12-07,${gtinOf(9)}`)}${itemLine('b', 2, 100, ',2026-12-01,,')}`;
    const first = await master.file(file);
    expect(first.items).toMatchObject({ created: 2, staged: 2, rows: 3 });
    const events = () => master.journal.all('SELECT seq FROM event').length;
    const before = [
      events(),
      master.journal.all('SELECT * FROM item'),
      master.journal.all('SELECT * FROM price_change'),
    ];
    const again = await master.file(file);
    expect(again).toMatchObject({
      priceVersion: 1,
      accepted: 3,
      items: { created: 0, changed: 0, unchanged: 2, staged: 0 },
    });
    expect([
      events(),
      master.journal.all('SELECT * FROM item'),
      master.journal.all('SELECT * FROM price_change'),
    ]).toEqual(before);
    const [one, other] = master.imports.list('en');
    expect(one?.sha256).toBe(other?.sha256);
  });

  it('of many bad rows names some, keeps more and counts all; mended they come in', async () => {
    await master.file(range(1));
    const count = IMPORT_LIMITS.maxQuarantined + 100;
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${HEADER}\n`);
      for (let row = 0; row < count; row++) yield Buffer.from(itemLine(`n${row}`, row + 1, row === 0 ? '"1,50"' : 'x'));
    }
    const options = {
      format: 'csv',
      mode: 'delta',
      force: false,
      effectiveFrom: undefined,
      effectiveTo: undefined,
    } as const;
    const report = await master.imports.file(body(), options);
    expect(report).toMatchObject({ accepted: 0, rejectedCount: count, priceVersion: 1 });
    expect(report.rejected).toHaveLength(IMPORT_LIMITS.maxReported);
    const kept = master.imports.quarantine(report.items?.importId ?? '');
    expect(kept).toMatchObject({ kept: IMPORT_LIMITS.maxQuarantined, notKept: 100 });
    expect(kept.csv.split('\n')[1]).toBe(
      `n0,${gtinOf(1)},商品 n0,Item n0,,,d,c,t,each,"1,50",900,A1,p,2,ROW_FIELD,priceFen: a whole number without sign or point,`,
    );
    const mended = await master.file(kept.csv.replace('"1,50"', '150').replaceAll(',each,x,', ',each,200,'));
    expect(mended).toMatchObject({ accepted: IMPORT_LIMITS.maxQuarantined, rejectedCount: 0 });
    expect(master.priceOf('n0')).toBe(150);
  });

  it('keeps rows that can not be parted as they are', async () => {
    const report = await master.file('sku,priceFen\na\n');
    expect(master.imports.quarantine(report.items?.importId ?? '').csv).toBe(
      'sku,_row,_code,_message,_raw\n,2,ROW_COLUMNS,1 fields for 2 columns,a\n',
    );
    expect(() => master.imports.quarantine('x')).toThrow('no record');
  });

  it('reads GB18030, and says so', async () => {
    const report = await master.file(iconv.encode(range(1), 'gbk'));
    expect(report.items).toMatchObject({ encoding: 'gb18030', warnings: [{ code: 'ENCODING_GB18030' }] });
    expect(master.items.bySku('i0')?.name.zh).toBe('商品 i0');
  });

  it('as JSON lines or as a batch is the same', async () => {
    const row = {
      sku: 'a',
      gtin: gtinOf(1),
      nameZh: '茶',
      nameEn: 'Tea',
      sizeZh: '',
      sizeEn: '',
      department: 'd',
      category: 'c',
      type: '',
      soldBy: 'each',
      priceFen: 500,
      vatBasisPoints: 1300,
      shelf: '',
      pictogram: '',
      packs: [{ gtin: gtinOf(2), units: 12 }],
      noPromotions: true,
      minAge: null,
    };
    const report = await master.file(`${JSON.stringify(row)}\n{"sku":"b"}\n`, { format: 'json-lines' });
    expect(report).toMatchObject({ accepted: 1, rejected: [{ row: 2, code: 'ROW_INCOMPLETE' }] });
    expect(master.items.byCode(gtinOf(2))).toMatchObject({ units: 12, item: { noPromotions: true } });
    expect(master.imports.put([row], { effectiveFrom: undefined, effectiveTo: undefined }).items).toMatchObject({
      unchanged: 1,
    });
    const put = master.imports.put(
      [
        { sku: 'a', priceFen: 600 },
        { sku: 'a', prize: 1 },
      ],
      { effectiveFrom: undefined, effectiveTo: undefined },
    );
    expect(put).toMatchObject({ accepted: 1, priceVersion: 2, rejected: [{ row: 2, code: 'ROW_COLUMNS' }] });
    expect(master.priceOf('a')).toBe(600);
    expect(master.changes).toBe(3);
  });

  it('runs alone, and one that ends early leaves nothing', async () => {
    await master.file(range(1));
    let feed: (() => void) | undefined;
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(range(500, 700));
      await new Promise<void>((resolve) => {
        feed = resolve;
      });
      throw new Error('the line is cut');
    }
    const options = {
      format: 'csv',
      mode: 'delta',
      force: false,
      effectiveFrom: undefined,
      effectiveTo: undefined,
    } as const;
    const running = master.outcome(master.imports.file(slow(), options));
    expect(await master.outcome(master.file(range(1)))).toBe('IMPORT_BUSY');
    expect(() => master.imports.put([{ sku: 'i0' }], options)).toThrow('running');
    while (feed === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    feed();
    expect(await running).toMatch(/^IMPORT_INTERRUPTED/);
    expect(master.items.count()).toBe(1);
    expect(await master.outcome(master.file(range(1)))).toBe('ok');
  });

  it('is noted as interrupted when the agent stops or dies in it', async () => {
    const stopped = master.outcome(master.file(range(20_000)));
    await new Promise((resolve) => setTimeout(resolve, 30));
    await master.imports.stop();
    expect(await stopped).toMatch(/^IMPORT_INTERRUPTED/);
    expect(master.items.count()).toBe(0);
    expect(master.imports.list('en')).toMatchObject([
      { state: 'interrupted', refusal: { code: 'IMPORT_INTERRUPTED' } },
    ]);
    // One that a crash leaves behind.
    master.journal.write((tx) =>
      tx.run(
        `INSERT INTO item_import (import_id, mode, started_at, state) VALUES ('zz', 'full', '2026-11-22T00:00:00Z', 'running')`,
      ),
    );
    master.restart();
    expect(master.imports.get('zz', 'zh-CN')).toMatchObject({
      state: 'interrupted',
      refusal: { message: expect.stringContaining('中断') },
    });
    expect((await master.file(range(3))).accepted).toBe(3);
  });

  it('in a file of too many bytes is refused while it comes', async () => {
    const mebibyte = Buffer.alloc(1024 ** 2, 'a,');
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield mebibyte;
    }
    const limits = IMPORT_LIMITS as { maxBytes: number };
    const { maxBytes } = limits;
    limits.maxBytes = 4 * 1024 ** 2;
    try {
      const options = {
        format: 'csv',
        mode: 'delta',
        force: false,
        effectiveFrom: undefined,
        effectiveTo: undefined,
      } as const;
      expect(await master.outcome(master.imports.file(endless(), options))).toMatch(/^IMPORT_TOO_LARGE/);
    } finally {
      limits.maxBytes = maxBytes;
    }
    expect(
      await master.outcome(
        master.imports.file(bytesOf(range(1)), {
          format: 'csv',
          mode: 'delta',
          force: false,
          effectiveFrom: undefined,
          effectiveTo: undefined,
        }),
      ),
    ).toBe('ok');
  });
});
