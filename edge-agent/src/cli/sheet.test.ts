import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli } from './program.ts';

const dir = mkdtempSync(join(tmpdir(), 'tillside-sheet-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function cli(args: string[], locale: 'zh-CN' | 'en' = 'en') {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(['devices', 'sheet', ...args], {
    locale,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    input: async () => '',
    lines: async function* () {},
    signal: new AbortController().signal,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const config = join(dir, 'agent.json');
writeFileSync(
  config,
  JSON.stringify({
    version: 1,
    storeId: 's001',
    storeName: { zh: '朝阳店', en: 'Chaoyang' },
    dataDir: 'data',
    devices: [
      {
        id: 'lane-1-scanner',
        model: 'scanner/serial-generic',
        lane: '1',
        connection: { kind: 'tcp', host: 'x', port: 1 },
      },
    ],
  }),
);

describe('devices sheet', () => {
  it('prints the page of a profile in the language of the terminal, or as asked', async () => {
    const chinese = await cli(['honeywell-serial'], 'zh-CN');
    expect(chinese).toMatchObject({ code: 0, err: '' });
    expect(chinese.out).toMatch(/^<!doctype html>\n<html lang="zh-CN">[\s\S]*~TRMUSB130\.&lt;FNC3&gt;/);
    expect((await cli(['honeywell-serial', '--lang', 'en'], 'zh-CN')).out).toContain('<html lang="en">');
  });

  it('writes the page of a store to a file', async () => {
    const page = join(dir, 'store.html');
    const ran = await cli(['--config', config, '-o', page]);
    expect(ran).toMatchObject({ code: 0, out: '', err: expect.stringContaining(page) });
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('Chaoyang');
    expect(html).toContain('lane-1-scanner');
    expect(html).toContain('id="datalogic-serial"');
    expect(html).not.toContain('id="hid-pos"');
  });

  it.each([
    [[]],
    [['no-such']],
    [['hid-pos', '--config', config]],
    [['hid-pos', '--lang', 'fr']],
    [['hid-pos', '-o', dir]],
  ])('%j is bad use, and says what there is', async (args) => {
    const ran = await cli(args);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(/^USAGE [\s\S]*(hid-pos, honeywell-hid-pos|--lang|--output)/);
  });
});
