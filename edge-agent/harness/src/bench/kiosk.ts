import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { firstScreens } from './kiosk/first-screen.ts';
import { measureMemory } from './kiosk/memory.ts';
import { measurePages } from './kiosk/pages.ts';
import { signUps } from './kiosk/sign-ups.ts';
import { measureTouches } from './kiosk/touches.ts';

export const kioskBench = measure({
  description:
    'the kiosk in a real browser: process start to the first offer, touch to paint, frames, what it loads, memory over sessions, and how long joining takes',
  options: {
    starts: { description: 'starts of the browser', default: 7, min: 1, max: 1_000 },
    rounds: { description: 'rounds of touches, some 40 each', default: 10, min: 1, max: 10_000 },
    sessions: { description: 'sessions after which memory is read again', default: 1_000, min: 2, max: 1_000_000 },
    seed: { description: 'of the sessions', default: 1, min: 0, max: 2 ** 31 - 1 },
  },
  async run({ starts, rounds, sessions, seed }, context): Promise<Result[]> {
    const store = await context.store();
    await store.openForKiosks(context.signal);
    const folder = mkdtempSync(join(tmpdir(), 'tillside-bench-kiosk-'));
    const loadBefore = loadavg()[0] ?? 0;
    try {
      const place = { store, profile: join(folder, 'profile') };
      const code = await store.demo.pairingCode('kiosk', 'bench kiosk', '1');
      return [
        ...(await firstScreens(place, code, starts, context)),
        ...(await measurePages(place)),
        ...(await measureTouches(place, rounds, context)),
        ...(await signUps(place, context)),
        ...(await measureMemory(place, { sessions, seed }, context)),
        { case: 'machine', metric: 'loadBefore', value: loadBefore, unit: 'count' },
        { case: 'machine', metric: 'loadAfter', value: loadavg()[0] ?? 0, unit: 'count' },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});
