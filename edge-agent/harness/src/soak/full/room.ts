import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from '@tillside/edge-agent/journal';
import type { Room } from './full-store.ts';

const ROW_BYTES = 16_000;
const MAX_ROWS = 100_000;

/** A journal that is limited by its config: what fills it are rows of ours. */
export class LimitedJournal implements Room {
  readonly config = { journalMaxMebibytes: 8 };

  take(journal: Journal, left: number): void {
    for (let n = 0; n < MAX_ROWS; n++) {
      try {
        journal.write((tx) =>
          tx.run('INSERT INTO meta (key, value) VALUES (?, ?)', `fill ${n}`, 'x'.repeat(ROW_BYTES)),
        );
      } catch {
        const spare = Math.ceil(left / ROW_BYTES);
        journal.write((tx) =>
          tx.run(`DELETE FROM meta WHERE key IN (SELECT key FROM meta WHERE key LIKE 'fill %' LIMIT ?)`, spare),
        );
        return;
      }
    }
  }

  giveBack(journal: Journal): void {
    journal.write((tx) => tx.run(`DELETE FROM meta WHERE key LIKE 'fill %'`));
  }
}

/** A disk that somebody else fills. */
export class Ballast implements Room {
  readonly config = {};
  readonly #file: string;
  readonly #disk: string;

  constructor(disk: string) {
    this.#disk = disk;
    this.#file = join(disk, 'ballast');
  }

  take(_journal: Journal, left: number): void {
    const { bavail, bsize } = statfsSync(this.#disk);
    try {
      writeFileSync(this.#file, Buffer.alloc(Math.max(0, bavail * bsize - left)));
    } catch (error) {
      // The agent was quicker to some of it: what could be written takes the rest.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }

  giveBack(): void {
    rmSync(this.#file, { force: true });
  }
}
