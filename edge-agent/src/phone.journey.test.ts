/** A phone is proven at the kiosk of a real agent, over a message gateway on a real port: at once, later, and by nobody else. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join as pathOf } from 'node:path';
import type { Envelope } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { postPoints } from './points/entries.ts';
import { instantOf } from './ports.ts';
import { importItems } from './prices/import.ts';
import { type Caller, ITEMS_CSV, type Rig, startRig } from './testing.ts';

/** A message gateway on a real port: it answers by `reply`, and keeps what it was asked to send. */
class Gateway {
  readonly sent: { phone: string; code: string; text: string }[] = [];
  isAway = false;
  #server: Server = createServer((asked, answer) => void this.#take(asked, answer));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/send`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #take(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    if (this.isAway) {
      asked.socket.destroy();
      return;
    }
    let body = '';
    for await (const part of asked) body += part;
    this.sent.push(JSON.parse(body));
    answer.end('{"code":"OK"}');
  }

  /** Of the newest message. */
  get code(): string {
    return this.sent.at(-1)?.code ?? '';
  }
}

const PHONE = '13800138000';
const VERSION = 1_764_000_000_000;
let gateway: Gateway;
let rig: Rig;
let kiosk: Caller;
let textVersion: string;
const clock = { ms: VERSION, now: () => clock.ms };

beforeEach(async () => {
  clock.ms = VERSION;
  gateway = new Gateway();
  const url = await gateway.start();
  rig = await startRig(
    {
      messages: {
        kind: 'http',
        url,
        body: { phone: '{{phone}}', code: '{{code}}', text: '{{text}}' },
        success: { path: 'code', equals: 'OK' },
      },
    },
    clock,
  );
  kiosk = await rig.pair('kiosk');
  textVersion = (await kiosk.call('consentTexts', {})).version;
});

afterEach(async () => {
  await rig.stop();
  gateway.stop();
});

let keys = 0;
const send = (phone = PHONE, from = kiosk) => from.call('sendPhoneCode', { body: { phone, locale: 'zh-CN' } });
const join = (phone: string, phoneCode?: { requestId: string; code?: string }, key = `join-${keys++}`) =>
  kiosk.call('signUp', {
    key,
    body: {
      phone,
      isOldEnough: true,
      locale: 'zh-CN',
      consents: [{ purpose: 'membership', granted: true, textVersion }],
      ...(phoneCode === undefined ? {} : { phoneCode }),
    },
  });
