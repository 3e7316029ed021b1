/** What stands between stores and their hub and counts what passes, by address. */
import { request as ask, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class CountingProxy {
  /** Bytes of answers that went to stores, with the address each was of. */
  readonly passed: { url: string; bytes: number }[] = [];
  #hub: URL;
  #server: Server;

  constructor(hubUrl: string) {
    this.#hub = new URL(hubUrl);
    this.#server = createServer((incoming, outgoing) => {
      const { method, headers, url = '/' } = incoming;
      const onwards = ask({ host: this.#hub.hostname, port: this.#hub.port, path: url, method, headers }, (answer) => {
        const entry = { url, bytes: 0 };
        this.passed.push(entry);
        answer.on('data', (chunk: Buffer) => {
          entry.bytes += chunk.length;
        });
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onwards.once('error', () => outgoing.destroy());
      incoming.pipe(onwards);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Of files of a store since `after` answers had passed. */
  bytesOf(store: string, after = 0): number {
    return this.passed
      .slice(after)
      .filter(({ url }) => url.startsWith(`/repo/targets/stores/${store}/`))
      .reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
