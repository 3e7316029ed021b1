import { readdirSync, readFileSync } from 'node:fs';
import { HarnessError } from '../errors.ts';

/** Resident memory of a process, and of it with all its descendants, in MB (10^6 bytes). Pages that processes share count in each. */
export interface ResidentMemory {
  readonly aloneMb: number;
  readonly treeMb: number;
}

/** Throws HARNESS_NEEDS_PROC where there is no /proc or no such process. */
export function residentMemory(pid: number): ResidentMemory {
  const alone = residentMb(pid);
  if (alone === undefined) throw new HarnessError('HARNESS_NEEDS_PROC', `/proc/${pid}/status cannot be read`);
  const tree = descendantsOf(pid).reduce((sum, child) => sum + (residentMb(child) ?? 0), alone);
  return { aloneMb: alone, treeMb: tree };
}

/**
 * Memory of a process and all its descendants in MB, where a page that n of them share counts 1/n in each
 * ("proportional set size"): what would be freed if all ended. Undefined where one of them may not be read (another
 * user's, or a sandbox's).
 */
export function proportionalMemoryMb(pid: number): number | undefined {
  return [pid, ...descendantsOf(pid)].reduce<number | undefined>((sum, each) => {
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(readProc(each, 'smaps_rollup') ?? '')?.[1];
    return sum === undefined || kilobytes === undefined ? undefined : sum + (Number(kilobytes) * 1_024) / 1e6;
  }, 0);
}

function residentMb(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(pid, 'status') ?? '')?.[1];
  return kilobytes === undefined ? undefined : (Number(kilobytes) * 1_024) / 1e6;
}

/** Every process below this one, at any depth. */
export function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // The name in brackets may itself hold spaces and brackets; what follows the last one is state and parent.
    const parent = /\) \S (\d+) [^)]*$/.exec(readProc(Number(name), 'stat') ?? '')?.[1];
    if (parent !== undefined) children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(name)]);
  }
  const below = (parent: number): number[] => (children.get(parent) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

/** Whether a process's command line is like this. */
export function startedAs(pid: number, pattern: RegExp): boolean {
  return pattern.test((readProc(pid, 'cmdline') ?? '').replaceAll('\0', ' '));
}

/** Undefined when the process ended meanwhile. */
function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
