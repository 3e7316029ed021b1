import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BATCH_TYPE, BatchAck, batchText } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from './cli/main.ts';
import { listening } from './listening.ts';
import { MILK_SET } from './testing/campaigns.ts';
import { chainOf, many } from './testing/events.ts';
import { postJson, type TestHub, testHub } from './testing/hub.ts';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));
let dir: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-hub-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

interface Ready {
  readonly child: ChildProcess;
  readonly url: string;
  readonly operatorPairingCode: string;
}

/** The hub as its own process, from its own command line. */
async function spawnHub(): Promise<Ready> {
  const config = join(dir, 'hub.yaml');
  writeFileSync(config, 'dataDir: ./data\nport: 0\nmqtt:\n  port: 0\nlogLevel: error\n');
  const args = ['--conditions=@tillside/source', '--import', 'tsx', CLI, 'run', '--config', config, '--ready-json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, ...(JSON.parse(line) as Omit<Ready, 'child'>) };
}

describe('the hub as a process', () => {
  test('killed in the middle of its work it holds all it acknowledged and starts again; told to stop it ends by itself', async () => {
    const first = await spawnHub();
    const operator = await pairOperator(first);
    const { credential } = await pairStore(first, operator);
    const chain = chainOf('s1');
    const sales = many(60, () => chain.sale());
    let acked = 0;
    const send = async (url: string, from: number): Promise<BatchAck> => {
      const lines = sales.slice(from, from + 5).map((each) => JSON.stringify(each));
      const answer = await fetch(`${url}/v1/sync/batches`, {
        method: 'POST',
        headers: { 'content-type': BATCH_TYPE, authorization: `Bearer ${credential}` },
        body: batchText({ batchId: crypto.randomUUID(), store: 's1' }, lines),
      });
      return BatchAck.parse(await answer.json());
    };
    const sending = (async () => {
      for (let from = 0; from < 60; from += 5) {
        acked = (await send(first.url, from)).acks[0]?.contiguousSeq ?? acked;
        if (acked === 30) first.child.kill('SIGKILL');
      }
    })();
    await expect(sending).rejects.toThrow();
    expect(acked).toBeGreaterThanOrEqual(30);
    const second = await spawnHub();
    const ack = await send(second.url, 0);
    expect(ack).toMatchObject({ conflicts: [], quarantined: 0 });
    expect(ack.acks[0]?.contiguousSeq).toBeGreaterThanOrEqual(acked);
    const ended = once(second.child, 'exit');
    second.child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    // Two processes from source, each with a thread that loads its code.
  }, 60_000);
});

async function pairOperator({ url, operatorPairingCode: code }: Ready): Promise<string> {
  const answer = await postJson(`${url}/v1/pair`, { code, kind: 'operator', name: 'office' });
  return ((await answer.json()) as { credential: string }).credential;
}

async function pairStore({ url }: Ready, operator: string): Promise<{ credential: string }> {
  const authorization = `Bearer ${operator}`;
  const added = (await (await postJson(`${url}/v1/stores`, { id: 's1' }, { authorization })).json()) as {
    pairing: { code: string };
  };
  const answer = await postJson(`${url}/v1/pair`, { code: added.pairing.code, kind: 'store', name: 'agent' });
  return (await answer.json()) as { credential: string };
}

describe('starting', () => {
  test('on a port in use, HTTP or MQTT, names it and leaves nothing open', async () => {
    const taken = createServer();
    await listening(taken, '127.0.0.1', 0);
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(testHub({ dataDir: dir, port })).rejects.toMatchObject({
      code: 'HUB_PORT_IN_USE',
      detail: `127.0.0.1:${port}`,
    });
    await expect(testHub({ dataDir: dir, mqtt: { port } })).rejects.toMatchObject({ code: 'HUB_PORT_IN_USE' });
    taken.close();
    const free = await testHub({ dataDir: dir });
    await free.hub.stop();
  });

  test('on every address gives callers back the name they came by', async () => {
    const hub = await testHub({ host: '0.0.0.0', mqtt: { host: '0.0.0.0', port: 0 } });
    expect(hub.hub.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/u);
    const { code } = await hub.hub.pairingCode('store', 's1');
    const url = hub.hub.url.replace('127.0.0.1', 'localhost');
    const answer = (await (await postJson(`${url}/v1/pair`, { code, kind: 'store', name: 'agent' })).json()) as {
      mqttUrl: string;
    };
    expect(answer.mqttUrl).toMatch(/^mqtt:\/\/localhost:\d+$/u);
    await hub.dispose();
  });

  test('a second hub on the same data is refused', async () => {
    const hub = await testHub();
    await expect(testHub({ dataDir: hub.dataDir })).rejects.toMatchObject({ code: 'HUB_DATA_LOCKED' });
    await hub.dispose();
  });

  test('with signing keys lost, spoilt or open to others is refused: no store would trust new ones', async () => {
    const hub = await testHub();
    await hub.hub.stop();
    const key = join(hub.dataDir, 'keys', 'online.pem');
    const good = readFileSync(key);
    const start = () => testHub({ dataDir: hub.dataDir });
    writeFileSync(key, 'spoilt');
    await expect(start()).rejects.toMatchObject({ code: 'HUB_KEYS_DAMAGED' });
    rmSync(key);
    await expect(start()).rejects.toMatchObject({ code: 'HUB_KEYS_DAMAGED' });
    writeFileSync(key, good, { mode: 0o644 });
    await expect(start()).rejects.toMatchObject({ code: 'HUB_KEYS_DAMAGED' });
    await hub.dispose();
  });
});

describe('the command line', () => {
  let hub: TestHub | undefined;
  afterEach(async () => {
    await hub?.dispose();
    hub = undefined;
  });

  async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await main(args, { out: (text) => out.push(text), err: (text) => err.push(text) });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  test('pushes a campaign on the machine of the hub at once, and lists it', async () => {
    hub = await testHub();
    const at = ['--data-dir', hub.dataDir];
    const file = join(dir, 'set.json');
    writeFileSync(file, JSON.stringify(MILK_SET));
    const added = await cli(...at, 'store', 'add', 's1', '--name', '一号店');
    expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/store s1: pairing code [A-Z2-9]{8} /u) });
    expect(await cli(...at, 'campaign', 'push', file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/s1\s+1\s+pending/u),
    });
    expect((await cli(...at, 'campaign', 'list')).out).toContain('command line on this machine');
    expect((await cli(...at, 'store', 'list')).out).toMatch(/s1\s+一号店\s+waiting/u);
    expect((await cli(...at, 'pair', 'operator')).out).toMatch(/pairing code [A-Z2-9]{8} /u);
    expect((await cli(...at, 'model', 'list')).code).toBe(0);
    expect((await cli(...at, 'keys', 'show')).out).toMatch(
      /^root {12}[0-9a-f]{64}\nonline {10}[0-9a-f]{64}\n(kind-\w+ +[0-9a-f]{64}\n){7}erasure {9}[0-9a-f]{64}\nsessions {8}[0-9a-f]{64}$/u,
    );
    const doctor = await cli(...at, 'doctor');
    expect(doctor.out).toMatch(/hub running\s+ok[\s\S]+SQLite\s+ok[\s\S]+signing keys\s+ok/u);
  });

  test('says where a campaign file is wrong', async () => {
    hub = await testHub();
    await hub.pairStore('s1');
    const at = ['--data-dir', hub.dataDir];
    const file = join(dir, 'set.yaml');
    writeFileSync(file, JSON.stringify({ ...MILK_SET, policy: { ...MILK_SET.policy, couponsPerBasket: -1 } }));
    const refused = await cli(...at, 'campaign', 'push', file);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^HUB_CAMPAIGNS_INVALID[\s\S]+policy\.couponsPerBasket/u);
    const [campaign] = MILK_SET.campaigns;
    const excluded = { ...campaign, items: { skus: ['1001'], excludeSkus: ['1001'] } };
    writeFileSync(file, JSON.stringify({ ...MILK_SET, campaigns: [excluded] }));
    const unsound = await cli(...at, 'campaign', 'push', file);
    expect(unsound.code).toBe(1);
    expect(unsound.err).toMatch(/^HUB_CAMPAIGNS_UNSOUND[\s\S]+NEVER_ANY_ITEM/u);
    writeFileSync(file, JSON.stringify({ ...MILK_SET, campaigns: [campaign, { ...campaign, id: 'again' }] }));
    expect(await cli(...at, 'campaign', 'push', file)).toMatchObject({
      code: 0,
      err: expect.stringMatching(/^IDENTICAL_CAMPAIGNS campaigns\[\d\].*: /u),
    });
    writeFileSync(file, '{"a": [1, }');
    expect((await cli(...at, 'campaign', 'push', file)).err).toMatch(/^HUB_CAMPAIGN_FILE_UNREADABLE/u);
    expect((await cli(...at, 'campaign', 'push', join(dir, 'none'))).err).toMatch(/^HUB_CAMPAIGN_FILE_UNREADABLE/u);
  });

  test('without a running hub says how to start it', async () => {
    expect((await cli('--data-dir', dir, 'store', 'list')).err).toMatch(/^HUB_UNREACHABLE[\s\S]+tillside-hub run/u);
    hub = await testHub();
    await hub.hub.stop();
    expect((await cli('--data-dir', hub.dataDir, 'store', 'list')).err).toMatch(/^HUB_UNREACHABLE/u);
  });

  test.each([
    ['prot: 1', 'HUB_CONFIG_UNKNOWN_KEY', '"prot": did you mean "port"'],
    ['mqtt: {prt: 1}', 'HUB_CONFIG_UNKNOWN_KEY', '"mqtt.prt": did you mean "port"'],
    ['port: high', 'HUB_CONFIG_INVALID', 'port'],
    ['port: [', 'HUB_CONFIG_UNREADABLE', 'hub.yaml'],
  ])('a config with `%s` gets %s', async (text, code, detail) => {
    const file = join(dir, 'hub.yaml');
    writeFileSync(file, text);
    const refused = await cli('run', '--config', file);
    expect(refused.code).toBe(1);
    expect(refused.err.split('\n')[0]).toContain(code);
    expect(refused.err).toContain(detail);
  });

  test('prints the schema of its config', async () => {
    const schema = JSON.parse((await cli('schema')).out) as {
      properties: Record<string, unknown>;
      additionalProperties: boolean;
    };
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['dataDir', 'port', 'mqtt', 'consoleDir']));
    expect(schema.additionalProperties).toBe(false);
  });

  test('an unknown command is an error with help', async () => {
    expect(await cli('storr', 'list')).toMatchObject({ code: 1, err: expect.stringContaining('unknown command') });
    expect((await cli('--help')).code).toBe(0);
  });
});
