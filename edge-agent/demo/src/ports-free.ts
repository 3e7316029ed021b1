import { createServer } from 'node:net';
import type { Ports } from './store/layout.ts';

/** Says which of the demo's ports somebody else holds, before anything is started. */
export async function checkPorts(ports: Ports): Promise<void> {
  const taken: string[] = [];
  for (const [name, port] of Object.entries(ports)) if (!(await isFree(port))) taken.push(`${port} (${name})`);
  if (taken.length === 0) return;
  throw new Error(
    `PORT_IN_USE  端口已被占用 / ports in use: ${taken.join(', ')}\n停止占用它们的程序，或换一组端口 / Stop what uses them, or choose others: npm start -- --port-base 8100`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A block of free ports, for runs that must not disturb a demo that is up. */
export async function freePorts(): Promise<Ports> {
  const take = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        const port = typeof address === 'object' && address !== null ? address.port : 0;
        server.close(() => resolve(port));
      });
    });
  return {
    agent: await take(),
    hub: await take(),
    mqtt: await take(),
    accessPoint: await take(),
    presence: await take(),
  };
}
