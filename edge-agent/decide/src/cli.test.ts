import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from './cli.ts';
import { Decision } from './index.ts';
import { basketOf, campaign, gold, line, setOf } from './testing/fixtures.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tillside-decide-'));
  const tenOff = campaign({
    kind: 'discount',
    id: 'c',
    items: { all: true },
    discount: { by: 'percent', percentOffBp: 1000 },
  });
  const good = JSON.stringify(basketOf([line('L1', 'tea', 1, 1000, {})], {}));
  await writeFile(join(dir, 'set.json'), JSON.stringify(setOf([tenOff], 1)));
  await writeRich();
  await writeFile(join(dir, 'basket.json'), JSON.stringify(JSON.parse(good), undefined, 2));
  await writeFile(join(dir, 'many.jsonl'), `${good}\n{"lines":3,"coupons":[]}\nnot json\n${good}\n`);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A set and a basket with a gift, points, tax on top and cash rounding. */
async function writeRich(): Promise<void> {
  const reach = { items: { all: true as const }, repeat: 'once' as const, base: 'list' as const };
  const cup = { sku: 'cup', name: { zh: '杯子', en: 'cup' }, quantity: 1, valueFen: 1500 };
  const tote = { sku: 'tote', name: { zh: '帆布袋', en: 'tote bag' }, quantity: 1, valueFen: 990 };
  const gift = campaign({ kind: 'gift', id: 'gift', ...reach, spendFen: 1000, gifts: [cup, tote] });
  const bonus = campaign({
    kind: 'points',
    id: 'bonus',
    items: { all: true },
    earn: { by: 'bonus', spendFen: 1000, repeat: 'once', base: 'list', points: 50 },
  });
  const set = setOf([gift, bonus], 1);
  const policy = { ...set.policy, tax: 'added', cashRounding: { toFen: 10, mode: 'down' } };
  const basket = basketOf([line('L1', 'tea', 1, 1005, { taxRateBp: 1300 })], { member: gold });
  await writeFile(join(dir, 'rich.json'), JSON.stringify({ ...set, policy }));
  await writeFile(join(dir, 'rich-basket.json'), JSON.stringify(basket));
}

async function cli(...args: string[]): Promise<{ exit: number; out: string; errors: string[] }> {
  let out = '';
  let errors = '';
  const exit = await runCli(
    args.map((arg) => arg.replace('@', `${dir}/`)),
    {
      stdout: (text) => {
        out += text;
      },
      stderr: (text) => {
        errors += text;
      },
      now: () => Date.parse('2026-03-04T12:00:00+08:00'),
    },
  );
  const codes = errors.split('\n').filter((text) => text !== '');
  return { exit, out, errors: codes.map((text) => (JSON.parse(text) as { error: { code: string } }).error.code) };
}

it('prices one basket as JSON and as text', async () => {
  const json = await cli('--campaigns', '@set.json', '--basket', '@basket.json', '--json');
  expect(json).toMatchObject({ exit: 0, errors: [] });
  expect(Decision.parse(JSON.parse(json.out)).payableFen).toBe(900);
  const text = await cli('--campaigns', '@set.json', '--basket', '@basket.json', '--locale', 'zh-CN');
  expect(text.out).toContain('应付 ¥9 (已省 ¥1; 已证明最优)');
});

it('prices the good baskets among JSON lines and names the bad ones', async () => {
  const run = await cli('--campaigns', '@set.json', '--basket', '@many.jsonl', '--json');
  expect(run).toMatchObject({ exit: 2, errors: ['WRONG_TYPE', 'JSON_INVALID'] });
  expect(run.out.trim().split('\n')).toHaveLength(2);
});

it('says gifts, points, tax and cash in words', async () => {
  const run = (locale: string) => cli('--campaigns', '@rich.json', '--basket', '@rich-basket.json', '--locale', locale);
  // 10.05 with 13 % on top: 1.3065, so 1.31; 11.36 in all, 11.30 in cash; 10 points for the money and 50 more.
  const zh = (await run('zh-CN')).out.split('\n');
  expect(zh).toContain('  * 赠品：杯子 ×1（可换：帆布袋）');
  expect(zh).toContain('  + 活动 bonus：送 50 积分');
  expect(zh.slice(-6)).toEqual([
    '应付 ¥10.05 (已省 ¥0; 已证明最优)',
    '税额 ¥1.31',
    '合计 ¥11.36',
    '现金 ¥11.30 (抹零 -¥0.06)',
    '获得 60 积分',
    '',
  ]);
  const en = (await run('en')).out;
  for (const text of [
    'Gift: cup ×1 (or choose: tote bag)',
    'Tax ¥1.31',
    'Total ¥11.36',
    'In cash ¥11.30 (rounding -¥0.06)',
  ])
    expect(en).toContain(text);
});

