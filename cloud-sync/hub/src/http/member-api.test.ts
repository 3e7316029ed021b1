import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hubRoutes, type PartnerScope } from '@tillside/hub-contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyProof } from '../members/erasure-proof.ts';
import { refusalOf, type TestHub, testHub } from '../testing/hub.ts';

const PHONE = '+8613912345678';
const reason = 'order 4711';
const consents = [{ purpose: 'membership', granted: true, textVersion: 'v1' }];
let hub: TestHub;
let shop: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;
beforeAll(async () => {
  hub = await testHub();
  shop = await partner(['members:read', 'members:write', 'points:write', 'erase', 'webhooks']);
});
afterAll(() => hub.dispose());

async function partner(scopes: PartnerScope[]) {
  const { credential } = await hub.call('createPartner', { body: { name: 'shop', scopes } });
  return (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${hub.hub.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}
const json = async (answer: Promise<Response>): Promise<Record<string, never>> => {
  const response = await answer;
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Record<string, never>;
};
let keys = 0;
const nextKey = (): string => {
  keys += 1;
  return `k${keys}`;
};
const signUp = (input: object, key = nextKey()) =>
  shop('/v1/members', { isOldEnough: true, consents, ...input }, { 'idempotency-key': key });
const fresh = async (phone: string): Promise<string> => (await json(signUp({ phone }))).memberId ?? '';

describe('who may', () => {
  test('a partner has its scopes, is revoked at once, and is no operator', async () => {
    const reader = await partner(['members:read']);
    expect((await reader('/v1/members/duplicates')).status).toBe(200);
    expect(await refusalOf(reader('/v1/webhooks'))).toMatchObject({ status: 403, code: 'HUB_SCOPE_REFUSED' });
    expect(await refusalOf(reader('/v1/stores'))).toMatchObject({ code: 'HUB_ROLE_REFUSED' });
    const { credentials } = await hub.call('credentials');
    const held = credentials.find(({ kind, scopes }) => kind === 'partner' && scopes.length === 1);
    await hub.call('revokeCredential', { params: { id: held?.id ?? '' } });
    expect(await refusalOf(reader('/v1/members/duplicates'))).toMatchObject({ code: 'HUB_CREDENTIAL_REFUSED' });
  });

  test('a partner is paired by a code that says what it may do; scopes are of partners alone', async () => {
    const { code } = await hub.call('createPairing', { body: { kind: 'partner', scopes: ['webhooks'] } });
    const paired = await fetch(`${hub.hub.url}/v1/pair`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, kind: 'partner', name: 'CRM' }),
    });
    expect(await paired.json()).toMatchObject({ kind: 'partner', scopes: ['webhooks'] });
    for (const body of [{ kind: 'partner' }, { kind: 'operator', scopes: ['erase'] }] as const)
      await expect(hub.call('createPairing', { body: body as never })).rejects.toThrow('HUB_REQUEST_INVALID');
    await expect(hub.call('addStore', { body: { id: 'hq' } })).rejects.toThrow('HUB_REQUEST_INVALID');
  });

  test('every route for partners names a scope, and says so in OpenAPI', async () => {
    const openapi = (await (await fetch(`${hub.hub.url}/docs/json`)).json()) as {
      paths: Record<string, Record<string, { security?: unknown[] }>>;
    };
    for (const route of Object.values(hubRoutes)) {
      if (!('scope' in route)) continue;
      const described = openapi.paths[route.path.replaceAll(/:(\w+)/gu, '{$1}')]?.[route.method.toLowerCase()];
      expect([route.path, described?.security]).toEqual([route.path, [{ operator: [] }, { partner: [route.scope] }]]);
    }
  });
});

