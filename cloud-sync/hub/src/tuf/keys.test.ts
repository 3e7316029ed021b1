import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DESIRED_KINDS } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../cli/main.ts';
import { MILK_SET } from '../testing/campaigns.ts';
import { type PairedStore, type TestHub, testHub } from '../testing/hub.ts';
import { verified } from '../testing/repo-client.ts';
import { SignedRoot, sealed } from './format.ts';
import { keyFile, keyIdOf, readSigner } from './keys.ts';

const DAY_MS = 24 * 60 * 60_000;
let now = Date.now();
let dir: string;
let hub: TestHub;
let store: PairedStore;
beforeEach(async () => {
  now = Date.now();
  dir = mkdtempSync(join(tmpdir(), 'tillside-keys-'));
  writeFileSync(join(dir, 'secret'), 'a passphrase of some length\n');
  hub = await testHub({}, { clock: { now: () => now } });
  store = await hub.pairStore('s1');
});
afterEach(async () => {
  await hub.dispose();
  rmSync(dir, { recursive: true, force: true });
});

const at = (name: string): string => join(dir, name);
async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const output = { out: (text: string) => out.push(text), err: (text: string) => err.push(text) };
  const code = await main(['--data-dir', hub.dataDir, 'keys', ...args], output);
  return { code, out: out.join('\n'), err: err.join('\n') };
}
const pass = (): string[] => ['--passphrase-file', at('secret')];
const makeKeys = async (...names: string[]): Promise<void> => {
  for (const name of names) expect(await cli('make', at(`${name}.pem`), ...pass())).toMatchObject({ code: 0 });
};
const draft = (file: string, ...more: string[]) => cli('draft', '--out', at(file), ...more);
const sign = (file: string, name: string) => cli('sign', at(file), '--key', at(`${name}.pem`), ...pass());
const holders = (...names: string[]): string[] => ['--root', ...names.map((name) => at(`${name}.pub.json`))];
const notes = async () => (await hub.call('keys')).notes.map(({ code }) => code);
const edit = (file: string, change: (root: SignedRoot) => void): void => {
  const root = SignedRoot.parse(JSON.parse(readFileSync(at(file), 'utf8')));
  change(root);
  writeFileSync(at(file), JSON.stringify(root));
};

/** Three holders, two of whom must sign. */
async function toThreshold(): Promise<void> {
  await makeKeys('ada', 'bo', 'cy');
  expect(await draft('root-2.json', ...holders('ada', 'bo', 'cy'), '--threshold', '2')).toMatchObject({ code: 0 });
  await sign('root-2.json', 'ada');
  await sign('root-2.json', 'bo');
  expect(await cli('accept', at('root-2.json'))).toMatchObject({ code: 0 });
}

