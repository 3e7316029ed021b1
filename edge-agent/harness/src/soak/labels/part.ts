import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SoakFailure } from '../../output/schema.ts';
import { Play } from './play.ts';
import type { Rule } from './store.ts';
import type { Answers } from './wall.ts';

export const RULES = ['on', 'off'] as const satisfies readonly Rule[];
export const ANSWERS = ['kept', 'lost'] as const satisfies readonly Answers[];
/** A folder in memory where there is one: what a power cut takes is the matter of `soak crash`. */
const MEMORY = '/dev/shm';

/** One store's life, played on its own. */
export interface PartOrder {
  readonly part: number;
  readonly changes: number;
  readonly skus: number;
  readonly seed: number;
  readonly rule: Rule;
  readonly answers: Answers;
}

export interface Tally {
  changes: number;
  raises: number;
  cuts: number;
  promotionsPut: number;
  promotionsScheduled: number;
  promotionsEnded: number;
  sends: number;
  checks: number;
  breaches: number;
  reboots: number;
  crashes: number;
  /** Of those: with pictures under way. */
  crashesMidway: number;
  cameBack: number;
}

export interface PartReport {
  readonly counts: Tally;
  readonly failures: readonly SoakFailure[];
}

export const emptyTally = (): Tally => ({
  changes: 0,
  raises: 0,
  cuts: 0,
  promotionsPut: 0,
  promotionsScheduled: 0,
  promotionsEnded: 0,
  sends: 0,
  checks: 0,
  breaches: 0,
  reboots: 0,
  crashes: 0,
  crashesMidway: 0,
  cameBack: 0,
});

/** Plays one part and removes its folder. */
export async function playPart(order: PartOrder): Promise<PartReport> {
  const dir = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'tillside-labels-'));
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  // A process that is told to end in the middle must not leave a folder in memory.
  process.once('exit', remove);
  try {
    return await new Play(order, dir, emptyTally()).run();
  } finally {
    process.off('exit', remove);
    remove();
  }
}
