import { expect, test } from 'vitest';
import { headersOf, secretOf, signatureOf } from './sign.ts';

/** Worked out apart from this code: `printf '%s' "$id.$time.$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$hex -binary | base64`. */
const KNOWN = {
  secret: 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  id: 'msg_1',
  seconds: 1_700_000_000,
  body: '{"type":"member.joined"}',
  signature: 'v1,tyG2Q8jipaj2ZTDORvepXz6uB7offeriLTs0jRY6eK4=',
};

test('a signature is the HMAC-SHA256 of id, time and body under the bytes of the secret', () => {
  const { secret, id, seconds, body, signature } = KNOWN;
  expect(signatureOf(secret, id, seconds, body)).toBe(signature);
  for (const other of [
    signatureOf(secret, 'msg_2', seconds, body),
    signatureOf(secret, id, seconds + 1, body),
    signatureOf(secret, id, seconds, `${body} `),
    signatureOf(secret.replace('AAEC', 'AAED'), id, seconds, body),
  ])
    expect(other).not.toBe(signature);
});

test('a secret follows from hub key, webhook and generation; two of them both sign', () => {
  const key = Buffer.alloc(32, 7);
  const secrets = [secretOf(key, 'w1', 2), secretOf(key, 'w1', 1), secretOf(key, 'w2', 1)];
  expect(new Set(secrets).size).toBe(3);
  for (const secret of secrets) expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/u);
  const headers = headersOf(secrets.slice(0, 2), 'msg_1', 1_700_000_000_999, '{}');
  expect(headers).toMatchObject({ 'webhook-id': 'msg_1', 'webhook-timestamp': '1700000000' });
  expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
});
