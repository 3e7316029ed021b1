import type { Signal } from './port.ts';

/** Who listens in this process. A listener that fails keeps no other from hearing. */
export interface Listeners {
  add(listener: (signal: Signal) => Promise<void> | void): () => void;
  /** Resolves when all have heard it. */
  tell(signal: Signal): Promise<void>;
}

export function createListeners(): Listeners {
  const all = new Set<(signal: Signal) => Promise<void> | void>();
  return {
    add: (listener) => {
      all.add(listener);
      return () => all.delete(listener);
    },
    tell: async (signal) => {
      await Promise.allSettled([...all].map(async (listener) => listener(signal)));
    },
  };
}
