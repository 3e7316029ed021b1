import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyDelta, MAX_DELTAS, TargetCustom } from '@tillside/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HubRefusal } from '../cli/client.ts';
import { type PairedStore, type TestHub, testHub } from '../testing/hub.ts';
import { readCatalogue } from './catalogue.ts';
import { parseCsv } from './csv.ts';

const checkDigit = (digits: string): string => {
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
};
const gtin = (index: number): string => {
  const digits = `29${String(index).padStart(11, '0')}`;
  return digits + checkDigit(digits);
};
const item = (index: number, priceFen = 100) => ({
  sku: `s${String(index).padStart(5, '0')}`,
  gtin: gtin(index),
  nameZh: `商品 ${index}`,
  nameEn: `Item ${index}`,
  sizeZh: '',
  sizeEn: '',
  department: 'grocery',
  category: 'dry',
  type: '',
  soldBy: 'each',
  priceFen,
  vatBasisPoints: 1300,
  shelf: '',
  pictogram: '',
});
const items = (count: number) => Array.from({ length: count }, (_, index) => item(index));
const textOf = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const refused = (work: Promise<unknown>): Promise<HubRefusal> =>
  work.then(
    () => expect.fail('taken'),
    (error: HubRefusal) => error,
  );

let rig: TestHub;
const stores: Record<string, PairedStore> = {};
beforeAll(async () => {
  rig = await testHub();
  for (const id of ['north', 'south']) stores[id] = await rig.pairStore(id);
});
afterAll(() => rig.dispose());

const push = (rows: readonly object[], query: { stores?: string; force?: 'true' | 'false' } = {}) =>
  rig.call('pushItems', { query, body: textOf(rows) });
const artifact = (sha256: string): Promise<Buffer> => readFile(join(rig.dataDir, 'artifacts', sha256));