describe('a member at HQ', () => {
  test('signs up once for each key, is found as typed, and every look is written down', async () => {
    const first = await json(signUp({ phone: '139 1234-5678', name: 'Li', birthday: '1990-05-06' }, 'order-1'));
    expect(await json(signUp({ phone: '139 1234-5678', name: 'Li', birthday: '1990-05-06' }, 'order-1'))).toEqual(
      first,
    );
    expect(await refusalOf(signUp({ phone: '13912345678', name: 'Wang' }, 'order-1'))).toMatchObject({
      code: 'HUB_IDEMPOTENCY_CONFLICT',
    });
    expect(await refusalOf(signUp({ phone: PHONE }, 'order-2'))).toMatchObject({ code: 'HUB_MEMBER_EXISTS' });
    const found = await json(shop('/v1/members/find', { phone: '+86 139 1234 5678', reason }));
    expect(found).toMatchObject({ profile: { phone: PHONE, name: 'Li', birthday: '1990-05-06' }, home: 'hq' });
    const { memberId } = first;
    expect(await json(shop(`/v1/members/${memberId}?reason=call`))).toEqual(found);
    expect(await refusalOf(shop(`/v1/members/${memberId}`))).toMatchObject({ code: 'HUB_REQUEST_INVALID' });
    const { accesses } = await hub.call('memberAccesses', { params: { memberId: memberId ?? '' } });
    expect(accesses.map(({ by, what, reason: why }) => [by, what, why])).toEqual([
      ['partner shop', 'view', 'call'],
      ['partner shop', 'find', reason],
    ]);
  });

  test.each([
    [{ phone: '12' + '3456' }, '(phone)'],
    [{ phone: '13800000001', consents: [{ ...consents[0], granted: false }] }, '(consents: membership)'],
    [{ phone: '13800000001', birthday: `${new Date().getUTCFullYear() - 10}-01-01` }, '(under-14)'],
    [{ phone: '13800000001', isOldEnough: undefined }, '(not-said)'],
  ])('%j is refused', async (input, detail) => {
    const refusal = await refusalOf(signUp(input));
    expect(refusal).toMatchObject({ status: 422, code: 'HUB_MEMBER_REFUSED' });
    expect(refusal.message).toContain(detail);
  });

  test('needs a key; is set right; says yes and no; is labelled and linked', async () => {
    expect(await refusalOf(shop('/v1/members', { isOldEnough: true, consents }))).toMatchObject({
      code: 'HUB_IDEMPOTENCY_KEY_MISSING',
    });
    const [one, other] = [await fresh('13800000011'), await fresh('13800000012')];
    const corrected = await json(
      shop(`/v1/members/${one}/correct`, { phone: '13800000013', birthday: '02-29', reason }),
    );
    expect(corrected.profile).toEqual({ phone: '+8613800000013', birthday: '02-29' });
    expect(await refusalOf(shop(`/v1/members/${one}/correct`, { phone: '13800000012', reason }))).toMatchObject({
      code: 'HUB_MEMBER_EXISTS',
    });
    expect(await refusalOf(shop('/v1/members/find', { phone: '13800000011', reason }))).toMatchObject({ status: 404 });
    const said = { purpose: 'marketing', granted: true, textVersion: 'v2' };
    expect((await json(shop(`/v1/members/${one}/consents`, { ...said, reason }))).consents).toContainEqual(
      expect.objectContaining(said),
    );
    expect(
      await refusalOf(shop(`/v1/members/${one}/consents`, { ...said, purpose: 'membership', granted: false, reason })),
    ).toMatchObject({ code: 'HUB_MEMBERSHIP_IS_ERASURE' });
    expect(await json(shop(`/v1/members/${one}/tags`, { add: ['vip', 'tea'], remove: [], reason }))).toEqual({
      tags: ['vip', 'tea'],
    });
    expect(await json(shop(`/v1/members/${one}/tags`, { remove: ['tea'], reason }))).toEqual({ tags: ['vip'] });
    expect(await refusalOf(shop(`/v1/members/${one}/tags`, { add: ['x'] }))).toMatchObject({
      code: 'HUB_REQUEST_INVALID',
    });
    await json(shop(`/v1/members/${one}/points`, { kind: 'earn', id: 'seen/1', points: 1 }));
    await json(shop(`/v1/members/${one}/points?reason=call`));
    const { accesses } = await hub.call('memberAccesses', { params: { memberId: one } });
    expect(accesses.map(({ what, reason: why }) => [what, why])).toEqual([
      ['points', 'call'],
      ['points moved', 'earn seen/1'],
      ['tags', reason],
      ['tags', reason],
      ['consent', reason],
      // Once done, once refused.
      ['correct', reason],
      ['correct', reason],
    ]);
    const unsaid = shop(`/v1/members/${one}/household`, { household: other, reason });
    expect(await refusalOf(unsaid)).toMatchObject({ code: 'HUB_REQUEST_INVALID' });
    const linked = shop(`/v1/members/${one}/household`, { household: other, bothAgreed: true, reason });
    expect(await json(linked)).toMatchObject({
      household: other,
      householdMembers: [{ memberId: other, said: { reason } }],
    });
    expect(await json(shop(`/v1/members/${one}/household`, { household: null, reason }))).toEqual({
      household: null,
      householdMembers: [],
    });
  });

  test('merging is refused with oneself, joins points, and is undone exactly', async () => {
    const [one, other] = [await fresh('13800000021'), await fresh('13800000022')];
    for (const [memberId, id] of [
      [one, 'm1'],
      [other, 'm2'],
    ])
      await json(shop(`/v1/members/${memberId}/points`, { kind: 'earn', id, points: 100 }));
    expect(await refusalOf(shop(`/v1/members/${one}/merge`, { into: one, reason }))).toMatchObject({
      code: 'HUB_MERGE_REFUSED',
    });
    await json(shop(`/v1/members/${one}/merge`, { into: other, reason }));
    expect(await json(shop(`/v1/members/${one}?reason=x`))).toMatchObject({
      memberId: other,
      aliases: [one],
      points: { available: 200 },
    });
    await json(shop(`/v1/members/${one}/unmerge`, { reason }));
    expect(await json(shop(`/v1/members/${one}/points?reason=asked`))).toMatchObject({ available: 100 });
    expect(await refusalOf(shop(`/v1/members/${one}/unmerge`, { reason }))).toMatchObject({
      code: 'HUB_MERGE_REFUSED',
    });
  });
});

