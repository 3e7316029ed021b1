import type { TagType } from '@tillside/firmware-configs';
import type { Clock } from '../contract/transport.ts';
import type { ApLie, SimulatedTag } from './openepaperlink-tag.ts';

/** With more tags than this they wake up one slot after the other, not all at once. */
const TAGS_AT_ONCE = 64;
const SLOTS = 20;

/** Time from a transfer to a drawn panel, by the inks of the tag. */
export interface RefreshMs {
  readonly bw: number;
  readonly red: number;
  readonly yellow: number;
}

export interface RadioPorts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly checkInMs: number;
  /** Share of check-ins and of transfers that fail, each for itself. */
  readonly lossRate: () => number;
  readonly refreshMs: RefreshMs;
  readonly tags: readonly SimulatedTag[];
  lie(): ApLie;
  /** The access point heard of the tag. */
  onHeard(tag: SimulatedTag): void;
}

/** The radio of an access point: tags wake up, are heard or not, and take what waits. */
export class SimulatedRadio {
  readonly #ports: RadioPorts;
  readonly #timers = new Set<{ cancel(): void }>();
  #slot = 0;
  #isRunning = false;

  constructor(ports: RadioPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#isRunning = true;
    for (const tag of this.#ports.tags) this.#wake(tag);
    this.#next();
  }

  stop(): void {
    this.#isRunning = false;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #next(): void {
    const { checkInMs, tags } = this.#ports;
    const slots = tags.length > TAGS_AT_ONCE ? SLOTS : 1;
    this.#after(checkInMs / slots, () => {
      this.#slot = (this.#slot + 1) % slots;
      for (let at = this.#slot; at < tags.length; at += slots) this.#wake(tags[at] as SimulatedTag);
      this.#next();
    });
  }

  #wake(tag: SimulatedTag): void {
    const { clock, checkInMs, random, lossRate, onHeard } = this.#ports;
    if (tag.silent || tag.isRefreshing || random() < lossRate()) return;
    tag.checkIn(Math.floor(clock.now() / 1_000), Math.ceil(checkInMs / 1_000));
    if (tag.queued && random() >= lossRate()) this.#transfer(tag);
    onHeard(tag);
  }

  #transfer(tag: SimulatedTag): void {
    const { lie, onHeard, refreshMs } = this.#ports;
    const picture = tag.fetch();
    if (!picture) return;
    const delayMs = refreshOf(tag.type, refreshMs);
    const finish = () => tag.drawn(picture, lie());
    if (delayMs === 0) finish();
    else
      this.#after(delayMs, () => {
        finish();
        onHeard(tag);
      });
  }

  #after(delayMs: number, act: () => void): void {
    const timer = this.#ports.clock.setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#isRunning) act();
    }, delayMs);
    this.#timers.add(timer);
  }
}

function refreshOf({ colours }: TagType, { bw, red, yellow }: RefreshMs): number {
  if (colours.includes('yellow')) return yellow;
  return colours.includes('red') ? red : bw;
}
