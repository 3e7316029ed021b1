// Takes webhooks of a hub (Standard Webhooks): checks the signature, answers fast, and does each message once. Arguments: port; the secret is in WEBHOOK_SECRET.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';

const TOLERANCE_SECONDS = 5 * 60;
const MAX_BODY_BYTES = 64 * 1024;

/** Who sent it knows the secret, and sent it now: an old call cannot be played again. `secret` begins with `whsec_`. */
function isGenuine(secret: string, headers: IncomingMessage['headers'], body: Buffer): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || typeof seconds !== 'string' || typeof signatures !== 'string') return false;
  if (!(Math.abs(Date.now() / 1000 - Number(seconds)) <= TOLERANCE_SECONDS)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest();
  // Several while a secret is changed.
  return signatures.split(' ').some((each) => {
    const [version, given = ''] = each.split(',');
    const found = Buffer.from(given, 'base64');
    return version === 'v1' && found.length === expected.length && timingSafeEqual(found, expected);
  });
}

const [port = '0'] = process.argv.slice(2);
const secret = process.env.WEBHOOK_SECRET ?? '';
/** A message may come twice, under the same id: keep these in your database, in the transaction of what you do. */
const done = new Set<string>();

const server = createServer(async (request, response) => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES) return response.writeHead(413).end();
    pieces.push(piece);
  }
  const body = Buffer.concat(pieces);
  if (!isGenuine(secret, request.headers, body)) return response.writeHead(401).end();
  const id = String(request.headers['webhook-id']);
  if (!done.has(id)) {
    const { type, data } = JSON.parse(body.toString('utf8')) as { type: string; data: { memberId: string } };
    console.log(id, type, data.memberId);
    done.add(id);
  }
  // Anything but 2xx is sent again, for 72 hours; 410 says that nobody listens here any more.
  response.writeHead(204).end();
});
server.listen(Number(port), '127.0.0.1', () => console.log('ready', (server.address() as { port: number }).port));
