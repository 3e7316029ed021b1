import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { codeStep, numericCode, passwordCounter, passwordOf } from '@tillside/decide';
import { claimMessage, type OpenedSession, sessionMessage } from '@tillside/hub-contract';
import { keyIdOf, SEAL_IV_BYTES, sealFields } from '@tillside/protocol';
import { chainOf } from './events.ts';
import type { PairedStore } from './hub.ts';
import { joined } from './members.ts';

/** The page on a member's phone, as the hub meets it. */
export interface TestPhone {
  readonly publicKey: string;
  readonly keyId: string;
  claim(word: string): Promise<Response>;
  /** `at` in ms; as another phone or with another signature where asked. */
  open(at: number, change?: Partial<{ keyId: string; signature: string }>): Promise<Response>;
  /** With a session that it opens. */
  call(method: string, path: string, body?: unknown): Promise<Response>;
}

export function testPhone(url: () => string, now: () => number = Date.now): TestPhone {
  const { publicKey: half, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(half.export({ format: 'jwk' }).x ?? '', 'base64url');
  const publicKey = raw.toString('base64url');
  const keyId = keyIdOf(raw);
  const post = (path: string, body: unknown): Promise<Response> => send(url(), 'POST', path, body);
  const open: TestPhone['open'] = (atMs, change = {}) => {
    const at = new Date(atMs).toISOString();
    return post('/v1/my/sessions', { keyId, at, signature: signed(privateKey, sessionMessage(keyId, at)), ...change });
  };
  let credential: string | undefined;
  return {
    publicKey,
    keyId,
    claim: (claim) => post('/v1/my/claims', { claim, publicKey, signature: signed(privateKey, claimMessage(claim)) }),
    open,
    call: async (method, path, body) => {
      credential ??= ((await (await open(now())).json()) as OpenedSession).credential;
      return send(url(), method, path, body, credential);
    },
  };
}

const signed = (key: KeyObject, text: string): string => sign(null, Buffer.from(text), key).toString('base64url');

function send(url: string, method: string, path: string, body?: unknown, credential?: string): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    headers: {
      ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** The 18 digits that a phone with this secret shows at an instant. */
export function digitsAt({ number, secret }: { number: string; secret: string }, atMs: number): string {
  const hmac = createHmac('sha256', Buffer.from(secret, 'base64url'))
    .update(passwordCounter(codeStep(atMs)))
    .digest();
  return numericCode({ number, password: passwordOf(hmac) });
}

/** Joins a member in a store, with a phone in the profile and points, and tells HQ. Gives the word that binds a phone. */
export async function joinIn(
  store: PairedStore & { readonly store?: string },
  id: string,
  memberId: string,
  { claimDays = 30, points = 0, now = Date.now() } = {},
): Promise<string> {
  const word = randomBytes(16).toString('base64url');
  const key = randomBytes(32);
  const profile = sealFields(key, randomBytes(SEAL_IV_BYTES), memberId, { phone: '+8613812345678', name: '王小明' });
  const claimHash = createHash('sha256').update(word).digest('hex');
  const claimUntil = new Date(now + claimDays * 86_400_000).toISOString();
  await store.send('/v1/sync/keys', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ store: id, keys: [{ memberId, key: key.toString('base64url') }] }),
  });
  const data = joined(memberId, { profile, claimHash, claimUntil });
  await store.acked([chainOf(id, 'members').next('tillside.member.joined.v1', data)]);
  if (points > 0) {
    const entry = {
      entryId: `earn:${id}:${memberId}-1`,
      memberId,
      kind: 'earn',
      points,
      at: new Date(now).toISOString(),
    };
    await store.acked([chainOf(id).next('tillside.points.moved.v1', { entries: [entry] })]);
  }
  return word;
}
