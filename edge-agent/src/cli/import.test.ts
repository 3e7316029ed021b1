import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ITEMS_CSV, type Rig, startRig } from '../testing.ts';
import { runCli } from './program.ts';

let rig: Rig;
let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-import-'));
  rig = await startRig({ dataDir: join(dir, 'data') });
  writeFileSync(join(dir, 'agent.json'), JSON.stringify(rig.config));
});
afterAll(async () => {
  await rig.stop();
  rmSync(dir, { recursive: true, force: true });
});

const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
async function importing(
  args: string[],
  locale: 'en' | 'zh-CN' = 'en',
): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await runCli(['import', ...args, '--config', join(dir, 'agent.json')], {
    locale,
    out: (text) => {
      said.out += `${text}\n`;
    },
    err: (text) => {
      said.err += `${text}\n`;
    },
    input: async () => '',
    lines: async function* () {},
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

describe('import', () => {
  it('of the whole range, then of changes with what is wrong in a file of its own', async () => {
    const full = await importing(['items', file('items.csv', ITEMS_CSV), '--mode', 'full']);
    expect(full).toMatchObject({ code: 0, out: '4 rows in, 0 left out, price version 1\n' });
    expect(full.err).toContain('4 new, 0 changed, 0 as before, 0 discontinued, 0 prices staged');
    const changes = file('changes.jsonl', '{"sku":"milk","priceFen":100}\n{"sku":"tea","priceFen":"cheap"}\n');
    const bad = join(dir, 'bad.csv');
    const delta = await importing(['items', changes, '--quarantine', bad], 'zh-CN');
    expect(delta).toMatchObject({ code: 0, out: '导入 1 行，跳过 1 行，价格版本 2\n' });
    expect(delta.err).toContain('2: ROW_FIELD 某列的内容有误 priceFen');
    expect(delta.err).toContain('1: PRICE_JUMP 价格变动超过九成 priceFen: 1290 -> 100');
    expect(readFileSync(bad, 'utf8')).toMatch(/^sku,priceFen,_row,_code,_message,_raw\ntea,cheap,2,ROW_FIELD,/);
    writeFileSync(bad, readFileSync(bad, 'utf8').replace('cheap', '490'));
    expect((await importing(['items', bad, '--effective-from', '2099-01-01'])).err).toContain('ROW_DATES');
    expect((await importing(['items', bad])).out).toContain('1 rows in, 0 left out, price version 3');
  });

  it('says what it can not take', async () => {
    const small = file('small.csv', ITEMS_CSV.split('\n').slice(0, 2).join('\n'));
    const refused = await importing(['items', small, '--mode', 'full']);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/IMPORT_TOO_SMALL.*\(3 \/ 4, .*\)\n.*force=true/u);
    expect((await importing(['items', small, '--mode', 'full', '--force'])).err).toContain('3 discontinued');
    expect(await importing(['items', small, '--mode', 'half'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('USAGE'),
    });
    expect(await importing(['items', dir])).toMatchObject({ code: 2, err: expect.stringContaining('FILE_UNREADABLE') });
  });
});
