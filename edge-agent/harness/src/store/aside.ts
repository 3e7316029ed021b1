import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Gives a process, with all its threads, only what others leave of the cores: for what stands on another machine outside of a measure. Linux's idle class where `chrt` is there
 * (a thread that wakes then takes the core at once, as it would if nobody else were on it), else the lowest priority. False: neither could be had.
 */
export function putAside(pid: number): boolean {
  try {
    execFileSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return lowest(pid);
  }
}

function lowest(pid: number): boolean {
  try {
    const threads = process.platform === 'linux' ? readdirSync(`/proc/${pid}/task`).map(Number) : [pid];
    for (const thread of threads) setPriority(thread, constants.priority.PRIORITY_LOW);
    return true;
  } catch {
    return false;
  }
}
