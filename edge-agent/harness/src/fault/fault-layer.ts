import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { HarnessError } from '../errors.ts';

const run = promisify(execFile);

/** Beside the compiled code as beside this. */
const SOURCE = fileURLToPath(new URL('../../src/fault/powerloss.c', import.meta.url));
const COMPILERS = ['cc', 'gcc', 'clang'];

export interface FaultOptions {
  /** Absolute, without links in it. */
  readonly dir: string;
  readonly log: string;
  /** How long a sync takes, microseconds. */
  readonly syncUs: number;
  /** The sync that fails, counted from 1; 0: none. */
  readonly failAt: number;
}

/** Compiles the layer into `folder`; its path. Rejects with HARNESS_NEEDS_COMPILER: without it no power cut can be played, and nothing is skipped in silence. */
export async function buildFaultLayer(folder: string): Promise<string> {
  if (process.platform !== 'linux') throw new HarnessError('HARNESS_NEEDS_COMPILER', `not on ${process.platform}`);
  const library = join(folder, 'powerloss.so');
  const args = ['-shared', '-fPIC', '-O2', '-o', library, SOURCE, '-ldl', '-lpthread'];
  const said: string[] = [];
  for (const compiler of COMPILERS) {
    try {
      await run(compiler, args);
      return library;
    } catch (error) {
      const { code, stderr } = error as { code?: string; stderr?: string };
      said.push(`${compiler}: ${code === 'ENOENT' ? 'not there' : (stderr ?? '').slice(0, 300)}`);
    }
  }
  throw new HarnessError('HARNESS_NEEDS_COMPILER', said.join('; '));
}

/** What a process is started with so that the layer sees its files. Of libuv's ways to the disk only those by way of libc can be seen. */
export const faultEnvironment = (library: string, { dir, log, syncUs, failAt }: FaultOptions): NodeJS.ProcessEnv => ({
  LD_PRELOAD: library,
  UV_USE_IO_URING: '0',
  TILLSIDE_FAULT_DIR: dir,
  TILLSIDE_FAULT_LOG: log,
  TILLSIDE_FAULT_SYNC_US: String(syncUs),
  TILLSIDE_FAULT_FAIL_AT: String(failAt),
});