describe('the root moves to offline holders', () => {
  test('with two of three signatures; the embedded key is destroyed, and stores follow', async () => {
    expect(await notes()).toEqual(['ROOT_KEY_EMBEDDED']);
    await makeKeys('ada', 'bo', 'cy');
    const pem = readFileSync(at('ada.pem'), 'utf8');
    expect(pem).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/u);
    await draft('root-2.json', ...holders('ada', 'bo', 'cy'), '--threshold', '2');
    await sign('root-2.json', 'ada');
    expect((await cli('accept', at('root-2.json'))).err).toMatch(/^HUB_ROOT_REFUSED.*1 of 2 holders of the new root/u);
    expect((await verified(store, now)).root.signed.version).toBe(1);
    expect((await sign('root-2.json', 'cy')).out).toMatch(
      /root: 2 of 3 holders\n( {2}[0-9a-f]{64} {2}(not )?signed.*\n){3}/u,
    );
    const accepted = await cli('accept', at('root-2.json'));
    expect(accepted).toMatchObject({ code: 0, out: expect.stringMatching(/^root +2 +\d{4}-\d\d-\d\d +2 of 3/mu) });
    expect(await readSigner(keyFile(join(hub.dataDir, 'keys'), 'root'))).toBeNull();
    expect(await notes()).toEqual([]);
    await hub.call('pushCampaigns', { body: { stores: ['*'], set: MILK_SET } });
    await hub.restart();
    const { root, targets } = await verified(store, now);
    expect(root.signed.roles.root).toMatchObject({ threshold: 2 });
    expect(Object.keys(targets)).toContain('stores/s1/campaigns.json');
  });

  test('copies signed apart are merged; another draft is not', async () => {
    await makeKeys('ada', 'bo');
    await draft('a.json', ...holders('ada', 'bo'), '--threshold', '2');
    writeFileSync(at('b.json'), readFileSync(at('a.json')));
    await sign('a.json', 'ada');
    await sign('b.json', 'bo');
    await draft('c.json', ...holders('ada'), '--threshold', '1');
    expect((await cli('accept', at('a.json'), at('c.json'))).err).toMatch(/^HUB_KEY_FILE_UNREADABLE.*another draft/u);
    expect((await cli('accept', at('a.json'), at('b.json'))).code).toBe(0);
  });

  test.each<[string, string, (root: SignedRoot) => void]>([
    ['a version skipped', 'version 4 after 2', (root) => Object.assign(root.signed, { version: 4 })],
    ['one that has expired', 'expired on', (root) => Object.assign(root.signed, { expires: '2020-01-01T00:00:00Z' })],
    [
      'a threshold out of reach',
      'root needs 9 of 3',
      (root) => Object.assign(root.signed.roles.root, { threshold: 9 }),
    ],
    [
      'a key twice',
      'lists a key twice',
      (root) => root.signed.roles.root.keyids.push(root.signed.roles.root.keyids[0] ?? ''),
    ],
    [
      'a key id that lies',
      'is not that of its key',
      (root) => Object.assign(root.signed.keys, { ['0'.repeat(64)]: Object.values(root.signed.keys)[0] }),
    ],
    ['a key that is not there', 'is not there', (root) => root.signed.roles.root.keyids.push('1'.repeat(64))],
    [
      'changed after signing',
      '0 of 2 holders of the present',
      (root) => Object.assign(root.signed, { expires: '2090-01-01T00:00:00Z' }),
    ],
    [
      'a signature cut short',
      '1 of 2 holders of the present',
      (root) => Object.assign(root.signatures[0] ?? {}, { sig: 'ab' }),
    ],
    [
      'a signature given twice',
      'two signatures of one key',
      (root) => root.signatures.push(...root.signatures.slice(0, 1)),
    ],
  ])('a root with %s is refused, and nothing changes', async (_name, detail, change) => {
    await toThreshold();
    await draft('root-3.json');
    await sign('root-3.json', 'ada');
    await sign('root-3.json', 'bo');
    edit('root-3.json', change);
    // Merging on the command line would hide a doubled signature.
    const body = JSON.parse(readFileSync(at('root-3.json'), 'utf8'));
    await expect(hub.call('acceptRoot', { body })).rejects.toMatchObject({
      answer: { code: 'HUB_ROOT_REFUSED', message: expect.stringContaining(detail) },
    });
    expect((await verified(store, now)).root.signed.version).toBe(2);
  });

  test('a root that gives the daily roles to another key is refused', async () => {
    await toThreshold();
    await makeKeys('stranger');
    await draft('root-3.json');
    const key = JSON.parse(readFileSync(at('stranger.pub.json'), 'utf8'));
    edit('root-3.json', ({ signed }) => {
      const id = keyIdOf(key);
      signed.keys[id] = key;
      for (const role of ['targets', 'snapshot', 'timestamp'] as const) signed.roles[role].keyids = [id];
    });
    await sign('root-3.json', 'ada');
    await sign('root-3.json', 'cy');
    expect((await cli('show', at('root-3.json'))).out).toContain('root: 2 of 3 holders');
    expect((await cli('accept', at('root-3.json'))).err).toContain('does not hold the online key');
    expect((await verified(store, now)).root.signed.version).toBe(2);
  });
});

