import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@tillside/demo';
import { measure, type SoakReport } from '../measure.ts';
import type { SoakFailure } from '../output/schema.ts';
import { createChance } from '../random.ts';
import { CrashHub } from './crash/hub.ts';
import { FullStore } from './full/full-store.ts';
import { Ballast, LimitedJournal } from './full/room.ts';

const DISK_MEBIBYTES = 48;
/** A store whose journal is limited to a few megabytes fills it by what it sells, after some more times than these: answers are kept for their time. */
const TIMES_A_STORE = 10;

export const diskFullSoak = measure({
  description:
    'a journal at its limit and a disk without room, at random points of sales, imports and sync: refused with STORAGE_FULL, nothing lost, on again by itself',
  options: {
    count: {
      description: 'times that there is no room, half by the limit, half by the disk',
      default: 40,
      min: 1,
      max: 100_000,
    },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
  },
  async run({ count, seed }, { progress, signal }): Promise<SoakReport> {
    const root = mkdtempSync(join(tmpdir(), 'tillside-full-'));
    const disk = join(root, 'disk');
    const chance = createChance(seed);
    const failures: SoakFailure[] = [];
    const ports = await freePorts();
    const hub = new CrashHub(join(root, 'hub'), ports);
    const isMounted = mount(disk);
    const counts: Record<string, number> = { withoutSmallDisk: isMounted ? 0 : 1 };
    try {
      await hub.start();
      const byLimit = isMounted ? Math.ceil(count / 2) : count;
      const limited = timesOf(byLimit).map((times, n) => {
        const id = `full-limit-${n + 1}`;
        return { id, times, folder: join(root, id), room: new LimitedJournal() };
      });
      const onDisk = timesOf(count - byLimit).map((times, n) => {
        const id = `full-disk-${n + 1}`;
        return { id, times, folder: join(disk, id), room: new Ballast(disk) };
      });
      progress.stage('full', count);
      for (const { id, folder, room, times } of [...limited, ...onDisk]) {
        const store = new FullStore({
          id,
          root: folder,
          scratch: root,
          hub,
          room,
          chance: chance.fork(),
          failures,
          signal,
        });
        try {
          await store.start();
          for (let n = 0; n < times && failures.length === 0; n++) {
            await store.fill();
            progress.tick();
          }
          await store.end();
        } finally {
          await store.close();
        }
        for (const [name, value] of Object.entries(store.counts)) counts[name] = (counts[name] ?? 0) + value;
        if (failures.length > 0) break;
        rmSync(folder, { recursive: true, force: true });
      }
      return { counts: { ...counts, failures: failures.length }, failures };
    } finally {
      await hub.stop();
      if (isMounted) execFileSync('umount', ['-l', disk]);
      rmSync(root, { recursive: true, force: true });
    }
  },
});

/** How often each store runs out of room, to that many together. */
function timesOf(count: number): number[] {
  return Array.from({ length: Math.ceil(count / TIMES_A_STORE) }, (_, n) =>
    Math.min(TIMES_A_STORE, count - n * TIMES_A_STORE),
  );
}

/** A small disk of its own; false where this user may not mount one. */
function mount(path: string): boolean {
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEBIBYTES}m`, 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
