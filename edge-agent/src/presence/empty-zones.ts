import type { PresenceEvent } from '@tillside/devices';
import { z } from 'zod';
import type { Clock } from '../ports.ts';

/** By the lane of a kiosk: the zone of the Wi-Fi sensors in which people stand before it. */
export const PresenceZones = z.record(z.string().min(1).max(64), z.string().min(1).max(64)).default({});

/** A phone in a pocket is heard about once a minute; a zone in which none was for this long is called empty. */
export const EMPTY_AFTER_MS = 90_000;
/** A sensor that has said nothing for this long is away, and what it would say is not known. */
export const SENSOR_AWAY_MS = 60_000;

interface Zone {
  /** When anything was heard of the zone, and of somebody in it. */
  heardMs: number;
  seenMs: number;
  isEmpty: boolean;
}

/**
 * Tells the kiosks when the place before them becomes empty, and when somebody comes. A hint only: a kiosk asks at once instead of after its idle time, and never forgets anybody unasked.
 * Keeps times, no visitors.
 */
export class EmptyZones {
  #clock: Clock;
  #lanes: readonly (readonly [lane: string, zone: string])[];
  #tell: (hint: { lane: string; isEmpty: boolean }) => void;
  #zones = new Map<string, Zone>();

  constructor(options: {
    clock: Clock;
    presenceZones: Readonly<Record<string, string>>;
    tell: (hint: { lane: string; isEmpty: boolean }) => void;
  }) {
    this.#clock = options.clock;
    this.#lanes = Object.entries(options.presenceZones);
    this.#tell = options.tell;
  }

  see({ zone, observations }: z.infer<typeof PresenceEvent>): void {
    if (!this.#lanes.some(([, of]) => of === zone)) return;
    const now = this.#clock.now();
    const before = this.#zones.get(zone);
    const seenMs = observations.length > 0 || before === undefined ? now : before.seenMs;
    this.#zones.set(zone, { heardMs: now, seenMs, isEmpty: before?.isEmpty ?? false });
    this.#judge(zone);
  }

  /** Looks at each zone again; to be called about every second. */
  tick(): void {
    for (const zone of this.#zones.keys()) this.#judge(zone);
  }

  #judge(name: string): void {
    const zone = this.#zones.get(name);
    if (zone === undefined) return;
    const now = this.#clock.now();
    const isEmpty = now - zone.seenMs >= EMPTY_AFTER_MS;
    if (isEmpty === zone.isEmpty || (isEmpty && now - zone.heardMs >= SENSOR_AWAY_MS)) return;
    zone.isEmpty = isEmpty;
    for (const [lane, of] of this.#lanes) if (of === name) this.#tell({ lane, isEmpty });
  }
}
