import { ManualClock } from '../clock.ts';
import type { Connection } from '../contract/config.ts';
import type { DeviceDefinition, DeviceSession, DriverContext } from '../contract/definition.ts';
import { DeviceEvent } from '../contract/event.ts';
import { newCounters } from '../contract/metrics.ts';
import { MemoryTransport } from '../transport/memory.ts';

export interface DriverBench<Options> {
  readonly clock: ManualClock;
  readonly transport: MemoryTransport;
  readonly events: DeviceEvent[];
  readonly session: DeviceSession;
  readonly context: DriverContext<Options>;
}

/** A driver on a test bench: time by hand, a line in memory, and every event held against the contract. */
export function driverBench<Options>(
  definition: DeviceDefinition<Options>,
  options: Record<string, unknown> = {},
  connection: Connection = { kind: 'tcp', host: '127.0.0.1', port: 4001 },
): DriverBench<Options> {
  const clock = new ManualClock(Date.parse('2026-01-01T08:00:00.000Z'));
  const transport = new MemoryTransport();
  const events: DeviceEvent[] = [];
  const context: DriverContext<Options> = {
    config: { id: 'dev-1', model: definition.model, connection, options },
    options: definition.options.parse(options),
    clock,
    counters: newCounters(),
    serialDefaults: definition.serialDefaults,
    random: () => 0.5,
    emit: (event) => events.push(DeviceEvent.parse(event)),
    openTransport: () => transport,
  };
  return { clock, transport, events, context, session: definition.createSession(context) };
}
