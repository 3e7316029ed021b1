import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { callAgent, routes } from '@tillside/agent-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ITEMS_CSV, type Rig, startRig } from '../testing.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
const read = (path: string): string => readFileSync(ROOT + path, 'utf8');
const EXAMPLE = 'docs/examples/pos-client.ts';
const MAX_LINES = 30;
const run = promisify(execFile);

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
  const admin = { url: rig.agent.url, credential: rig.adminCredential() };
  await callAgent(admin, 'importFile', { params: { what: 'items' }, query: {}, body: ITEMS_CSV });
});
afterAll(() => rig.stop());

describe('the example of a till', () => {
  it('sells at a real agent, as a process of its own', async () => {
    const { code } = rig.agent.app.pairing.createCode({ kind: 'terminal', name: 'Example', lane: '3' });
    const scans = ['2900000000018', '2900000000025', '2900000000018'];
    const node = ['--conditions=@tillside/source', '--import', 'tsx', EXAMPLE, rig.agent.url, code, ...scans];
    const { stdout } = await run(process.execPath, node, { cwd: ROOT });
    const lines = stdout.trim().split('\n');
    expect(lines.slice(0, 3)).toEqual(['Milk 12.9', 'Toast bread 9.9', 'Milk 12.9']);
    expect(lines.at(-1)).toMatch(/^shift 1, receipt \w{6}-000001: paid 35\.7$/);
    const { journal } = rig.agent.app;
    expect(journal.all('SELECT payable_fen FROM sale')).toEqual([{ payable_fen: 3570 }]);
  });

  it('is short, and stands in the guide as it is', () => {
    const text = read(EXAMPLE);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_LINES);
    expect(read('docs/pos.md')).toContain(`\`\`\`ts\n${text}\`\`\``);
  });

  it('and the guide name only calls that there are, each till call among them', () => {
    const guide = `${read('docs/pos.md')}${read('docs/pos.zh-CN.md')}`;
    const paths = new Set(
      Object.values(routes).map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`),
    );
    const named = [...guide.matchAll(/`((?:GET|POST|PUT|DELETE) \/v1[^`?]*)/g)].map((match) => match[1] ?? '');
    const known = new Set([...paths, 'GET /v1/events']);
    expect(named.filter((call) => !known.has(call))).toEqual([]);
    const ofTills = Object.values(routes)
      .filter(({ tag, auth }) => tag === 'till' && auth === 'terminal')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(ofTills.filter((call) => !named.includes(call))).toEqual([]);
  });
});
