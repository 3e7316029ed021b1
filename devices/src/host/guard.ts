import type { Clock } from '../contract/transport.ts';

/** What `work` gives, or what `late` makes when it takes longer than `timeoutMs`. A late result is dropped; a throw before that passes through. */
export async function withTimeout<T>(
  clock: Clock,
  timeoutMs: number,
  work: () => Promise<T>,
  late: () => T | Promise<T>,
): Promise<T> {
  let timer: { cancel(): void } | undefined;
  const expired = new Promise<T>((resolve) => {
    timer = clock.setTimeout(() => resolve(late()), timeoutMs);
  });
  try {
    // Called inside an async function, so that a throw before the first await is a rejection too.
    return await Promise.race([(async () => work())(), expired]);
  } finally {
    timer?.cancel();
  }
}
