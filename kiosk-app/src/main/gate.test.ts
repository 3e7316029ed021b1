import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { request as ask, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { credentialFile, plain } from './credential.ts';
import { agentPort } from './forward.ts';
import { Gate, type GateAnswer, HELD_BY_SHELL, MAX_REQUEST_BYTES } from './gate.ts';
import { GATE_HEADER, startGateServer } from './gate-server.ts';
import { CREDENTIAL, type ProbeAgent, startProbeAgent } from './testing/probe-agent.ts';

let agent: ProbeAgent;
let folder: string;
let gate: Gate;
beforeAll(async () => {
  agent = await startProbeAgent();
});
afterAll(() => agent.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tillside-gate-'));
  gate = gateTo(agent.origin);
  return () => rm(folder, { recursive: true, force: true });
});

const gateTo = (origin: string) =>
  new Gate({ pagesDir: agent.pagesDir, agent: agentPort({ origin }), credential: credentialFile(folder, plain) });
const call = (path: string, options: { method?: string; body?: string; headers?: Record<string, string> } = {}) =>
  gate.answer({
    method: options.method ?? 'GET',
    path,
    headers: options.headers ?? {},
    body: Buffer.from(options.body ?? ''),
    signal: AbortSignal.timeout(5_000),
  });
const textOf = async (answer: GateAnswer) =>
  answer.body instanceof Readable ? text(answer.body) : Buffer.from(answer.body).toString('utf8');

describe('gate', () => {
  it('serves the release’s own files, each with the policy, and nothing outside its folder', async () => {
    const page = await call('/');
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(await textOf(page)).toContain('<meta name="tillside-shell" content="unpaired">');
    for (const path of [
      '/../credential',
      '/%2e%2e/credential',
      '/..%2fx.js',
      '/%00.js',
      '/%',
      '/credential',
      '/assets/',
      '//etc/passwd',
      '/\\x.js',
    ])
      expect((await call(path)).status, path).toBe(404);
    expect((await call('/', { method: 'POST' })).status).toBe(405);
    expect((await call('/v1/x', { method: 'CONNECT' })).status).toBe(405);
  });

  it('keeps the credential in a file of its own, and puts it on what goes to the agent', async () => {
    const paired = await call('/v1/pair', { method: 'POST', body: '{}' });
    expect(JSON.parse(await textOf(paired))).toMatchObject({ credential: HELD_BY_SHELL });
    expect(await readFile(join(folder, 'credential'), 'utf8')).toBe(CREDENTIAL);
    expect((await stat(join(folder, 'credential'))).mode & 0o777).toBe(0o600);
    await call('/v1/told', {
      method: 'POST',
      body: '{"kind":"x","value":1}',
      headers: { authorization: 'Bearer of the page', cookie: 'a=b', 'x-staff-session': 's' },
    });
    expect(agent.told.at(-1)?.authorization).toBe(`Bearer ${CREDENTIAL}`);
    expect(await textOf(await call('/'))).toContain('content="paired"');
  });

  it('forgets a credential that the agent refuses, so that the page asks for a code', async () => {
    const strict = createServer((_request, response) => response.writeHead(401).end('{"code":"CREDENTIAL_REVOKED"}'));
    await new Promise<void>((resolve) => strict.listen(0, '127.0.0.1', resolve));
    const address = strict.address();
    credentialFile(folder, plain).write('old');
    gate = gateTo(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    expect(await textOf(await call('/'))).toContain('content="paired"');
    expect((await call('/v1/x')).status).toBe(401);
    expect(await textOf(await call('/'))).toContain('content="unpaired"');
    strict.close();
  });

  it('says what an agent that is away would, and finds it again', async () => {
    gate = gateTo('http://127.0.0.1:9');
    const away = await call('/v1/offers');
    expect([away.status, JSON.parse(await textOf(away)).code, gate.hasAgentAnswered]).toEqual([
      503,
      'AGENT_AWAY',
      false,
    ]);
    expect((await call('/v1/told', { method: 'POST', body: 'x'.repeat(MAX_REQUEST_BYTES + 1) })).status).toBe(413);
  });

  it('on loopback: answers only to the browser that it started, by header and by name', async () => {
    const server = await startGateServer(gate);
    const { port } = new URL(server.origin);
    const get = (headers: Record<string, string>, path = '/') =>
      new Promise<number>((resolve) => {
        ask({ host: '127.0.0.1', port, path, headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        }).end();
      });
    expect(await get({ [GATE_HEADER]: server.secret })).toBe(200);
    expect(await get({})).toBe(403);
    expect(await get({ [GATE_HEADER]: server.secret.replace(/^./, 'x') })).toBe(403);
    expect(await get({ [GATE_HEADER]: server.secret, host: 'attacker.example' })).toBe(403);
    await server.close();
  });
});
