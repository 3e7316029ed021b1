import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { KeptWords } from './kept-words.ts';

/** How the agent behaves as the kiosk sees it. All but `well` are of the API only, save `down`: nothing answers then. */
export const WIRES = [
  'well',
  'down',
  'slow',
  'silent',
  'html',
  'cut-short',
  'wrong-shape',
  'error-500',
  'bare-401',
  'stream-stalls',
  'stream-garbage',
] as const;
export type Wire = (typeof WIRES)[number];

const SLOW_MS = 5_000;
const GARBAGE = 'data: {"type":"offers","campaignSetVersion":"x"}\n\ndata: \u0000\uFFFD<html>\n\nevent:\n\n:::\n\n';

/** Stands between a kiosk's browser and its agent, and can make the agent look as bad as it likes. Notes what the agent told about a shopper. */
export class KioskWire {
  wire: Wire = 'well';
  /** Words of the agent's answers that are one shopper's alone. */
  readonly told = new KeptWords();
  url = '';
  #agentUrl: URL;
  #server: Server;
  #sockets = new Set<Socket>();
  #timers = new Set<NodeJS.Timeout>();
  #streams = 0;

  constructor(agentUrl: string) {
    this.#agentUrl = new URL(agentUrl);
    this.#server = createServer((asked, answer) => this.#serve(asked, answer));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      // What breaks is meant to break.
      socket.on('error', () => undefined);
    });
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From here on the agent looks like this; connections of before break, but where the stream is to stall. */
  become(wire: Wire): void {
    this.wire = wire;
    if (wire !== 'stream-stalls') this.sever();
  }

  /** Whether the kiosk would hear now of what happens at the agent. */
  get isHeard(): boolean {
    return this.#streams > 0;
  }

  sever(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.sever();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(asked: IncomingMessage, answer: ServerResponse): void {
    if (this.wire === 'down') {
      asked.socket.destroy();
      return;
    }
    const path = asked.url ?? '/';
    if (!path.startsWith('/v1/')) {
      this.#pass(asked, answer, 'well');
      return;
    }
    const isStream = path.startsWith('/v1/events');
    if (isStream && this.wire === 'stream-garbage') {
      answer.writeHead(200, { 'content-type': 'text/event-stream' });
      answer.write(GARBAGE);
      return;
    }
    switch (this.wire) {
      case 'silent':
        return;
      case 'html':
        answer.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><h1>It works!</h1>');
        return;
      case 'wrong-shape':
        if (isStream) break;
        answer.writeHead(200, { 'content-type': 'application/json' }).end('{"offers":null,"storeName":7}');
        return;
      case 'error-500':
        answer.writeHead(500, { 'content-type': 'text/plain' }).end('TypeError: undefined is not a function');
        return;
      case 'bare-401':
        answer.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
        return;
      case 'slow':
        this.#after(SLOW_MS, () => this.#pass(asked, answer, 'slow'));
        return;
    }
    this.#pass(asked, answer, this.wire);
  }

  #pass(asked: IncomingMessage, answer: ServerResponse, wire: Wire): void {
    const { hostname, port, host } = this.#agentUrl;
    const path = asked.url ?? '/';
    const onward = request(
      {
        hostname,
        port,
        path,
        method: asked.method,
        headers: { ...asked.headers, host, 'accept-encoding': 'identity' },
      },
      (got) => {
        const isStream = got.headers['content-type']?.startsWith('text/event-stream') === true;
        answer.writeHead(got.statusCode ?? 502, got.headers);
        answer.flushHeaders();
        if (isStream) {
          this.#streams += 1;
          answer.once('close', () => {
            this.#streams -= 1;
          });
        }
        if (wire === 'cut-short' && !isStream) {
          got.once('data', (chunk: Buffer) => {
            answer.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => answer.destroy());
            got.destroy();
          });
          return;
        }
        if (!isStream && path.startsWith('/v1/')) this.told.listen(path, got);
        got.on('data', (chunk: Buffer) => {
          if (!(isStream && this.wire === 'stream-stalls')) answer.write(chunk);
        });
        got.on('end', () => answer.end());
        got.on('error', () => answer.destroy());
      },
    );
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  }

  #after(delayMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, delayMs);
    this.#timers.add(timer);
  }
}
