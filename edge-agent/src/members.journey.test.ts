/** Members by the API of a real agent: joining at kiosk, till and with staff, and every right a person has over their data. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Arguments } from '@tillside/agent-contract';
import { numericCode } from '@tillside/decide';
import type { Envelope, EventBody, EventType } from '@tillside/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRotatingCode } from './members/rotating-code.ts';
import { unseal } from './members/sealing.ts';
import { importItems } from './prices/import.ts';
import { type Caller, ITEMS_CSV, type Rig, startRig, TEST_PIN } from './testing.ts';

type Joining = Arguments<'signUp'>['body'];

let rig: Rig;
let kiosk: Caller;
let till: Caller;
let staff: Caller;
let version: string;
let keys = 0;
const key = (): string => `k${keys++}`;

beforeAll(async () => {
  rig = await startRig({ hub: { url: 'https://hq.example:9', pairingCode: 'NONE' } });
  const { journal, clock } = rig.agent.app;
  importItems(journal, clock, ITEMS_CSV);
  [kiosk, till, staff] = await Promise.all([rig.pair('kiosk', '1'), rig.pair('terminal', '1'), rig.pair('staff')]);
  staff.session = (await staff.call('staffSignIn', { body: { pin: TEST_PIN } })).session;
  version = (await kiosk.call('consentTexts', {})).version;
});
afterAll(() => rig?.stop());

const consents = (granted: readonly string[] = ['membership']): Joining['consents'] =>
  (['membership', 'personalisation', 'marketing'] as const).map((purpose) => ({
    purpose,
    granted: granted.includes(purpose),
    textVersion: version,
  }));
const joining = (phone: string, more: Partial<Joining> = {}): Joining => ({
  phone,
  consents: consents(),
  isOldEnough: true,
  locale: 'zh-CN',
  ...more,
});
const joinUp = (phone: string, more: Partial<Joining> = {}) =>
  kiosk.call('signUp', { key: key(), body: joining(phone, more) });
const told = <T extends EventType>(type: T, memberId: string): EventBody<T>[] =>
  rig.agent.app.journal
    .all<{ envelope: string }>('SELECT envelope FROM event WHERE type = ?', type)
    .map(({ envelope }) => (JSON.parse(envelope) as Envelope).data as EventBody<T>)
    .filter((body) => (body as { memberId?: string }).memberId === memberId);
const opened = (memberId: string, profile: EventBody<'tillside.member.corrected.v1'>['profile']) =>
  unseal(Buffer.from(rig.agent.app.journal.keys.get(memberId) ?? '', 'base64url'), memberId, profile);

describe('joining', () => {
  it('gives a code, and a word for the phone of which HQ hears only the hash', async () => {
    const member = await joinUp('13800138000', { birthday: '1990-02-03', name: '林晓' });
    const word = /^https:\/\/hq\.example:9\/m\/#claim=([\w-]{22})$/.exec(member.claimUrl ?? '')?.[1] ?? '';
    const [event] = told('tillside.member.joined.v1', member.memberId);
    expect(event).toMatchObject({
      channel: 'kiosk',
      claimHash: createHash('sha256').update(word).digest('hex'),
      claimUntil: member.claimUntil,
      codeHash: createHash('sha256').update(member.code.slice(3)).digest('hex'),
    });
    if (event?.profile === undefined) throw new Error('nothing was sealed');
    expect(opened(member.memberId, event.profile)).toEqual({
      phone: '+8613800138000',
      birthday: '1990-02-03',
      name: '林晓',
    });
  });

  it('at a till and with a colleague is the same, by another way in', async () => {
    const atTill = await till.call('signUpAtTill', { key: key(), body: joining('13800138101') });
    const withStaff = await staff.call('signUpByStaff', { key: key(), body: joining('13800138102') });
    expect(told('tillside.member.joined.v1', atTill.memberId)[0]?.channel).toBe('till');
    expect(told('tillside.member.joined.v1', withStaff.memberId)[0]?.channel).toBe('staff');
    await expect(
      kiosk.call('signUpByStaff' as 'signUp', { key: key(), body: joining('13800138103') }),
    ).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('is refused without consent, age, the texts in force, or with a phone that is known', async () => {
    const refused = (more: Partial<Joining>) => expect(joinUp('13800138200', more)).rejects;
    await refused({ consents: consents(['marketing']) }).toMatchObject({ code: 'CONSENT_NEEDED' });
    await refused({ isOldEnough: undefined }).toMatchObject({ code: 'AGE_NEEDED' });
    await refused({ isOldEnough: false }).toMatchObject({ code: 'MEMBER_UNDER_14' });
    await refused({ birthday: '2024-01-01' }).toMatchObject({ code: 'MEMBER_UNDER_14' });
    await refused({ birthday: '2000-02-30' }).toMatchObject({ code: 'BIRTHDAY_REFUSED' });
    const other = consents().map((consent) => ({ ...consent, textVersion: 'of-last-year' }));
    await refused({ consents: other }).toMatchObject({ code: 'CONSENT_TEXT_UNKNOWN' });
    await joinUp('13800138200');
    const again = await joinUp('+86 138-0013-8200').catch((error: unknown) => JSON.stringify(error));
    expect(again).toContain('MEMBER_EXISTS');
    expect(again).not.toMatch(/8200|TM:|"m[0-9a-f]{24}/);
  });

  it('keeps nothing for retries by which a phone could be found by trying', async () => {
    const body = joining('13800138300');
    const once = key();
    const member = await kiosk.call('signUp', { key: once, body });
    expect(await kiosk.call('signUp', { key: once, body })).toEqual(member);
    await expect(kiosk.call('signUp', { key: once, body: joining('13800138301') })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    const plain = createHash('sha256')
      .update(JSON.stringify(['signUp', undefined, body]))
      .digest('hex');
    const rows = rig.agent.app.journal.all<{ request_hash: string }>('SELECT request_hash FROM idempotency');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ request_hash }) => request_hash)).not.toContain(plain);
    await kiosk.call('forgetMember', { key: key(), body: { code: member.code } });
    const left = rig.agent.app.journal.all<{ response: string }>('SELECT response FROM idempotency');
    expect(left.filter(({ response }) => response.includes(member.code))).toEqual([]);
  });
});

describe('what is theirs', () => {
  it('is opened by no code of a phone but through a visit, and what a colleague scanned opens nothing more', async () => {
    const phone = generateKeyPairSync('ed25519');
    const publicKey = phone.publicKey.export({ format: 'jwk' }).x ?? '';
    const { memberId } = await joinUp('13800138410', { publicKey });
    const code = makeRotatingCode(phone.privateKey, rig.agent.app.clock.now());
    const consent = { purpose: 'marketing', granted: true, textVersion: version } as const;
    for (const call of [
      () => kiosk.call('ownData', { body: { code } }),
      () => kiosk.call('ownStatement', { body: { code } }),
      () => kiosk.call('changeConsent', { key: key(), body: { code, consent } }),
      () => kiosk.call('forgetMember', { key: key(), body: { code } }),
      () => kiosk.call('ownData', { body: { code: '123456789012345678' } }),
    ])
      await expect(call()).rejects.toMatchObject({ code: expect.stringMatching(/^(VISIT_ENDED|MEMBER_UNKNOWN)$/) });
    expect(told('tillside.member.erased.v1', memberId)).toEqual([]);
    const { visit } = await kiosk.call('signIn', { body: { code } });
    expect(await kiosk.call('ownData', { body: { code: visit } })).toMatchObject({ memberId });
    const find = (shown: string) => staff.call('findMember', { body: { code: shown, reason: 'lost-code' } });
    await expect(find(code)).rejects.toMatchObject({ code: 'MEMBER_CODE_USED' });
    const next = makeRotatingCode(phone.privateKey, rig.agent.app.clock.now() + 30_000);
    expect(await find(next)).toMatchObject({ memberId });
    await expect(kiosk.call('signIn', { body: { code: next } })).rejects.toMatchObject({ code: 'MEMBER_CODE_USED' });
  });

  it('is not opened by digits that nobody could check', async () => {
    const { memberId } = await joinUp('13800138420');
    const { journal } = rig.agent.app;
    journal.write((tx) => tx.run(`UPDATE member SET number = '123456789' WHERE member_id = ?`, memberId));
    const code = numericCode({ number: '123456789', password: '000000' });
    await expect(kiosk.call('signIn', { body: { code } })).rejects.toMatchObject({ code: 'MEMBER_CODE_UNCHECKED' });
  });

  it('is reached by the word of a visit, at the kiosk where it began, until it ends', async () => {
    const { code, memberId } = await joinUp('13800138400');
    const home = await kiosk.call('signIn', { body: { code } });
    expect(home).toMatchObject({ memberId, personalised: false });
    expect(await kiosk.call('ownData', { body: { code: home.visit } })).toMatchObject({ memberId });
    const other = await rig.pair('kiosk', '2');
    await expect(other.call('ownData', { body: { code: home.visit } })).rejects.toMatchObject({ code: 'VISIT_ENDED' });
    await other.call('endVisit', { body: { code: home.visit } });
    await kiosk.call('ownData', { body: { code: home.visit } });
    await kiosk.call('endVisit', { body: { code: home.visit } });
    await expect(kiosk.call('ownData', { body: { code: home.visit } })).rejects.toMatchObject({ code: 'VISIT_ENDED' });
  });

  it('each consent is given and withdrawn apart, and a withdrawal is taken whatever text it names', async () => {
    const { code, memberId } = await joinUp('13800138500', { consents: consents(['membership', 'personalisation']) });
    const { visit } = await kiosk.call('signIn', { body: { code } });
    const change = (purpose: 'personalisation' | 'marketing', granted: boolean, textVersion = version) =>
      kiosk.call('changeConsent', { key: key(), body: { code: visit, consent: { purpose, granted, textVersion } } });
    await change('marketing', true);
    await expect(change('marketing', true, 'old')).rejects.toMatchObject({ code: 'CONSENT_TEXT_UNKNOWN' });
    await change('personalisation', false, 'old');
    expect(told('tillside.consent.changed.v1', memberId).map(({ purpose, granted }) => [purpose, granted])).toEqual([
      ['marketing', true],
      ['personalisation', false],
    ]);
    const home = await kiosk.call('signIn', { body: { code } });
    expect(home.personalised).toBe(false);
    const data = await kiosk.call('ownData', { body: { code } });
    expect(data.consents.map(({ purpose, granted }) => `${purpose} ${granted}`)).toEqual([
      'membership true',
      'marketing true',
      'personalisation false',
    ]);
  });

  it('is set right by themselves: sealed again, found by the new phone, never by the old one', async () => {
    const { code, memberId } = await joinUp('13800138600', { birthday: '1990-02-03', name: 'Lin' });
    await joinUp('13800138601');
    const correct = (more: Omit<Arguments<'correctOwnData'>['body'], 'code'>) =>
      kiosk.call('correctOwnData', { key: key(), body: { code, ...more } });
    await expect(correct({ phone: '13800138601' })).rejects.toMatchObject({ code: 'MEMBER_EXISTS' });
    await expect(correct({ birthday: '2024-05-06' })).rejects.toMatchObject({ code: 'MEMBER_UNDER_14' });
    await correct({ phone: '13800138602', birthday: '02-29', name: null });
    expect((await kiosk.call('ownData', { body: { code } })).profile).toEqual({
      phone: '+8613800138602',
      birthday: '02-29',
    });
    const [event] = told('tillside.member.corrected.v1', memberId);
    expect(event?.by).toBe('member');
    if (event !== undefined) expect(opened(memberId, event.profile)).toMatchObject({ phone: '+8613800138602' });
    await joinUp('13800138600');
    await expect(joinUp('13800138602')).rejects.toMatchObject({ code: 'MEMBER_EXISTS' });
  });

  it('goes when they leave, also by withdrawing membership', async () => {
    const first = await joinUp('13800138700');
    await kiosk.call('forgetMember', { key: key(), body: { code: first.code } });
    const { code, memberId } = await joinUp('13800138700');
    const consent = { purpose: 'membership', granted: false, textVersion: version } as const;
    await kiosk.call('changeConsent', { key: key(), body: { code, consent } });
    expect(rig.agent.app.journal.keys.get(memberId)).toBeUndefined();
    expect(told('tillside.member.erased.v1', memberId)).toMatchObject([{ by: 'member' }]);
    await expect(kiosk.call('signIn', { body: { code } })).rejects.toMatchObject({ code: 'MEMBER_UNKNOWN' });
  });
});

describe('a colleague', () => {
  const reason = 'asked-by-member' as const;

  it('finds a member by phone, sees its ends alone, and is written down', async () => {
    const { memberId } = await joinUp('13800138800', { name: '林晓', birthday: '1990-02-03' });
    const found = await staff.call('findMember', { body: { phone: '138 0013 8800', reason: 'lost-code' } });
    expect(found).toMatchObject({ memberId, maskedPhone: '+86****8800', isKeptHere: true });
    expect(JSON.stringify(found)).not.toMatch(/13800138800|林晓|1990/);
    expect(told('tillside.member.accessed.v1', memberId)).toMatchObject([
      { staffId: 'staff-1', what: 'find', reason: 'lost-code' },
    ]);
    await expect(staff.call('findMember', { body: { phone: '13800138899', reason } })).rejects.toMatchObject({
      code: 'MEMBER_UNKNOWN',
    });
    await expect(
      staff.call('findMember', { body: { phone: '13800138800', reason: 'curious' as typeof reason } }),
    ).rejects.toMatchObject({ code: 'BODY_REFUSED' });
  });

  it('changes a consent, corrects, exports and forgets on the wish of the member, each with its line', async () => {
    const { memberId, code } = await joinUp('13800138900');
    const params = { memberId };
    const consent = { purpose: 'marketing', granted: true, textVersion: version } as const;
    const after = await staff.call('changeMemberConsent', { key: key(), params, body: { consent, reason } });
    expect(after.consents.find(({ purpose }) => purpose === 'marketing')?.granted).toBe(true);
    const corrected = await staff.call('correctMember', { key: key(), params, body: { phone: '13800138901', reason } });
    expect(corrected.maskedPhone).toBe('+86****8901');
    const data = await staff.call('memberData', { params, body: { reason } });
    expect(data.profile?.phone).toBe('+8613800138901');
    expect(data.accesses.map(({ what }) => what)).toEqual(['consent', 'correct', 'export']);
    const statement = await staff.call('memberStatement', { params, body: { reason } });
    expect(statement).toMatchObject({ available: data.pointsBalance, lines: [] });
    await staff.call('forgetMemberByStaff', { key: key(), params, body: { reason } });
    expect(told('tillside.member.accessed.v1', memberId).map(({ what }) => what)).toEqual([
      'consent',
      'correct',
      'export',
      'view',
      'erase',
    ]);
    expect(told('tillside.member.erased.v1', memberId)).toMatchObject([{ by: 'staff' }]);
    await expect(kiosk.call('signIn', { body: { code } })).rejects.toMatchObject({ code: 'MEMBER_UNKNOWN' });
  });

  it('who tries many numbers is braked', async () => {
    const look = () =>
      staff.call('findMember', { body: { phone: '13900000000', reason } }).catch((error) => error.code);
    const seen = new Set<unknown>();
    for (let n = 0; n < 40; n++) seen.add(await look());
    expect([...seen]).toEqual(['MEMBER_UNKNOWN', 'TOO_MANY_ATTEMPTS']);
  });
});

describe('a member with an open basket', () => {
  const open = async (code: string) => {
    const { basketId } = await till.call('openBasket', { key: key(), body: { cashierId: 'c1' } });
    const params = { basketId };
    await till.call('setMember', { key: key(), params, body: { code } });
    return till.call('addLine', { key: key(), params, body: { sku: 'milk' } });
  };

  it('who leaves is a guest in it: it is sold, and nothing is kept of them', async () => {
    const { code, memberId } = await joinUp('13800139000');
    const view = await open(code);
    expect(view.member?.memberId).toBe(memberId);
    await kiosk.call('forgetMember', { key: key(), body: { code } });
    const params = { basketId: view.basketId };
    const after = await till.call('getBasket', { params });
    expect(after.member).toBeUndefined();
    const sale = await till.call('completeBasket', {
      key: key(),
      params,
      body: {
        cashierId: 'c1',
        expectedPayableFen: after.decision.payableFen,
        tenders: [{ kind: 'cash', amountFen: after.decision.payableFen }],
      },
    });
    const { body } = rig.agent.app.journal.get<{ body: string }>(
      'SELECT body FROM sale WHERE sale_id = ?',
      sale.saleId,
    ) ?? {
      body: '',
    };
    expect(body).toContain('milk');
    expect(body).not.toContain(memberId);
    expect(told('tillside.member.joined.v1', memberId)).toHaveLength(1);
    for (const table of ['purchase', 'member', 'coupon'])
      expect(rig.agent.app.journal.all(`SELECT * FROM ${table} WHERE member_id = ?`, memberId), table).toEqual([]);
  });

  it('who withdraws personalisation has recommendations of everybody from the next answer on', async () => {
    const { code } = await joinUp('13800139100', { consents: consents(['membership', 'personalisation']) });
    const { basketId } = await open(code);
    const consent = { purpose: 'personalisation', granted: false, textVersion: version } as const;
    await kiosk.call('changeConsent', { key: key(), body: { code, consent } });
    const { basket, recommendations } = await till.call('getDecision', { params: { basketId } });
    expect(basket.member).toBeDefined();
    expect(['popularity', 'co-occurrence', 'none']).toContain(recommendations.source);
  });
});

it('nothing personal is in the journal in clear', () => {
  const journal = readFileSync(join(rig.dir, 'journal.db')).toString('latin1');
  const log = readFileSync(join(rig.dir, 'journal.db-wal')).toString('latin1');
  for (const text of ['13800138', Buffer.from('林晓').toString('latin1'), '1990-02-03'])
    expect(`${journal}${log}`.includes(text), text).toBe(false);
});
