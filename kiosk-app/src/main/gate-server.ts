/** The gate on loopback, for a Chromium that knows no protocol of ours. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { joined } from './forward.ts';
import { type Gate, type GateRequest, MAX_REQUEST_BYTES } from './gate.ts';

/** The browser sends it with every request; the page can't read it, and another process of this machine doesn't know it. */
export const GATE_HEADER = 'x-tillside-gate';

export interface GateServer {
  readonly origin: string;
  readonly secret: string;
  close(): Promise<void>;
}

export async function startGateServer(gate: Gate): Promise<GateServer> {
  const secret = randomBytes(32).toString('hex');
  let host = '';
  const server = createServer((request, response) => {
    void serve(gate, request, response, (sent) => sent.host === host && isSame(sent[GATE_HEADER], secret));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  host = `127.0.0.1:${address.port}`;
  return {
    origin: `http://${host}`,
    secret,
    close: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function isSame(sent: string | string[] | undefined, secret: string): boolean {
  if (typeof sent !== 'string' || sent.length !== secret.length) return false;
  return timingSafeEqual(Buffer.from(sent), Buffer.from(secret));
}

async function serve(
  gate: Gate,
  request: IncomingMessage,
  response: ServerResponse,
  isOurs: (headers: IncomingMessage['headers']) => boolean,
): Promise<void> {
  const stop = new AbortController();
  response.once('close', () => stop.abort());
  try {
    if (!isOurs(request.headers)) {
      response.writeHead(403).end();
      return;
    }
    const asked: GateRequest = {
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: joined(request.headers),
      body: await bodyOf(request),
      signal: stop.signal,
    };
    const answer = await gate.answer(asked);
    response.writeHead(answer.status, answer.headers);
    if (answer.body instanceof Readable) {
      response.flushHeaders();
      await pipeline(answer.body, response);
    } else response.end(answer.body);
  } catch {
    // The page or the agent went away in the middle: whoever is left sees the connection end.
    response.destroy();
  }
}

/** One byte more than allowed is enough to be refused. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    parts.push(part as Buffer);
    size += (part as Buffer).byteLength;
    if (size > MAX_REQUEST_BYTES) break;
  }
  return Buffer.concat(parts);
}
