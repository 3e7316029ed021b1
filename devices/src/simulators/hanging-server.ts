import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** `mute`: accepts and never answers; `half`: the head of an answer, half its body, and no more. */
export type Hang = 'off' | 'mute' | 'half';

export interface HangingServerPorts {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  handle(request: IncomingMessage, response: ServerResponse): void;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** An HTTP server that can be made to hang while it runs. */
export class HangingServer {
  readonly #ports: HangingServerPorts;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  hang: Hang = 'off';

  constructor(ports: HangingServerPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const { host, port, handle, upgrade } = this.#ports;
    const server = createServer((request, response) => {
      if (this.hang === 'off') handle(request, response);
      else {
        request.resume();
        if (this.hang === 'half') response.writeHead(200, { 'content-length': '1000' }).write('{"tags":[');
      }
    });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('upgrade', (request, socket, head) => {
      if (this.hang === 'off') upgrade?.(request, socket, head);
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    this.dropAll();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Every connection ends, as when the device is switched off. */
  dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Throws while it does not run. */
  get url(): string {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    if (!address) throw new Error('the simulator is not running');
    return `http://${this.#ports.host}:${address.port}`;
  }
}