describe('key files', () => {
  test('are never overwritten, need a passphrase of 12 characters, and open with no other', async () => {
    await makeKeys('ada');
    expect((await cli('make', at('ada.pem'), ...pass())).err).toMatch(/^HUB_KEY_FILE_UNREADABLE.*already there/u);
    writeFileSync(at('short'), 'short\n');
    expect((await cli('make', at('x.pem'), '--passphrase-file', at('short'))).err).toMatch(/^HUB_KEY_PASSPHRASE/u);
    writeFileSync(at('other'), 'another passphrase\n');
    await draft('root-2.json', ...holders('ada'));
    const wrong = await cli('sign', at('root-2.json'), '--key', at('ada.pem'), '--passphrase-file', at('other'));
    expect(wrong.err).toMatch(/^HUB_KEY_PASSPHRASE/u);
    expect((await cli('show', at('ada.pem'))).err).toMatch(/^HUB_KEY_FILE_UNREADABLE/u);
  });
});

describe('a key is replaced after a compromise', () => {
  test('the online one by the embedded root at once, by holders once they sign', async () => {
    const online = async () => (await verified(store, now)).root.signed.roles.timestamp?.keyIDs;
    const before = await online();
    expect((await cli('rotate', 'online')).code).toBe(0);
    const second = await online();
    expect(second).not.toEqual(before);
    await makeKeys('ada', 'bo', 'cy');
    await draft('root-3.json', ...holders('ada', 'bo', 'cy'), '--threshold', '2');
    await sign('root-3.json', 'ada');
    await sign('root-3.json', 'bo');
    await cli('accept', at('root-3.json'));
    expect((await cli('rotate', 'online')).out).toContain('KEY_WAITS_FOR_ROOT');
    await hub.restart();
    expect(await online()).toEqual(second);
    await draft('root-4.json');
    await sign('root-4.json', 'bo');
    await sign('root-4.json', 'cy');
    expect((await cli('accept', at('root-4.json'))).code).toBe(0);
    expect(await online()).not.toEqual(second);
    expect(await notes()).toEqual([]);
    await hub.restart();
    await hub.call('pushCampaigns', { body: { stores: ['*'], set: MILK_SET } });
    expect((await verified(store, now)).targets['stores/s1/campaigns.json']?.custom).toMatchObject({ version: 1 });
  });

  test.each(DESIRED_KINDS)('that of %s at once, and no other with it', async (kind) => {
    await hub.call('pushCampaigns', { body: { stores: ['*'], set: MILK_SET } });
    const keys = async () =>
      Object.fromEntries((await hub.call('keys')).roles.map(({ role, keyIds }) => [role, keyIds]));
    const before = await keys();
    expect((await cli('rotate', kind)).code).toBe(0);
    const after = await keys();
    for (const role of Object.keys(before)) {
      if (role === kind) expect(after[role]).not.toEqual(before[role]);
      else expect(after[role]).toEqual(before[role]);
    }
    await hub.restart();
    expect(Object.keys((await verified(store, now)).targets)).toContain('stores/s1/campaigns.json');
    expect((await cli('rotate', 'root')).code).toBe(1);
  });
});

describe('expiry', () => {
  test('holders are warned 90 days ahead and after; the hub itself renews only what it may', async () => {
    await toThreshold();
    now += 280 * DAY_MS;
    await hub.restart();
    expect(await notes()).toEqual(['ROOT_EXPIRES_SOON']);
    await verified(store, now);
    now += 100 * DAY_MS;
    await hub.restart();
    expect(await notes()).toEqual(['ROOT_EXPIRED']);
    await expect(verified(store, now)).rejects.toThrow('root has expired');
    await draft('root-3.json');
    await sign('root-3.json', 'cy');
    await sign('root-3.json', 'ada');
    expect((await cli('accept', at('root-3.json'))).code).toBe(0);
    expect(await notes()).toEqual([]);
    expect((await verified(store, now)).root.signed.version).toBe(3);
  });

  test('a hub that could not sign for long says so', async () => {
    now += 6 * DAY_MS;
    expect(await notes()).toContain('METADATA_NOT_RENEWED');
  });
});

test('sealed metadata is over the canonical form: the order of members does not matter', () => {
  const signer = { keyId: 'k', sign: (data: Buffer) => data.toString('utf8') };
  expect(sealed('root', { version: 1, b: { d: 1, c: 2 } }, [signer]).body).toContain(
    '{\\"b\\":{\\"c\\":2,\\"d\\":1},\\"version\\":1}',
  );
});