describe('a catalogue pushed to stores', () => {
  it('gives each store its own prices, in the order of SKUs, and again changes nothing', async () => {
    const rows = [...items(20).toReversed(), { store: 'south', sku: 's00003', priceFen: 250 }];
    const pushed = await push(rows);
    expect(pushed.items).toBe(20);
    expect(pushed.stores.map(({ store, version, state }) => [store, version, state])).toEqual([
      ['north', 1, 'pending'],
      ['south', 1, 'pending'],
    ]);
    const [north, south] = await Promise.all(pushed.stores.map(({ sha256 }) => artifact(sha256)));
    const read = (content: Buffer | undefined) =>
      (content ?? Buffer.alloc(0))
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as ReturnType<typeof item>);
    expect(read(north).map(({ sku }) => sku)).toEqual(items(20).map(({ sku }) => sku));
    expect(read(south).map(({ priceFen }) => priceFen)).toEqual(items(20).map((_, at) => (at === 3 ? 250 : 100)));
    expect((await push(rows)).stores.every(({ unchanged, version }) => unchanged && version === 1)).toBe(true);
    const summary = (await rig.call('stores')).stores.find(({ id }) => id === 'south');
    expect(summary?.items).toMatchObject({ version: 1, state: 'pending' });
    expect(summary?.devices).toBeNull();
  });

  it('comes with deltas of older versions, each exact and served to its store alone', async () => {
    let rows = items(400);
    await push(rows, { stores: 'north' });
    for (let turn = 0; turn < MAX_DELTAS + 2; turn += 1) {
      rows = rows.map((row, index) => (index === turn ? { ...row, priceFen: 999 } : row));
      await push(rows, { stores: 'north' });
    }
    const target = await rig.call('pushItems', { query: { stores: 'north' }, body: textOf(rows) });
    const [north] = target.stores;
    expect(north?.deltas).toHaveLength(MAX_DELTAS);
    const whole = await artifact(north?.sha256 ?? '');
    const versions = await rig.call('stores');
    expect(versions.stores[0]?.items?.version).toBe(north?.version);
    for (const { from, sha256, lengthBytes } of north?.deltas ?? []) {
      expect(lengthBytes).toBeLessThan(whole.length / 10);
      expect(from).toBeLessThan(north?.version ?? 0);
      const own = await stores.north?.send(`/repo/targets/stores/north/${sha256}.items.ndjson`);
      expect(Buffer.from((await own?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(await artifact(sha256));
      const other = await stores.south?.send(`/repo/targets/stores/south/${sha256}.items.ndjson`);
      expect(other?.status).toBe(404);
    }
    expect(TargetCustom.shape.deltas.parse(north?.deltas)).toEqual(north?.deltas);
  });

  it('offers no delta that saves too little', async () => {
    const pushed = await push(
      items(400).map((row) => ({ ...row, priceFen: 77 })),
      { stores: 'north' },
    );
    expect(pushed.stores[0]?.deltas).toEqual([]);
  });

  it('that takes too much off sale needs to be meant', async () => {
    expect((await refused(push(items(100), { stores: 'north' }))).answer.code).toBe('HUB_ITEMS_TOO_SMALL');
    const forced = await push(items(100), { stores: 'north', force: 'true' });
    expect(forced.stores[0]?.unchanged).toBe(false);
  });

  it('with wrong rows is refused whole, each row named', async () => {
    const good = item(1);
    const rows = [
      good,
      { ...item(2), gtin: '2900000000011' },
      { ...item(3), gtin: good.gtin },
      { ...good, nameEn: 'Other' },
      good,
      { sku: 's9', priceFen: 5 },
      { ...item(4), colour: 'red' },
      { store: 'north', sku: 's77777', priceFen: 5 },
      { store: 'north', sku: good.sku, priceFen: 5, nameEn: 'x' },
      { store: 'north', sku: good.sku, priceFen: 5, effectiveTo: '2027-01-01' },
      ['no', 'object'],
    ];
    const { answer } = await refused(push(rows));
    expect(answer.code).toBe('HUB_ITEMS_INVALID');
    expect(answer.issues?.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'rows.2 ROW_FIELD',
      'rows.3 ROW_DUPLICATE',
      'rows.4 ROW_DUPLICATE',
      'rows.5 ROW_DUPLICATE',
      'rows.6 ROW_INCOMPLETE',
      'rows.7 ROW_COLUMNS',
      'rows.9 ROW_COLUMNS',
      'rows.10 ROW_DATES',
      'rows.11 ROW_SYNTAX',
      'rows.8 ROW_REFERENCE',
    ]);
    const unknown = await refused(push([good, { store: 'nowhere', sku: good.sku, priceFen: 5 }]));
    expect(unknown.answer.issues).toMatchObject([{ path: 'store', message: 'no store nowhere' }]);
    expect((await refused(rig.call('pushItems', { query: {}, body: '' }))).answer.code).toBe('HUB_ITEMS_INVALID');
    const broken = await refused(rig.call('pushItems', { query: {}, body: '{"sku":' }));
    expect(broken.answer.issues).toMatchObject([{ path: 'rows.1', code: 'ROW_SYNTAX' }]);
  });

  it('is the same file whatever the order of its rows', async () => {
    const rows = items(12);
    const whole = Buffer.from((await readCatalogue(textOf(rows))).contentOf('north'));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: rows.length }), async (shuffled) => {
        expect(whole.equals((await readCatalogue(textOf(shuffled))).contentOf('north'))).toBe(true);
      }),
      { numRuns: 20 },
    );
    expect(applyDelta(whole, whole)).toBeUndefined();
  });
});

describe('a CSV', () => {
  it('is read with quotes, line ends in fields, and either line end', () => {
    expect(parseCsv('\uFEFFa,b\r\n1,"x,""y""\nz"\n\n,\n3,')).toEqual([
      { row: 1, fields: ['a', 'b'] },
      { row: 2, fields: ['1', 'x,"y"\nz'] },
      { row: 3, fields: ['', ''] },
      { row: 4, fields: ['3', ''] },
    ]);
    expect(parseCsv('a\n"b')).toBeUndefined();
    expect(parseCsv('a\n"b"c\n')).toBeUndefined();
    expect(parseCsv('')).toEqual([]);
  });

  it('gives back what was written', () => {
    const fields = fc.array(fc.string(), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fields, { maxLength: 8 }), (rows) => {
        const text = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\r\n');
        expect(parseCsv(text)?.map((record) => record.fields)).toEqual(rows);
      }),
    );
  });
});
