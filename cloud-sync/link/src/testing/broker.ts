import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Just enough of an MQTT 3.1.1 broker: accepts a connection (section 3.2), one subscription (3.9), and publishes (3.3). */
export class TestBroker {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  subscribed = 0;
  login = '';

  async listen(): Promise<string> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      socket.on('data', (data) => this.#read(socket, data));
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  #read(socket: Socket, data: Buffer): void {
    const type = (data[0] ?? 0) >> 4;
    if (type === 1) {
      this.login = data.toString('latin1');
      socket.write(Buffer.from([0x20, 2, 0, 0]));
    } else if (type === 8) {
      this.subscribed += 1;
      socket.write(Buffer.from([0x90, 3, data[2] ?? 0, data[3] ?? 0, 0]));
    }
  }

  publish(topic: string, payload: string): void {
    const name = Buffer.from(topic);
    const rest = Buffer.concat([Buffer.from([name.length >> 8, name.length & 255]), name, Buffer.from(payload)]);
    for (const socket of this.#sockets) socket.write(Buffer.concat([Buffer.from([0x30, rest.length]), rest]));
  }

  dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.dropAll();
    await new Promise((resolve) => (this.#server === undefined ? resolve(undefined) : this.#server.close(resolve)));
  }
}
