import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves what is below /repo/ over real HTTP; `answer` may take a request over. */
export class RepoServer {
  files: ReadonlyMap<string, Buffer> = new Map();
  /** True when it has answered itself. */
  answer: (name: string, response: ServerResponse, request: IncomingMessage) => boolean = () => false;
  readonly ranges: string[] = [];
  /** In place of the real time in answers. */
  date: Date | undefined;
  #server: Server | undefined;

  async listen(): Promise<string> {
    const server = createServer((request, response) => this.#serve(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const name = (request.url ?? '').slice('/repo/'.length);
    const { range } = request.headers;
    if (range !== undefined) this.ranges.push(range);
    if (this.date !== undefined) response.setHeader('date', this.date.toUTCString());
    if (this.answer(name, response, request)) return;
    const bytes = this.files.get(name);
    if (bytes === undefined) {
      response.writeHead(404).end();
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    if (range === undefined) response.writeHead(200).end(bytes);
    else if (from >= bytes.length) response.writeHead(416).end();
    else {
      const contentRange = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
      response.writeHead(206, { 'content-range': contentRange }).end(bytes.subarray(from));
    }
  }
}

/** Bytes without end, as fast as they are read. */
export function endless(response: ServerResponse): true {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', more);
  };
  response.writeHead(200);
  more();
  return true;
}
