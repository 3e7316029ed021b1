import { createServer, type Server, type Socket } from 'node:net';
import { DeviceError } from '../conditions.ts';
import type { Connection } from '../contract/config.ts';
import type { SimulatorLine } from './line.ts';

/** A device on the network, or behind a serial-to-network converter: a TCP server that talks to the last client that came. */
export class TcpLine implements SimulatorLine {
  readonly #host: string;
  #port: number;
  #server: Server | undefined;
  #client: Socket | undefined;

  /** Port 0 (the default) takes a free one; a later start takes the same again. */
  constructor(options: { host?: string; port?: number } = {}) {
    this.#host = options.host ?? '127.0.0.1';
    this.#port = options.port ?? 0;
  }

  get connection(): Connection {
    return { kind: 'tcp', host: this.#host, port: this.#port };
  }

  async start(onBytes: (bytes: Uint8Array) => void): Promise<void> {
    if (this.#server) return;
    const server = createServer({ noDelay: true }, (socket) => {
      this.#client?.destroy();
      this.#client = socket;
      socket.on('data', onBytes);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        if (this.#client === socket) this.#client = undefined;
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, this.#host, resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address) this.#port = address.port;
    this.#server = server;
  }

  write(bytes: Uint8Array): Promise<void> {
    const client = this.#client;
    if (!client) return Promise.reject(new DeviceError('PORT_CLOSED', 'no client'));
    return new Promise((resolve, reject) => {
      client.write(bytes, (error) => (error ? reject(new DeviceError('PORT_CLOSED', error.message)) : resolve()));
    });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#client?.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
