import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import type { DeviceConfig } from '../contract/config.ts';
import type { DeviceDefinition, DeviceSession } from '../contract/definition.ts';
import type { DeviceEvent } from '../contract/event.ts';
import { type DeviceCounters, newCounters } from '../contract/metrics.ts';
import type { ByteTransport } from '../contract/transport.ts';

export interface LiveDevice {
  readonly session: DeviceSession;
  readonly counters: DeviceCounters;
  readonly events: DeviceEvent[];
  scans(): string[];
  /** State and, with a colon, the condition's code. */
  states(): string[];
}

/** A driver on a real line, in real time; for tests. */
export function liveDevice<Options>(
  definition: DeviceDefinition<Options>,
  config: DeviceConfig,
  openTransport: (config: DeviceConfig) => ByteTransport,
): LiveDevice {
  const events: DeviceEvent[] = [];
  const counters = newCounters();
  const session = definition.createSession({
    config,
    options: definition.options.parse(config.options),
    clock: systemClock,
    counters,
    serialDefaults: definition.serialDefaults,
    emit: (event) => events.push(event),
    openTransport: () => openTransport(config),
  });
  return {
    session,
    counters,
    events,
    scans: () => events.flatMap((event) => (event.type === 'scan' ? [event.data] : [])),
    states: () =>
      events.flatMap((event) =>
        event.type === 'state' ? [event.condition ? `${event.state}:${event.condition.code}` : event.state] : [],
      ),
  };
}

/** A folder of a test's own and how to undo it. */
export async function temporaryFolder(): Promise<{ path: (name: string) => string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'tillside-line-'));
  return { path: (name) => join(folder, name), remove: () => rm(folder, { recursive: true, force: true }) };
}
