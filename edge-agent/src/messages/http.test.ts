import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MessagesConfig } from './config.ts';
import { httpMessages } from './http.ts';
import type { Message, SendOutcome } from './port.ts';

const MESSAGE: Message = {
  requestId: 'r1',
  phone: '+8613800138000',
  code: '042917',
  text: '【店】"验证码" 042917',
  locale: 'zh-CN',
  minutes: 10,
};
const BODY = { to: '{{phone}}', msg: '{{text}}' };

let dir: string;
let server: Server;
let answer: RequestListener;
let asked: { method: string; headers: Record<string, unknown>; body: string }[];
let url: string;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-messages-'));
  asked = [];
  server = createServer((request, reply) => {
    void text(request).then((body) => {
      asked.push({ method: request.method ?? '', headers: request.headers, body });
      answer(request, reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

function portOf(more: Record<string, unknown> = {}) {
  const config = MessagesConfig.parse({ kind: 'http', url, body: BODY, timeoutMs: 500, ...more });
  if (config.kind !== 'http') throw new Error('another kind');
  return httpMessages(config);
}
const send = (more: Record<string, unknown> = {}): Promise<SendOutcome> =>
  portOf(more).send(MESSAGE, new AbortController().signal);
const says = (status: number, body = '', headers: Record<string, string> = {}): void => {
  answer = (_request, reply) => void reply.writeHead(status, headers).end(body);
};

describe('a provider by HTTP', () => {
  it('gets what its configuration says, with secrets from their files and every character whole', async () => {
    says(200);
    const token = join(dir, 'token');
    writeFileSync(token, 's3cret\n');
    const more = { secretFiles: { token }, headers: { Authorization: 'Bearer {{token}}' } };
    const body = { to: ['{{phoneDigits}}'], tpl: { id: 7, vars: ['{{code}}', '{{minutes}}'] }, text: '{{text}}' };
    await expect(send({ ...more, body })).resolves.toEqual({ outcome: 'sent' });
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer s3cret' });
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      to: ['8613800138000'],
      tpl: { id: 7, vars: ['042917', '10'] },
      text: MESSAGE.text,
    });
    await send({
      ...more,
      bodyType: 'form',
      body: { mobile: '{{phoneLocal}}', param: { code: '{{code}}' }, pw: '{{token}}' },
    });
    expect(Object.fromEntries(new URLSearchParams(asked[1]?.body))).toEqual({
      mobile: '13800138000',
      param: '{"code":"042917"}',
      pw: 's3cret',
    });
  });

  it.each([
    [200, 'sent'],
    [204, 'sent'],
    [302, 'refused'],
    [400, 'refused'],
    [403, 'refused'],
    [408, 'away'],
    [429, 'away'],
    [500, 'away'],
    [503, 'away'],
  ])('takes status %i as %s', async (status, outcome) => {
    says(status, '', { location: `${url}/elsewhere` });
    await expect(send()).resolves.toMatchObject({ outcome });
    // A redirect is not followed: the code would go where nobody said.
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['{"Response":{"Set":[{"Code":"Ok"}]}}', 'sent'],
    ['{"Response":{"Set":[{"Code":"LimitExceeded"}]}}', 'refused'],
    ['{"Response":{"Set":[]}}', 'refused'],
    ['{"Response":null}', 'refused'],
    ['<html>busy</html>', 'refused'],
    ['', 'refused'],
    [`{"Response":{"Set":[{"Code":"Ok"}]},"x":"${'x'.repeat(70_000)}"}`, 'refused'],
  ])('reads success inside the answer: %.40s is %s', async (body, outcome) => {
    says(200, body);
    await expect(send({ success: { path: 'Response.Set.0.Code', equals: 'Ok' } })).resolves.toMatchObject({ outcome });
  });

  it('is away when it is slow, trickles, hangs up or is not there, and never says the message', async () => {
    const outcomes: SendOutcome[] = [];
    answer = () => undefined;
    outcomes.push(await send());
    answer = (_request, reply) => {
      reply.writeHead(200);
      reply.write('{');
    };
    outcomes.push(await send({ success: { path: 'a', equals: 1 } }));
    answer = (request) => request.socket.destroy();
    outcomes.push(await send());
    outcomes.push(await send({ url: 'http://127.0.0.1:1/sms' }));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['away', 'away', 'away', 'away']);
    expect(JSON.stringify(outcomes)).not.toMatch(/042917|13800138000/u);
  });
});

describe('its configuration', () => {
  it.each([
    ['http://sms.example/send', false],
    ['ftp://sms.example/send', false],
    ['https://sms.example/send', true],
    ['http://localhost:8080/send', true],
    ['http://127.0.0.1.evil.example/send', false],
  ])('%s: %s', (to, isTaken) => {
    expect(MessagesConfig.safeParse({ kind: 'http', url: to, body: BODY }).success).toBe(isTaken);
  });

  it.each([
    [{ body: { to: '{{phone}}' } }, /messages\.body/u],
    [{ body: { msg: '{{code}}' } }, /messages\.body/u],
    [{ body: { ...BODY, key: '{{tokn}}' } }, /\{\{tokn\}\}/u],
    [{ headers: { 'X-Key': '{{token}}' } }, /\{\{token\}\}/u],
    [{ secretFiles: { token: '/nowhere/token' } }, /secretFiles\.token/u],
  ])('is refused at the start: %o', (more, words) => {
    expect(() => portOf(more)).toThrow(words);
  });
});