const home = (code: string) => kiosk.call('signIn', { body: { code } });
const wrongOf = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');
const refused = (code: string) => expect.objectContaining({ code });
const later = (ms: number): void => {
  clock.ms += ms;
};
async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; !what(); tries += 1) {
    if (tries > 200) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('a phone that is proven by a code', () => {
  it('joins with it, and signs in by the next one', async () => {
    const asked = await send();
    expect(asked).toMatchObject({ state: 'sent', digits: 6 });
    expect(gateway.sent[0]).toMatchObject({ phone: '+8613800138000', text: expect.stringContaining('【测试店】') });
    const joined = await join(PHONE, { requestId: asked.requestId, code: gateway.code });
    expect(joined.isPhoneVerified).toBe(true);
    await expect(home(joined.code)).resolves.toMatchObject({ isPhoneVerified: true, maskedPhone: '+86****8000' });
    later(61_000);
    const again = await send();
    const shown = { requestId: again.requestId, code: gateway.code };
    // Known number and right code: the kiosk signs in by the same.
    await expect(join(PHONE, shown)).rejects.toEqual(refused('MEMBER_EXISTS'));
    await expect(kiosk.call('phoneSignIn', { body: shown })).resolves.toMatchObject({ memberId: joined.memberId });
    await expect(kiosk.call('phoneSignIn', { body: shown })).rejects.toEqual(refused('PHONE_CODE_OVER'));
  });

  it('answers a retry of the sign-up as before, though its code is spent', async () => {
    const { requestId } = await send();
    const first = await join(PHONE, { requestId, code: gateway.code }, 'same');
    await expect(join(PHONE, { requestId, code: gateway.code }, 'same')).resolves.toEqual(first);
  });

  it('says the same of a number that a member has and of one that nobody has', async () => {
    const { requestId } = await send();
    await join(PHONE, { requestId, code: gateway.code });
    later(61_000);
    const shape = ({ state, digits }: Awaited<ReturnType<typeof send>>) => ({ state, digits });
    expect(shape(await send())).toEqual(shape(await send('13900139000')));
  });

  it('takes no wrong code, no code of another number, kiosk or time, and none six times', async () => {
    const { requestId } = await send();
    const code = gateway.code;
    const other = await rig.pair('kiosk');
    await expect(other.call('phoneSignIn', { body: { requestId, code } })).rejects.toEqual(refused('PHONE_CODE_OVER'));
    await expect(join('13900139000', { requestId, code })).rejects.toEqual(refused('PHONE_CODE_OVER'));
    for (let tries = 1; tries <= 4; tries += 1)
      await expect(join(PHONE, { requestId, code: wrongOf(code) })).rejects.toEqual(refused('PHONE_CODE_WRONG'));
    await expect(join(PHONE, { requestId, code: '😀' })).rejects.toEqual(refused('PHONE_CODE_USED_UP'));
    await expect(join(PHONE, { requestId, code })).rejects.toEqual(refused('PHONE_CODE_USED_UP'));
    later(61_000);
    const next = await send();
    later(10 * 60_000);
    await expect(join(PHONE, { requestId: next.requestId, code: gateway.code })).rejects.toEqual(
      refused('PHONE_CODE_OVER'),
    );
    // None of these made a member.
    await expect(home('TM:anybody')).rejects.toEqual(refused('MEMBER_UNKNOWN'));
    expect(rig.agent.app.journal.get('SELECT 1 AS yes FROM member')).toBeUndefined();
  });

  it('is no pump: a number gets one a minute and five a day, whoever asks', async () => {
    await send();
    await expect(send()).rejects.toEqual(refused('PHONE_CODE_TOO_SOON'));
    for (let count = 2; count <= 5; count += 1) {
      later(61_000);
      await send();
    }
    later(61_000);
    await expect(send(PHONE, await rig.pair('kiosk'))).rejects.toEqual(refused('PHONE_CODE_LIMIT'));
    expect(gateway.sent).toHaveLength(5);
    later(86_400_000);
    await send();
  });

  it('stays good over a restart of the agent, and nothing on the disk says the number or the code', async () => {
    const { requestId } = await send();
    const { code } = gateway;
    await rig.restart();
    const files = ['journal.db', 'journal.db-wal'].map((name) =>
      readFileSync(pathOf(rig.dir, name)).toString('latin1'),
    );
    for (const text of files) {
      expect(text).not.toContain('13800138000');
      expect(text).not.toContain(`"${code}"`);
    }
    expect((await join(PHONE, { requestId, code })).isPhoneVerified).toBe(true);
  });
});

describe('a phone that is proven later', () => {
  const events = (memberId: string): string[] =>
    rig.agent.app.journal
      .all<{ type: string; envelope: string }>(`SELECT type, envelope FROM event WHERE stream = 'members' ORDER BY seq`)
      .filter(
        ({ envelope }) => ((JSON.parse(envelope) as Envelope).data as { memberId?: string }).memberId === memberId,
      )
      .map(({ type }) => type);
  const earn = (memberId: string, points: number): void =>
    rig.agent.app.journal.write((tx) => {
      const at = instantOf(clock.ms);
      postPoints(tx, [{ entryId: `earn:store-test:${memberId}`, memberId, kind: 'earn', points, at }]);
    });
  const joinOffline = async (phone = PHONE) => {
    gateway.isAway = true;
    const { requestId, state } = await send(phone);
    expect(state).toBe('waiting');
    return { requestId, ...(await join(phone, { requestId })) };
  };

  it('the message goes out by itself when the gateway is back; until then points are earned and not spent', async () => {
    const { memberId, code, isPhoneVerified } = await joinOffline();
    expect(isPhoneVerified).toBe(false);
    expect(rig.agent.app.status('en').conditions.map((each) => each.code)).toContain('MESSAGES_AWAY');
    earn(memberId, 500);
    importItems(rig.agent.app.journal, clock, ITEMS_CSV);
    const till = await rig.pair('terminal', '1');
    const { basketId } = await till.call('openBasket', { key: 'b', body: { cashierId: 'lin' } });
    await till.call('addLine', { params: { basketId }, key: 'l', body: { sku: 'milk', quantity: 1 } });
    await till.call('setMember', { params: { basketId }, key: 'm', body: { code } });
    const pay = (key: string) => till.call('payWithPoints', { params: { basketId }, key, body: { points: 100 } });
    await expect(pay('p1')).rejects.toEqual(refused('MEMBER_UNVERIFIED'));

    later(2 * 86_400_000);
    gateway.isAway = false;
    await until(() => gateway.sent.length === 1);
    expect(gateway.sent[0]?.text).toMatch(/5 天内/u);
    const { visit, isPhoneVerified: before } = await home(code);
    expect(before).toBe(false);
    await expect(kiosk.call('verifyPhone', { body: { visit, code: wrongOf(gateway.code) } })).rejects.toEqual(
      refused('PHONE_CODE_WRONG'),
    );
    await kiosk.call('verifyPhone', { body: { visit, code: gateway.code } });
    await expect(home(code)).resolves.toMatchObject({ isPhoneVerified: true });
    await expect(pay('p2')).resolves.toMatchObject({ basketId });
    expect(events(memberId)).toEqual(['tillside.member.joined.v1', 'tillside.member.verified.v1']);
    expect(rig.agent.app.status('en').conditions.map((each) => each.code)).not.toContain('MESSAGES_AWAY');
  });

  it('whoever proves a number gets it; who joined with it keeps card and points, and cannot be signed in to by it', async () => {
    const taker = await joinOffline();
    gateway.isAway = false;
    later(5_000);
    await until(() => gateway.sent.length === 1);
    later(61_000);
    const owner = await send();
    const shown = { requestId: owner.requestId, code: gateway.code };
    await expect(kiosk.call('phoneSignIn', { body: shown })).rejects.toEqual(refused('MEMBER_UNKNOWN'));
    const joined = await join(PHONE, shown);
    expect(joined).toMatchObject({ isPhoneVerified: true });
    const theirs = await home(taker.code);
    expect(theirs).toMatchObject({ memberId: taker.memberId, isPhoneVerified: false });
    expect(theirs.maskedPhone).toBeUndefined();
    // The message of the taker proves nothing of theirs any more.
    await expect(
      kiosk.call('verifyPhone', { body: { visit: theirs.visit, code: gateway.sent[0]?.code ?? '' } }),
    ).rejects.toEqual(refused('MEMBER_KEPT_ELSEWHERE'));
    expect(events(taker.memberId)).toEqual(['tillside.member.joined.v1', 'tillside.member.corrected.v1']);
  });

  it('a sign-up that is not made leaves no message behind, and an erased member gets none', async () => {
    gateway.isAway = true;
    await send('13900139000');
    const { code } = await joinOffline();
    await kiosk.call('forgetMember', { key: 'f', body: { code } });
    later(10 * 60_000 + 1);
    gateway.isAway = false;
    const waiting = () =>
      rig.agent.app.journal.get<{ n: number }>(
        'SELECT count(*) AS n FROM phone_code WHERE is_waiting = 1 OR sealed IS NOT NULL',
      )?.n;
    await until(() => waiting() === 0);
    expect(gateway.sent).toEqual([]);
  });

  it('another number is to be proven again', async () => {
    const { requestId } = await send();
    const { code } = await join(PHONE, { requestId, code: gateway.code });
    const { visit } = await home(code);
    await kiosk.call('correctOwnData', { key: 'c', body: { code: visit, phone: '13900139000' } });
    await expect(home(code)).resolves.toMatchObject({ isPhoneVerified: false });
    const own = await kiosk.call('sendOwnCode', { body: { visit, locale: 'en' } });
    expect(gateway.sent.at(-1)).toMatchObject({ phone: '+8613900139000', text: expect.stringContaining('Test store') });
    await kiosk.call('verifyPhone', { body: { visit, requestId: own.requestId, code: gateway.code } });
    await expect(home(code)).resolves.toMatchObject({ isPhoneVerified: true });
  });
});
