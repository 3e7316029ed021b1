import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HubFault } from '../fault.ts';

/** The programs that the hub starts, by what their rooms export. */
export const PROGRAMS = { training: '@tillside/training/job', export: '@tillside/export/job' } as const;

/** Where a program lies: `entry`, else what its room exports. Throws HUB_TRAINING_UNAVAILABLE. */
export async function programPath(program: keyof typeof PROGRAMS, entry?: string): Promise<string> {
  try {
    const path = entry ?? fileURLToPath(import.meta.resolve(PROGRAMS[program]));
    await stat(path);
    return path;
  } catch {
    throw new HubFault('HUB_TRAINING_UNAVAILABLE', entry ?? PROGRAMS[program]);
  }
}

function nodeArgs(entry: string): string[] {
  return entry.endsWith('.ts')
    ? ['--conditions=@tillside/source', '--import', import.meta.resolve('tsx'), entry]
    : [entry];
}

export interface ChildRun {
  readonly path: string;
  readonly args: readonly string[];
  /** Beside our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly onLine: (line: string) => void;
  readonly onStart: (child: ChildProcess) => void;
}

/** Runs a program to its end; its exit code. Throws HUB_TRAINING_FAILED when it cannot start or a signal ended it. */
export function runProgram({ path, args, env = {}, timeoutMs, onLine, onStart }: ChildRun): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeArgs(path), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    onStart(child);
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
    child.once('error', (error) => reject(new HubFault('HUB_TRAINING_FAILED', error.message)));
    child.once('close', (code, signal) =>
      code === null
        ? reject(new HubFault('HUB_TRAINING_FAILED', `the program was ended by ${signal ?? 'nobody'}`))
        : resolve(code),
    );
  });
}
