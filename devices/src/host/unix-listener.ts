import { chmod, mkdir, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { DeviceError } from '../conditions.ts';
import { checkSocketPath } from './socket-path.ts';

/** The socket for the agent of this machine, for this user alone. */
export class UnixListener {
  readonly #path: string;
  readonly #onSocket: (socket: Socket) => void;
  #server: Server | undefined;

  constructor(path: string, onSocket: (socket: Socket) => void) {
    this.#path = path;
    this.#onSocket = onSocket;
  }

  /** Throws HOST_ALREADY_RUNNING, HOST_SOCKET_PATH_LONG. */
  async start(): Promise<void> {
    checkSocketPath(this.#path);
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await removeStaleSocket(this.#path);
    const server = createServer(this.#onSocket);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#path, resolve);
    });
    await chmod(this.#path, 0o600);
    this.#server = server;
  }

  /** Connections are the server's to end. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

/** A killed host leaves its socket file behind. It is removed only when nobody listens. */
async function removeStaleSocket(path: string): Promise<void> {
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
  if (answered) throw new DeviceError('HOST_ALREADY_RUNNING', path);
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