describe('points', () => {
  test('one cause is one entry; other content is refused; what is not there is not spent, not even at once', async () => {
    const id = await fresh('13800000031');
    const move = (body: object) => shop(`/v1/members/${id}/points`, body);
    const earn = { kind: 'earn', id: 'shop/1', points: 100 };
    const first = await json(move(earn));
    expect(await json(move(earn))).toEqual(first);
    expect(await refusalOf(move({ ...earn, points: 101 }))).toMatchObject({ code: 'HUB_IDEMPOTENCY_CONFLICT' });
    const burns = await Promise.all([1, 2, 3].map((order) => move({ kind: 'burn', id: `b/${order}`, points: 60 })));
    expect(burns.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const spent = burns.findIndex(({ status }) => status === 200) + 1;
    const of = `burn:hq:b/${spent}`;
    expect(await refusalOf(move({ kind: 'reverse', id: 'r/0', points: 61, of }))).toMatchObject({
      code: 'HUB_POINTS_REFUSED',
    });
    await json(move({ kind: 'reverse', id: 'r/1', points: 60, of }));
    expect(await refusalOf(move({ kind: 'reverse', id: 'r/2', points: 1, of }))).toMatchObject({
      code: 'HUB_POINTS_REFUSED',
    });
    expect(await refusalOf(move({ kind: 'adjust', id: 'a/1', points: -5 }))).toMatchObject({ status: 400 });
    await json(move({ kind: 'adjust', id: 'a/1', points: -5, reason: 'broken cup' }));
    const statement = await json(shop(`/v1/members/${id}/points?reason=asked`));
    expect(statement).toMatchObject({ available: 95, pending: 0, owed: 0 });
    expect((statement.lines as unknown as { points: number }[]).map(({ points }) => points)).toEqual([
      -5, 60, -60, 100,
    ]);
  });

  test('held points are nobody else’s, and are spent by the hold or given back', async () => {
    const id = await fresh('13800000032');
    const post = (path: string, body: object) => shop(`/v1/members/${id}/${path}`, body);
    await json(post('points', { kind: 'earn', id: 'shop/2', points: 100 }));
    const hold = await json(post('holds', { holdId: 'h1', points: 80 }));
    expect(await json(post('holds', { holdId: 'h1', points: 80 }))).toEqual(hold);
    expect(await refusalOf(post('holds', { holdId: 'h2', points: 30 }))).toMatchObject({ code: 'HUB_POINTS_REFUSED' });
    expect(await refusalOf(post('points', { kind: 'burn', id: 'o2', points: 30 }))).toMatchObject({ status: 409 });
    await json(post('points', { kind: 'burn', id: 'o1', points: 80, holdId: 'h1' }));
    await json(post('holds', { holdId: 'h3', points: 20 }));
    await json(shop('/v1/holds/h3/release', {}));
    await json(post('points', { kind: 'burn', id: 'o3', points: 20 }));
    expect(await json(shop(`/v1/members/${id}/points?reason=asked`))).toMatchObject({ available: 0 });
  });
});

test('all data of a person are exported; erased, nothing of them is left but what is of nobody, and the proof says so', async () => {
  const phone = '+8613777654321';
  const id = await fresh(phone);
  await json(shop(`/v1/members/${id}/points`, { kind: 'earn', id: 'gone/1', points: 7 }));
  expect(await json(shop(`/v1/members/${id}/export`, { reason }))).toMatchObject({ profile: { phone } });
  expect(await refusalOf(shop('/v1/erasures/nobody/proof'))).toMatchObject({ code: 'HUB_ERASURE_UNKNOWN' });
  expect(await refusalOf(shop('/v1/members/nobody/erase', { reason }))).toMatchObject({ code: 'HUB_MEMBER_UNKNOWN' });
  const proof = await json(shop(`/v1/members/${id}/erase`, { reason }));
  const statement = verifyProof(proof, undefined);
  expect(statement).toMatchObject({ memberId: id, stores: [], destroyed: [{ store: 'hq' }] });
  expect(verifyProof(await json(shop(`/v1/erasures/${id}/proof`)), proof.publicKey)).toMatchObject({ memberId: id });
  for (const forged of [
    { ...proof, signed: { ...statement, erasedAt: '2020-01-01T00:00:00.000Z' } },
    { ...proof, signature: '0'.repeat(128) },
    {},
  ])
    expect(() => verifyProof(forged, undefined)).toThrow('HUB_ERASURE_PROOF_DAMAGED');
  expect(() => verifyProof(proof, 'a'.repeat(64))).toThrow('another key');
  expect(await refusalOf(shop(`/v1/members/${id}?reason=x`))).toMatchObject({ code: 'HUB_MEMBER_UNKNOWN' });
  expect(await refusalOf(shop('/v1/members/find', { phone, reason }))).toMatchObject({ status: 404 });
  // The same phone may join again, as somebody new.
  expect(await fresh(phone)).not.toBe(id);
  for (const file of readdirSync(hub.dataDir))
    if (/\.db/u.test(file)) expect(readFileSync(join(hub.dataDir, file)).includes(phone.slice(3))).toBe(false);
});

describe('members of another system', () => {
  const HEAD = 'phone,membership,consentTextVersion,consentAt,isOldEnough,points,name,tier,joinedAt';
  const row = (phone: string, more = 'yes,v1,2023-01-01T00:00:00Z,yes,10,"Li, ""A"""', joinedAt = '') =>
    `${phone},${more},,${joinedAt}`;
  const send = (csv: string) =>
    fetch(`${hub.hub.url}/v1/members/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'text/csv' },
      body: csv,
    });
  let credential = '';
  beforeAll(async () => {
    ({ credential } = await hub.call('createPartner', { body: { name: 'crm', scopes: ['members:write'] } }));
  });

  test('come in, with a report of what does not, without its values; the same file again changes nothing', async () => {
    const csv = [
      HEAD,
      row('138 0000 0041'),
      row('+86 13800000042'),
      row('8613800000041'),
      row('12345'),
      row('13800000043', 'no,v1,2023-01-01T00:00:00Z,yes,0,x'),
      row('13800000044', 'yes,v1,2023-01-01T00:00:00Z,no,0,x'),
      row('13800000045', 'yes,v1,2023-01-01T00:00:00Z,yes,-1,x'),
      'too,few',
      `"13800000046"x,yes,v1,2023-01-01T00:00:00Z,yes,0,x`,
      '',
      row('13800000047'),
      row('13800000048', 'yes,v1,2023-01-01T00:00:00Z,yes,,x', '2999-01-01T00:00:00Z'),
      row('13800000048', 'yes,v1,2023-01-01T00:00:00Z,yes,,x', '2022-01-01T00:00:00Z'),
    ].join('\r\n');
    const report = await json(send(`\uFEFF${csv}`));
    expect(report).toMatchObject({ rows: 12, added: 4, known: 1, rejectedCount: 7 });
    expect(report.rejected).toEqual([
      { row: 5, code: 'ROW_FIELD', message: 'phone: not a phone number' },
      { row: 6, code: 'ROW_CONSENT', message: 'no consent to the membership' },
      { row: 7, code: 'ROW_UNDER_AGE', message: 'under 14: a guardian signs up in a store' },
      { row: 8, code: 'ROW_FIELD', message: 'points: a whole number' },
      { row: 9, code: 'ROW_SHAPE', message: 'not as many fields as the header' },
      { row: 10, code: 'ROW_SHAPE', message: 'quotes, or too long' },
      { row: 13, code: 'ROW_FIELD', message: 'joinedAt: an instant with its offset, not to come' },
    ]);
    expect(await json(send(csv))).toMatchObject({ added: 0, known: 5 });
    expect(await json(shop('/v1/members/find', { phone: '13800000041', reason }))).toMatchObject({
      channel: 'import',
      points: { available: 10 },
      profile: { name: 'Li, "A"' },
    });
  });

  test.each([
    ['', 'empty'],
    ['phone,membership\n', 'missing: consentTextVersion, consentAt'],
    [`${HEAD},iban\n`, 'unknown or twice: iban'],
  ])('%j is no such file', async (csv, detail) => {
    const refusal = await refusalOf(send(csv));
    expect(refusal).toMatchObject({ status: 400, code: 'HUB_IMPORT_REFUSED' });
    expect(refusal.message).toContain(detail);
  });
});
