import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeComplaints } from '../kiosk/watch.ts';
import { measure, type SoakReport } from '../measure.ts';
import { MAX_LISTED_FAILURES, type SoakFailure } from '../output/schema.ts';
import { KIOSK_FAULTS } from './kiosk/faults.ts';
import { KioskFloor } from './kiosk/floor.ts';
import { playSession } from './kiosk/session.ts';

export const kioskSoak = measure({
  description:
    'random shoppers at a real kiosk page, whose agent restarts, vanishes, dawdles and talks nonsense: it always returns to rest and keeps nothing of anybody',
  options: {
    sessions: { description: 'shoppers', default: 10_000, min: 1, max: 10_000_000 },
    minutes: { description: 'most minutes', default: 600, min: 1, max: 100_000 },
    first: { description: 'number of the first session, to play one again', default: 0, min: 0, max: 10_000_000 },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
    fault: {
      description: 'what goes wrong on purpose, to see that it is found',
      default: 'none',
      choices: KIOSK_FAULTS,
    },
  },
  async run({ sessions, minutes, first, seed, fault }, context): Promise<SoakReport> {
    const { progress, signal } = context;
    const store = await context.store();
    const folder = mkdtempSync(join(tmpdir(), 'tillside-soak-kiosk-'));
    const floor = new KioskFloor(store, folder, seed, fault);
    const failures: SoakFailure[] = [];
    const untilMs = Date.now() + minutes * 60_000;
    let found = 0;
    try {
      await floor.open(signal);
      progress.stage('sessions', sessions);
      for (let place = first; place < first + sessions && Date.now() < untilMs; place += 1) {
        signal.throwIfAborted();
        const { what, findings } = await playSession(floor, place);
        findings.push(...takeComplaints(floor.browser), ...(await floor.between(place)));
        for (const { code, message } of findings) {
          found += 1;
          if (failures.length < MAX_LISTED_FAILURES)
            failures.push({ code, message: `session ${place} (${what}): ${message}; --seed ${seed} --first ${place}` });
        }
        progress.tick();
      }
      for (const { code, message } of floor.searchDisk()) {
        found += 1;
        failures.push({ code, message });
      }
    } finally {
      await floor.close();
      rmSync(folder, { recursive: true, force: true });
    }
    return { counts: { ...floor.counts, failures: found }, failures: failures.slice(0, MAX_LISTED_FAILURES) };
  },
});
