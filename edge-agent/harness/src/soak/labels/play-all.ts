import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type PartOrder, type PartReport, playPart } from './part.ts';

interface PlayOptions {
  readonly signal: AbortSignal;
  readonly played: (order: PartOrder) => void;
}

/** All parts, some at once in processes of their own; their reports in the order of the parts. Rejects when a process ends before its part, or when it is stopped. */
export async function playAll(
  orders: readonly PartOrder[],
  processes: number,
  { signal, played }: PlayOptions,
): Promise<PartReport[]> {
  const reports: PartReport[] = [];
  let next = 0;
  const work = async (play: (order: PartOrder) => Promise<PartReport>): Promise<void> => {
    for (let order = orders[next++]; order !== undefined; order = orders[next++]) {
      signal.throwIfAborted();
      reports[order.part] = await play(order);
      played(order);
    }
  };
  if (processes === 1) {
    await work(playPart);
    return reports;
  }
  const children = Array.from({ length: Math.min(processes, orders.length) }, start);
  try {
    await Promise.all(children.map((child) => work((order) => ask(child, order, signal))));
  } finally {
    for (const child of children) child.kill();
  }
  return reports;
}

/** A child runs as this process does, from source or built. */
function start(): ChildProcess {
  const entry = new URL(`./child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const fromSource = entry.href.endsWith('.ts') ? ['--conditions=@tillside/source', '--import', 'tsx'] : [];
  return fork(fileURLToPath(entry), { execArgv: fromSource, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

async function ask(child: ChildProcess, order: PartOrder, signal: AbortSignal): Promise<PartReport> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  try {
    const answer = once(child, 'message', { signal: either }) as Promise<[PartReport]>;
    const end = once(child, 'exit', { signal: either }).then(() => {
      throw new Error(`the process of part ${order.part} ended`);
    });
    child.send(order);
    const [report] = await Promise.race([answer, end]);
    return report;
  } finally {
    stop.abort();
  }
}
