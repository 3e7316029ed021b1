import { readdirSync, readFileSync } from 'node:fs';

/** Of a process, in milliseconds: its main thread, and all its others together (those that are gone are not counted). */
export interface CpuTimes {
  readonly mainMs: number;
  readonly othersMs: number;
}

/** proc(5): ticks of a hundredth of a second on every Linux that Node runs on. */
const TICK_MS = 10;
/** Behind the command in brackets: state is the third field of all, utime the 14th and stime the 15th. */
const [UTIME, STIME] = [11, 12];

/** Null where the system does not tell (anything but Linux). */
export function cpuTimesOf(pid: number | undefined): CpuTimes | null {
  if (pid === undefined || process.platform !== 'linux') return null;
  let [mainMs, othersMs] = [0, 0];
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    let stat: string;
    try {
      stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
    } catch {
      // The thread ended meanwhile.
      continue;
    }
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ms = (Number(fields[UTIME]) + Number(fields[STIME])) * TICK_MS;
    if (Number(task) === pid) mainMs += ms;
    else othersMs += ms;
  }
  return { mainMs, othersMs };
}
