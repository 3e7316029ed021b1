import type { Footfall } from '@tillside/agent-contract';
import type { PresenceEvent } from '@tillside/devices';
import type { z } from 'zod';
import type { Journal } from '../journal/index.ts';
import { type Clock, instantOf, zonedInstants } from '../ports.ts';

/** Devices remembered in one zone and window; beyond it the count stops growing and memory stays bounded. */
const MAX_VISITORS_PER_WINDOW = 20_000;

interface Window {
  start: number;
  visitors: Map<string, { associated: boolean; randomised: boolean }>;
}

/**
 * Footfall as relative occupancy: pseudonymous devices per zone and window. Pseudonyms live in memory for one window and are never stored; the journal
 * gets counts. Unique shoppers and returns can't be had from randomised addresses, and are not claimed.
 */
export class FootfallCounter {
  #journal: Journal;
  #clock: Clock;
  #zoneOffset: (at: number) => { date: string; hour: number };
  #windowMs: number;
  #windows = new Map<string, Window>();

  constructor(options: { journal: Journal; clock: Clock; zone: string; windowMs: number }) {
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#windowMs = options.windowMs;
    this.#zoneOffset = localHour(options.zone);
  }

  see(event: z.infer<typeof PresenceEvent>): void {
    const start = Math.floor(this.#clock.now() / this.#windowMs) * this.#windowMs;
    let window = this.#windows.get(event.zone);
    if (window !== undefined && window.start !== start) {
      this.#flush(event.zone, window);
      window = undefined;
    }
    if (window === undefined) {
      window = { start, visitors: new Map() };
      this.#windows.set(event.zone, window);
    }
    for (const seen of event.observations) {
      if (window.visitors.size >= MAX_VISITORS_PER_WINDOW) break;
      const before = window.visitors.get(seen.visitor);
      window.visitors.set(seen.visitor, {
        associated: seen.associated || (before?.associated ?? false),
        randomised: seen.randomised,
      });
    }
  }

  /** Closes windows that have passed; with `all`, the running ones too (at stop). */
  tick(all = false): void {
    const start = Math.floor(this.#clock.now() / this.#windowMs) * this.#windowMs;
    for (const [zone, window] of this.#windows) {
      if (!all && window.start === start) continue;
      this.#flush(zone, window);
      this.#windows.delete(zone);
    }
  }

  report(date: string | undefined): z.infer<typeof Footfall> {
    const day = date ?? this.#zoneOffset(this.#clock.now()).date;
    const hours = new Map<number, Map<number, number>>();
    const rows = this.#journal.all<{ window_start: string; devices: number }>(
      'SELECT window_start, sum(devices) AS devices FROM presence_window WHERE window_start >= ? AND window_start < ? GROUP BY window_start',
      instantOf(Date.parse(`${day}T00:00:00Z`) - DAY_MS),
      instantOf(Date.parse(`${day}T00:00:00Z`) + 2 * DAY_MS),
    );
    const add = (at: number, devices: number): void => {
      const local = this.#zoneOffset(at);
      if (local.date !== day) return;
      const windows = hours.get(local.hour) ?? new Map<number, number>();
      windows.set(at, (windows.get(at) ?? 0) + devices);
      hours.set(local.hour, windows);
    };
    for (const row of rows) add(Date.parse(row.window_start), row.devices);
    let devices = 0;
    let associated = 0;
    for (const window of this.#windows.values()) {
      devices += window.visitors.size;
      associated += countWhere(window, 'associated');
      add(window.start, window.visitors.size);
    }
    return {
      date: day,
      now: { devices, associated },
      hours: [...hours]
        .sort(([a], [b]) => a - b)
        .map(([hour, windows]) => ({ hour, devices: Math.max(...windows.values()) })),
    };
  }

  #flush(zone: string, window: Window): void {
    if (window.visitors.size === 0) return;
    const body = {
      zone,
      windowStart: instantOf(window.start),
      windowMs: this.#windowMs,
      devices: window.visitors.size,
      associated: countWhere(window, 'associated'),
      randomised: countWhere(window, 'randomised'),
    };
    this.#journal.write((tx) => {
      tx.run(
        `INSERT INTO presence_window (zone, window_start, devices, associated, randomised) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (zone, window_start) DO UPDATE SET devices = max(devices, excluded.devices), associated = max(associated, excluded.associated),
           randomised = max(randomised, excluded.randomised)`,
        zone,
        body.windowStart,
        body.devices,
        body.associated,
        body.randomised,
      );
      tx.append('tillside.presence.counted.v1', body);
    });
  }
}

const DAY_MS = 86_400_000;

function countWhere(window: Window, what: 'associated' | 'randomised'): number {
  let count = 0;
  for (const visitor of window.visitors.values()) if (visitor[what]) count += 1;
  return count;
}

function localHour(zone: string): (at: number) => { date: string; hour: number } {
  const instant = zonedInstants(zone);
  return (at) => {
    const text = instant(at);
    return { date: text.slice(0, 10), hour: Number(text.slice(11, 13)) };
  };
}
