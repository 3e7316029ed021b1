import type { TurnName } from './port.ts';

/** Pieces of work by name, one after the other in the order asked for, within this process. */
export interface Order {
  run<T>(name: TurnName, work: () => Promise<T>): Promise<T>;
  /** Whether work of this name is under way or waits. */
  busy(name: TurnName): boolean;
}

export function createOrder(): Order {
  const last = new Map<TurnName, Promise<unknown>>();
  return {
    run: (name, work) => {
      const turn = (last.get(name) ?? Promise.resolve()).then(work, work);
      const ended = turn
        .catch(() => undefined)
        .then(() => {
          if (last.get(name) === ended) last.delete(name);
        });
      last.set(name, ended);
      return turn;
    },
    busy: (name) => last.has(name),
  };
}