it('prints the JSON Schema of what it reads and writes', async () => {
  const all = JSON.parse((await cli('schema')).out) as Record<string, { properties: object }>;
  expect(Object.keys(all)).toEqual(['campaigns', 'basket', 'context', 'decision']);
  for (const name of Object.keys(all)) {
    const one = JSON.parse((await cli('schema', name)).out) as { $schema: string; properties: object };
    expect(one.$schema).toContain('2020-12');
    expect(one).toEqual(all[name]);
  }
  expect(all.decision?.properties).toHaveProperty('notApplied');
  expect(await cli('schema', 'bascket')).toMatchObject({ exit: 2, errors: ['USAGE'], out: '' });
  expect(await cli('schema', 'basket', 'context')).toMatchObject({ exit: 2, errors: ['USAGE'] });
  expect(await cli('schemas')).toMatchObject({ exit: 2, errors: ['USAGE'] });
});

it('says what the author of a set should look at', async () => {
  const off = { items: { skus: ['tea'] }, discount: { by: 'percent' as const, percentOffBp: 1000 } };
  const stacking = (stackWith: string) =>
    setOf([campaign({ kind: 'discount', id: 'c', ...off, stackWith: [stackWith] })], 1);
  await writeFile(join(dir, 'wrong.json'), JSON.stringify(stacking('layer:all')));
  await writeFile(join(dir, 'odd.json'), JSON.stringify(stacking('gone')));
  const milk = { sku: 'milk', department: 'fresh', category: 'dairy', unitPriceFen: 1280 };
  await writeFile(join(dir, 'catalogue.json'), JSON.stringify([milk]));
  await writeFile(join(dir, 'no-catalogue.json'), JSON.stringify([{ ...milk, unitPriceFen: 12.8 }]));
  expect(await cli('check', '--campaigns', '@set.json')).toEqual({ exit: 0, out: 'Nothing found.\n', errors: [] });
  const wrong = await cli('check', '--campaigns', '@wrong.json', '--json');
  expect(wrong.exit).toBe(1);
  expect(JSON.parse(wrong.out)).toMatchObject({ code: 'STACK_UNKNOWN_LAYER', severity: 'error', campaignIds: ['c'] });
  const odd = await cli('check', '--campaigns', '@odd.json', '--locale', 'zh-CN');
  expect(odd.exit).toBe(0);
  expect(odd.out).toMatch(/^提醒 STACK_UNKNOWN_CAMPAIGN campaigns\[0\]\.stackWith\[0\]：“活动 c”.*。\n$/u);
  const none = await cli('check', '--campaigns', '@odd.json', '--catalogue', '@catalogue.json');
  expect(none.exit).toBe(1);
  expect(none.out).toContain('error ITEMS_UNKNOWN campaigns[0]');
  for (const [args, code] of [
    [['--campaigns', '@odd.json', '--catalogue', '@no-catalogue.json'], 'NOT_AN_INTEGER'],
    [['--campaigns', '@odd.json', '--basket', '@basket.json'], 'USAGE'],
    [['--catalogue', '@catalogue.json'], 'USAGE'],
    [['everything'], 'USAGE'],
  ] as const)
    expect(await cli('check', ...args)).toMatchObject({ exit: 2, errors: [code], out: '' });
});

it('refuses bad usage, missing files and bad contexts with a code', async () => {
  expect(await cli('--basket', '@basket.json')).toMatchObject({ exit: 2, errors: ['USAGE'] });
  expect(await cli('--nonsense')).toMatchObject({ exit: 2, errors: ['USAGE'] });
  expect(await cli('--campaigns', '@none.json', '--basket', '@basket.json')).toMatchObject({
    exit: 2,
    errors: ['FILE_UNREADABLE'],
  });
  const context = await cli('--campaigns', '@set.json', '--basket', '@basket.json', '--context', '@basket.json');
  expect(context.exit).toBe(2);
  expect(context.errors).toContain('MISSING_FIELD');
  expect((await cli('--help')).out).toContain('--campaigns FILE');
});
