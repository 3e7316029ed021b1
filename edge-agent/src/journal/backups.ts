import { listBackups } from '@tillside/protocol';
import type { Logger } from 'pino';
import { AgentError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import { backUpJournal, pruneBackups } from './backup.ts';

/** The age of the newest backup is looked at this often; the first time after a start too, so that tills are served first. */
const LOOK_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;

export interface BackupsOptions {
  readonly dataDir: string;
  readonly store: string;
  readonly dir: string;
  readonly everyHours: number;
  readonly keep: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Keeps the newest backups of the journal in a folder, while the store sells. */
export class Backups {
  readonly #options: BackupsOptions;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> | undefined;
  #failure: AgentError | undefined;

  constructor(options: BackupsOptions) {
    this.#options = options;
  }

  /** Why the last one was not made; undefined when it was. */
  get failure(): AgentError | undefined {
    return this.#failure;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
    this.#timer.unref();
  }

  /** Makes a backup when the newest is too old; one at a time. */
  look(): Promise<void> {
    this.#work ??= this.#make().finally(() => {
      this.#work = undefined;
    });
    return this.#work;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#work;
  }

  async #make(): Promise<void> {
    const { dataDir, store, dir, everyHours, keep, clock, log } = this.#options;
    try {
      const newest = (await listBackups(dir)).at(-1);
      const ageMs = newest === undefined ? Number.POSITIVE_INFINITY : clock.now() - Date.parse(newest.at);
      // A clock that was set back must not stop backups until it has caught up.
      if (ageMs >= 0 && ageMs < everyHours * HOUR_MS) return;
      const { folder, manifest } = await backUpJournal({ dataDir, store, to: dir }, clock);
      await pruneBackups(dir, keep);
      this.#failure = undefined;
      log.info({ folder, bytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0) }, 'journal backed up');
    } catch (error) {
      this.#failure = error instanceof AgentError ? error : new AgentError('BACKUP_FAILED', { cause: error });
      log.warn({ code: this.#failure.code }, this.#failure.message);
    }
  }
}
