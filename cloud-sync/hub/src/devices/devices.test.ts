import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../cli/main.ts';
import { type TestHub, testHub } from '../testing/hub.ts';

let rig: TestHub;
let dir: string;
let language: string | undefined;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-devices-'));
  rig = await testHub();
  await rig.pairStore('north');
  await rig.pairStore('south');
  language = process.env.LC_ALL;
});
afterAll(async () => {
  process.env.LC_ALL = language ?? '';
  await rig.dispose();
  rmSync(dir, { recursive: true, force: true });
});

const push = async (text: string, lang: 'en' | 'zh_CN', ...more: string[]) => {
  const file = join(dir, 'devices.yaml');
  writeFileSync(file, text);
  process.env.LC_ALL = lang;
  const said: string[] = [];
  const output = { out: (line: string) => said.push(line), err: (line: string) => said.push(line) };
  const code = await main(['-d', rig.dataDir, 'devices', 'push', file, ...more], output);
  return { code, text: said.join('\n') };
};
const scanner = '{ id: s1, model: scanner/serial-generic, lane: "1", connection: { kind: serial, path: /dev/ttyS1 } }';

describe('a device configuration pushed by command line', () => {
  it('is signed for each store, and told in the language of the person', async () => {
    const pushed = await push(`schema: 1\ndevices:\n  - ${scanner}\n`, 'en');
    expect(pushed.text).toMatchInlineSnapshot(`
      "devices published: 1, to 2 stores
      store  version  state    why
      -----  -------  -------  ---
      north  1        pending  -
      south  1        pending  -"
    `);
    const again = await push(`schema: 1\ndevices: []\n`, 'zh_CN', '--stores', 'south');
    expect(again.text).toMatchInlineSnapshot(`
      "已向 1 家门店发布 0 台设备
      门店   版本  状态  原因
      -----  ----  ----  ----
      south  2     等待  -"
    `);
    const { stores } = await rig.call('stores');
    expect(stores.map(({ id, devices }) => [id, devices?.version, devices?.state])).toEqual([
      ['north', 1, 'pending'],
      ['south', 2, 'pending'],
    ]);
  });

  it.each([
    [
      'a secret',
      `schema: 1\ndevices:\n  - { id: a, model: presence/meraki, connection: { kind: http-listen }, options: { secret: x } }\n`,
      'devices.0.options.secret',
    ],
    [
      'an address with a password',
      `schema: 1\ndevices:\n  - { id: a, model: label/x, connection: { kind: http, url: "http://me:pw@ap/" } }\n`,
      'devices.0.connection.url',
    ],
    ['an id twice', `schema: 1\ndevices:\n  - ${scanner}\n  - ${scanner}\n`, 'devices.1.id'],
    ['a key that is none', `schema: 1\ndevices: []\ndevice: []\n`, 'HUB_DEVICES_INVALID'],
    ['another schema', 'schema: 2\ndevices: []\n', 'schema'],
    ['no YAML', '{', 'HUB_FILE_UNREADABLE'],
  ])('with %s is refused by its place', async (_what, text, place) => {
    const { code, text: said } = await push(text, 'en');
    expect(code).toBe(1);
    expect(said).toContain(place);
  });
});
