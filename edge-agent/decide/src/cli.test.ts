import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from './cli.ts';
import { Decision } from './index.ts';
import { basketOf, campaign, line, setOf } from './testing/fixtures.ts';

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
  await writeFile(join(dir, 'basket.json'), JSON.stringify(JSON.parse(good), undefined, 2));
  await writeFile(join(dir, 'many.jsonl'), `${good}\n{"lines":3,"coupons":[]}\nnot json\n${good}\n`);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

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
