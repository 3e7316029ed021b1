import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestHub, testHub } from '../testing/hub.ts';
import { main } from './main.ts';

let hub: TestHub;
let dir: string;
beforeAll(async () => {
  hub = await testHub();
  dir = mkdtempSync(join(tmpdir(), 'tillside-cli-'));
});
afterAll(async () => {
  await hub.dispose();
  rmSync(dir, { recursive: true });
});

const run = async (...args: string[]): Promise<{ code: number; out: string; err: string }> => {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await main(['-d', hub.dataDir, ...args], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
};

test('a partner is made with its scopes, listed and revoked', async () => {
  const [id = '', credential = ''] = (await run('partner', 'add', 'shop', '--scopes', 'members:read, erase')).out.split(
    ' ',
  );
  const ask = () =>
    fetch(`${hub.hub.url}/v1/members/duplicates`, { headers: { authorization: `Bearer ${credential}` } });
  expect((await ask()).status).toBe(200);
  expect((await run('partner', 'list')).out).toContain('members:read erase');
  expect((await run('partner', 'code', '--scopes', 'webhooks')).out).toMatch(/^\w{8} /u);
  expect(await run('partner', 'add', 'x', '--scopes', 'everything')).toMatchObject({ code: 1 });
  expect((await run('partner', 'revoke', id)).out).toContain('shop');
  expect((await ask()).status).toBe(401);
});

test('members come from a file; one is erased, and the proof is checked where it lies', async () => {
  const csv = join(dir, 'members.csv');
  writeFileSync(
    csv,
    'phone,membership,consentTextVersion,consentAt,isOldEnough,memberId\n13800000001,yes,v1,2023-01-01T00:00:00Z,yes,m_cli_1\n12,yes,v1,2023-01-01T00:00:00Z,yes,\n',
  );
  const imported = await run('members', 'import', csv);
  expect(imported.out).toBe('2 rows: 1 added, 0 known, 1 rejected.');
  expect(imported.err).toContain('ROW_FIELD');
  const proof = await hub.call('eraseMember', { params: { memberId: 'm_cli_1' }, body: { reason: 'asked' } });
  const file = join(dir, 'proof.json');
  writeFileSync(file, JSON.stringify(proof));
  expect((await run('erasure', 'verify', file)).out).toContain('HQ destroyed 1 keys');
  expect((await run('erasure', 'key')).out).toBe(proof.publicKey);
  writeFileSync(file, JSON.stringify({ ...proof, signed: { ...proof.signed, by: 'nobody' } }));
  expect(await run('erasure', 'verify', file)).toMatchObject({ code: 1 });
  expect(await run('members', 'import', join(dir, 'none.csv'))).toMatchObject({ code: 1 });
});
