import { createHmac } from 'node:crypto';

/** Standard Webhooks 1.0: headers of a delivery, and the secret's form. */
export const SECRET_PREFIX = 'whsec_';

/**
 * A webhook's secret follows from the hub's key and its generation, so that no secret lies in the database or its backups: `whsec_` and base64 of 32 bytes.
 */
export const secretOf = (hubKey: Buffer, webhookId: string, generation: number): string =>
  `${SECRET_PREFIX}${createHmac('sha256', hubKey).update(`webhook:${webhookId}:${generation}`).digest('base64')}`;

/** `v1,` and base64 of the HMAC-SHA256, under the secret's bytes, of id, time (seconds since 1970) and body with stops between. */
export function signatureOf(secret: string, messageId: string, seconds: number, body: string): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${messageId}.${seconds}.${body}`).digest('base64')}`;
}

/** Of several secrets all signatures are sent, so that a receiver may change over at its own time. */
export function headersOf(
  secrets: readonly string[],
  messageId: string,
  nowMs: number,
  body: string,
): Record<string, string> {
  const seconds = Math.floor(nowMs / 1000);
  return {
    'content-type': 'application/json; charset=utf-8',
    'webhook-id': messageId,
    'webhook-timestamp': String(seconds),
    'webhook-signature': secrets.map((secret) => signatureOf(secret, messageId, seconds, body)).join(' '),
  };
}
