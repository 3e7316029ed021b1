import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ItemRow, itemLine } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ITEMS_CSV, type Rig, startRig } from '../testing.ts';

/** Rows as HQ signs them. */
function linesOf(csv: string): string[] {
  const [header = '', ...rows] = csv.trim().split('\n');
  return rows.map((row) =>
    itemLine(ItemRow.parse(Object.fromEntries(header.split(',').map((column, at) => [column, row.split(',')[at]])))),
  );
}
const HQ = linesOf(ITEMS_CSV);
const milk = (priceFen: number, more: object = {}) => {
  const row = JSON.parse(HQ.find((line) => line.includes('"milk"')) ?? '') as Record<string, unknown>;
  return JSON.stringify({ ...row, priceFen, ...more });
};

let rig: Rig;
let version = 0;
const dir = mkdtempSync(join(tmpdir(), 'tillside-hq-items-'));
const catalogue = (lines: readonly string[]) => {
  version += 1;
  const content = `${lines.toSorted().join('\n')}\n`;
  const file = join(dir, `items-${version}`);
  writeFileSync(file, content);
  return { version, sha256: createHash('sha256').update(content).digest('hex'), file, byDelta: false };
};
const apply = (lines: readonly string[]) => rig.agent.app.desired.apply('items', catalogue(lines));
const item = (sku: string) => rig.agent.app.items.bySku(sku);
const importCsv = async (csv: string, mode: 'full' | 'delta' = 'delta') =>
  rig.agent.app.imports.file(
    (async function* () {
      yield Buffer.from(csv);
    })(),
    { format: 'csv', mode, force: true, effectiveFrom: undefined, effectiveTo: undefined },
  );
const reports = () =>
  rig.agent.app.journal
    .all<{ body: string }>(
      `SELECT json_extract(envelope, '$.data') AS body FROM event WHERE type = 'tillside.desired.applied.v2' ORDER BY seq`,
    )
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>);

beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

describe("HQ's catalogue in a store", () => {
  it('is in force with its record in one step, and again changes nothing', async () => {
    expect(await apply(HQ)).toEqual({ outcome: 'applied' });
    expect(item('milk')).toMatchObject({ priceFen: 1290, state: 'on-sale' });
    expect(rig.agent.app.desired.currentVersion('items')).toBe(version);
    const before = rig.agent.app.items.priceVersion();
    expect(await apply(HQ)).toEqual({ outcome: 'applied' });
    expect(rig.agent.app.items.priceVersion()).toBe(before);
  });

  it('owns the items that it names: rows of the store about them are left out, those of other items are not', async () => {
    await importCsv(`${ITEMS_CSV.trim()}\nown,2900000000063,自有,Own,,,misc,misc,,each,300,1300,,\n`);
    await apply(HQ.filter((line) => !line.includes('"tea"')));
    const report = await importCsv('sku,priceFen\nmilk,1\ntea,510\nown,310\n');
    expect(report.rejected).toMatchObject([{ row: 2, code: 'ROW_HQ_ITEM' }]);
    expect([item('milk')?.priceFen, item('tea')?.priceFen, item('own')?.priceFen]).toEqual([1290, 510, 310]);
    const code = await importCsv('sku,gtin\nown,2900000000018\n');
    expect(code.rejected).toMatchObject([{ code: 'ROW_HQ_ITEM' }]);
    const [header] = ITEMS_CSV.split('\n');
    await importCsv(`${header}\nown,2900000000063,自有,Own,,,misc,misc,,each,320,1300,,\n`, 'full');
    expect(item('milk')?.state).toBe('on-sale');
    expect(item('tea')?.state).toBe('discontinued');
  });

  it('that names an item no more discontinues it, and gives it back to the store', async () => {
    await apply(HQ);
    await apply(HQ.filter((line) => !line.includes('"tea"')));
    expect(item('tea')?.state).toBe('discontinued');
    expect((await importCsv(ITEMS_CSV)).rejectedCount).toBe(3);
    expect(item('tea')?.state).toBe('on-sale');
  });

  it('says all there is of prices: what it staged before and has no more never comes, what runs ends', async () => {
    const others = HQ.filter((line) => !line.includes('"milk"'));
    const now = Date.now();
    const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
    await importCsv(`sku,priceFen,effectiveFrom\n`);
    await apply([
      ...others,
      milk(1290),
      milk(900, { effectiveFrom: at(-1), effectiveTo: at(5) }),
      milk(1400, { effectiveFrom: at(9) }),
    ]);
    rig.agent.app.priceChanges.activateDue();
    expect(item('milk')?.priceFen).toBe(900);
    await apply([...others, milk(1290), milk(900, { effectiveFrom: at(-1), effectiveTo: at(5) })]);
    expect(item('milk')?.priceFen).toBe(900);
    expect(rig.agent.app.priceChanges.list({ limit: 9 }).map(({ state }) => state)).toEqual(['active']);
    await apply([...others, milk(1290)]);
    expect(item('milk')?.priceFen).toBe(1290);
    expect(rig.agent.app.priceChanges.list({ limit: 9 })).toEqual([]);
  });

  it('with a few rows that are bad here comes in without them, and HQ is told; with many it is refused', async () => {
    const many = Array.from({ length: 12 }, (_, index) => {
      const digits = `29${String(index + 500).padStart(11, '0')}`;
      const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1), 0);
      return milk(100, { sku: `x${index}`, gtin: digits + ((10 - (sum % 10)) % 10) });
    });
    const past = (sku: string) =>
      milk(5, { sku, effectiveFrom: '2001-01-01', effectiveTo: '2001-01-02', gtin: '2900000000056' });
    expect(await apply([...many, past('old')])).toEqual({ outcome: 'applied' });
    expect(reports().at(-1)).toMatchObject({ kind: 'items', outcome: 'applied', code: 'ROW_DATES', byDelta: false });
    const before = rig.agent.app.desired.currentVersion('items');
    expect(await apply([past('a'), past('b'), ...many])).toMatchObject({ outcome: 'refused', code: 'IMPORT_TOO_BAD' });
    expect(reports().at(-1)).toMatchObject({ kind: 'items', outcome: 'refused', code: 'IMPORT_TOO_BAD' });
    expect(rig.agent.app.desired.currentVersion('items')).toBe(before);
  });

  it('that an end of the agent cut short is as if it had not begun, and is taken again', async () => {
    await apply(HQ);
    const next = catalogue([...HQ.filter((line) => !line.includes('"milk"')), milk(1500)]);
    const { app } = rig.agent;
    const cut = app.desired.apply('items', next).then(
      () => 'applied',
      (error: { code?: string }) => error.code,
    );
    await app.imports.stop();
    expect(await cut).toBe('IMPORT_INTERRUPTED');
    await rig.restart();
    expect(item('milk')?.priceFen).toBe(1290);
    expect(rig.agent.app.desired.currentVersion('items')).toBe(version - 1);
    expect(await rig.agent.app.desired.apply('items', next)).toEqual({ outcome: 'applied' });
    expect(item('milk')?.priceFen).toBe(1500);
  });
});
