/** The page of messages that a demo's agent sends nowhere: for this machine, and for nobody who only leads a browser here. */
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Rig, startRig } from '../testing.ts';

const PHONE = '13800138000';
let rig: Rig;
beforeEach(async () => {
  rig = await startRig({ messages: { kind: 'outbox' } });
});
afterEach(() => rig.stop());

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function get(path: string, headers: Record<string, string> = {}, hostname = '127.0.0.1'): Promise<Got> {
  const { port } = new URL(rig.agent.url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

async function send(): Promise<void> {
  const kiosk = await rig.pair('kiosk');
  await kiosk.call('sendPhoneCode', { body: { phone: PHONE, locale: 'zh-CN' } });
}

it('says that nothing was sent yet, in the language that is asked for', async () => {
  expect((await get('/outbox/')).body).toContain('还没有消息');
  expect((await get('/outbox/', { 'accept-language': 'en-GB,en' })).body).toContain('No message yet');
  expect((await get('/outbox/?lang=en', { 'accept-language': 'zh-CN' })).body).toContain('<html lang="en">');
});

it('shows the code, and of the number only its end; it runs nothing and is kept nowhere', async () => {
  await send();
  const { messages } = JSON.parse((await get('/outbox/messages.json')).body) as {
    messages: { code: string; phone: string }[];
  };
  expect(messages).toEqual([expect.objectContaining({ phone: '+86****8000', code: expect.stringMatching(/^\d{6}$/) })]);
  const page = await get('/outbox/');
  expect(page.body).toContain(`<p class="code">${messages[0]?.code}</p>`);
  expect(page.body).not.toContain(PHONE.slice(0, 7));
  expect(page.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': expect.stringContaining("default-src 'none'"),
  });
});

it('refuses who asks for it by another name', async () => {
  await send();
  for (const host of [
    'rebound.example',
    'rebound.example:80',
    'localhost.rebound.example',
    '127.0.0.1.rebound.example',
  ])
    for (const path of ['/outbox/', '/outbox', '/outbox/messages.json']) {
      const got = await get(path, { host });
      expect(got.status, `${host} ${path}`).toBe(403);
      expect(JSON.parse(got.body), `${host} ${path}`).toMatchObject({ code: 'NOT_ALLOWED' });
    }
});

const OUTSIDE = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
it.skipIf(OUTSIDE === undefined)('refuses who comes over the network (skipped on a machine without one)', async () => {
  await rig.stop();
  rig = await startRig({ messages: { kind: 'outbox' }, host: '0.0.0.0' });
  await send();
  expect((await get('/outbox/', { host: 'localhost' })).status).toBe(200);
  const got = await get('/outbox/', { host: 'localhost' }, OUTSIDE);
  expect(got.status).toBe(403);
});

it('is not there where messages go to a provider, or nowhere', async () => {
  await rig.stop();
  rig = await startRig({});
  expect((await get('/outbox/')).status).toBe(404);
  expect((await get('/outbox/messages.json')).status).toBe(404);
});
