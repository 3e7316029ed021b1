import { readdirSync, readlinkSync } from 'node:fs';

/** Descriptors of this process that have the file open. Linux only. */
export const descriptorsOf = (path: string): number[] =>
  readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`) === path;
      } catch {
        return false;
      }
    });
