import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { faultEnvironment } from '../../fault/fault-layer.ts';
import { type Image, PowerCut, readImage, writeImage } from '../../fault/power-cut.ts';
import { readPowerLog } from '../../fault/power-log.ts';
import type { Chance } from '../../random.ts';
import type { Place } from './ledger.ts';

/** A sync of a cheap solid-state disk. */
const SYNC_US = 1_500;

/** The folder of a store whose power can be cut: which process is logged where, and what a cut leaves. */
export class FaultyDisk {
  readonly #dir: string;
  readonly #root: string;
  readonly #library: string;
  #power: PowerCut;
  /** Logs since the last power cut, the running process's last. */
  #logs: string[] = [];
  #made = 0;
  /** The last place that was played since then. */
  #place = 0;

  /** All that `dir` holds is taken as durable. `root`: where the logs go. */
  constructor(of: { dir: string; root: string; library: string }) {
    this.#dir = of.dir;
    this.#root = of.root;
    this.#library = of.library;
    this.#power = new PowerCut(readImage(of.dir));
  }

  /** The log of a process that is spawned ahead of its time. */
  newLog(): string {
    this.#made += 1;
    return join(this.#root, `power-${this.#made}.log`);
  }

  environment(log: string): NodeJS.ProcessEnv {
    return faultEnvironment(this.#library, { dir: this.#dir, log, syncUs: SYNC_US, failAt: 0 });
  }

  /** This process is the one that runs now. */
  begins(log: string): void {
    this.#logs.push(log);
  }

  place(): Place {
    const log = this.#logs.at(-1);
    return { log: this.#logs.length, bytes: log === undefined ? 0 : statSync(log).size };
  }

  /**
   * Plays what the process did that has just ended. At each of `at` (bytes of its log), and `more` places besides, `seen` gets what a power cut there would have left. Throws
   * when the process did what the layer can't follow.
   */
  played(at: ReadonlySet<number>, more: number, chance: Chance, seen: (image: Image, place: Place) => void): void {
    const log = this.#logs.at(-1);
    if (log === undefined) return;
    const entries = [...readPowerLog(readFileSync(log), this.#place)];
    this.#place = entries.at(-1)?.place ?? this.#place;
    const ends = new Set([...at, ...chance.sample(entries, more).map(({ end }) => end)]);
    for (const logged of entries) {
      this.#power.play(logged);
      if (ends.has(logged.end))
        seen(this.#power.cut(chance.happens(0.5) ? 'lost' : 'chance', chance), {
          log: this.#logs.length,
          bytes: logged.end,
        });
    }
    rmSync(log);
    if (this.#power.unseen.length > 0)
      throw new Error(`the fault layer can't follow ${[...new Set(this.#power.unseen)].join(', ')}`);
  }

  /** The power goes: the folder is what the disk holds, and the next process begins with that. */
  cut(chance: Chance): Image {
    const image = this.#power.cut(chance.happens(0.3) ? 'lost' : 'chance', chance);
    rmSync(this.#dir, { recursive: true, force: true });
    writeImage(image, this.#dir);
    this.#power = new PowerCut(image);
    this.#logs = [];
    this.#place = 0;
    return image;
  }
}
