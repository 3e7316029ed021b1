import type { Server } from 'node:net';
import { HubFault } from './fault.ts';

/** What `listen` says, in the registry's words. */
export function listenFault(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EADDRINUSE' ? new HubFault('HUB_PORT_IN_USE', `${host}:${port}`) : error;
}

export function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: unknown) => reject(listenFault(error, host, port));
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve();
    });
  });
}
