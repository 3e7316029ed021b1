import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('tillside-device-host', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tillside-cli-'));
    await writeFile(
      join(directory, 'bad.json'),
      '{"hostId":"h","socketPath":"s","stateDir":".","devices":[],"colour":1}',
    );
    await writeFile(join(directory, 'plain.json'), '{"hostId":"h","socketPath":"s","stateDir":".","devices":[]}');
    await writeFile(join(directory, 'nowhere.json'), '{"hostId":"h","stateDir":".","devices":[]}');
    const device = { id: 'a', model: 'scanner/serial-generic', connection: { kind: 'tcp', host: 'h', port: 1 } };
    const twice = { hostId: 'h', socketPath: 's', stateDir: '.', devices: [device, device] };
    await writeFile(join(directory, 'twice.json'), JSON.stringify(twice));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  function run(arguments_: string[], token?: string): Promise<{ code: number; out: string; err: string }> {
    const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
    const cli = fileURLToPath(new URL('./cli.ts', import.meta.url));
    const env = { ...process.env, ...(token ? { TILLSIDE_HOST_TOKEN: token } : {}) };
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        ['--conditions=@tillside/source', '--import', loader, cli, ...arguments_],
        { env },
        (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
      );
    });
  }

  it.each([
    [['--help'], undefined, 0, 'Usage:'],
    [[], undefined, 2, 'Usage:'],
    [['plain.json'], undefined, 1, 'HOST_TOKEN_MISSING'],
    [['pair', 'plain.json'], undefined, 1, 'HOST_LISTEN_MISSING'],
    [['unpair', 'plain.json'], undefined, 0, 'No agent was paired.'],
    [['pair', '--minutes', '0', 'plain.json'], undefined, 2, 'Usage:'],
    [['pair', '--colour', 'plain.json'], undefined, 2, 'Usage:'],
    [['nowhere.json'], undefined, 1, 'name socketPath or listen'],
    [['bad.json'], 'long-enough-for-a-token', 1, 'colour'],
    [['twice.json'], 'long-enough-for-a-token', 1, 'device ids must differ'],
    [['none.json'], 'long-enough-for-a-token', 1, 'HOST_CONFIG_INVALID'],
  ])('%j with token %s ends with %i and says %s', async (names, token, code, text) => {
    const arguments_ = names.map((name) => (name.endsWith('.json') ? join(directory, name) : name));
    const ended = await run(arguments_, token);
    expect(ended.code).toBe(code);
    expect(ended.out + ended.err).toContain(text);
  });
});
