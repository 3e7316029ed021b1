import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';

export interface PortHolder {
  readonly pid: number;
  /** Name of the program, e.g. `node`; empty where it may not be read. */
  readonly program: string;
}

/** The other end of every pseudo-terminal: who has it open makes terminals and is no user of one. */
const MASTER = /\/ptmx$/;

/**
 * Another process that has the port open, found without opening it: a lock says nothing of programs that take none. Looks through `/proc`, so that it sees
 * the processes of this user, and all when run as root; undefined where it sees none or there is no `/proc`.
 */
export async function portHolder(path: string, procRoot = '/proc'): Promise<PortHolder | undefined> {
  const target = await realpath(path).catch(() => path);
  const names = await readdir(procRoot).catch(() => []);
  for (const name of names) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const folder = join(procRoot, name, 'fd');
    const files = await readdir(folder).catch(() => []);
    const open = await Promise.all(files.map((file) => readlink(join(folder, file)).catch(() => '')));
    if (!open.includes(target) || open.some((one) => MASTER.test(one))) continue;
    const program = await readFile(join(procRoot, name, 'comm'), 'utf8').catch(() => '');
    return { pid: Number(name), program: program.trim() };
  }
  return undefined;
}
