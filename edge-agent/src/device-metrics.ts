import type { DeviceCounters } from '@tillside/devices';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { HostView } from './intake/host-conditions.ts';
import type { DeviceReading } from './intake/intake.ts';

type Counted = Exclude<keyof DeviceCounters, 'lastErrorCode' | 'lastErrorAt'>;

/** What each device's own counter is called; they begin again when its host starts anew, as counters may. */
const COUNTERS: Readonly<Record<Counted, { name: string; help: string }>> = {
  opens: { name: 'opens', help: 'Times that the line was opened; all but the first are returns.' },
  bytesIn: { name: 'received_bytes', help: 'Bytes from the device.' },
  bytesOut: { name: 'sent_bytes', help: 'Bytes to the device.' },
  frames: { name: 'frames', help: 'Messages that were understood.' },
  rejects: { name: 'rejected_frames', help: 'Messages or pieces that were dropped.' },
  rejectedBytes: { name: 'rejected_bytes', help: 'Bytes that were dropped.' },
  events: { name: 'events', help: 'Events that went to the agent.' },
  failedCommands: { name: 'failed_commands', help: 'Commands that failed.' },
};

/** Metrics of devices and their hosts, read when somebody asks. */
export function addDeviceMetrics(
  registry: Registry,
  read: { devices(): readonly DeviceReading[]; hosts(): readonly HostView[] },
): void {
  const registers = [registry];
  for (const [key, { name, help }] of Object.entries(COUNTERS) as [Counted, { name: string; help: string }][]) {
    new Counter({
      name: `tillside_device_${name}_total`,
      help,
      labelNames: ['device'],
      registers,
      collect() {
        this.reset();
        for (const { deviceId, counters } of read.devices()) this.inc({ device: deviceId }, counters?.[key] ?? 0);
      },
    });
  }
  new Gauge({
    name: 'tillside_device_state',
    help: '1 for the state that a device is in.',
    labelNames: ['device', 'state'],
    registers,
    collect() {
      this.reset();
      for (const { deviceId, state } of read.devices()) this.set({ device: deviceId, state }, 1);
    },
  });
  new Gauge({
    name: 'tillside_device_last_error_timestamp_seconds',
    help: 'When the last thing went wrong with a device, and what.',
    labelNames: ['device', 'code'],
    registers,
    collect() {
      this.reset();
      for (const { deviceId, counters } of read.devices()) {
        const atMs = Date.parse(counters?.lastErrorAt ?? '');
        if (!Number.isNaN(atMs)) this.set({ device: deviceId, code: counters?.lastErrorCode ?? '' }, atMs / 1_000);
      }
    },
  });
  new Gauge({
    name: 'tillside_device_host_online',
    help: '1 while a device host on another machine can be reached.',
    labelNames: ['host'],
    registers,
    collect() {
      this.reset();
      for (const { name, remote, away } of read.hosts())
        if (remote) this.set({ host: name }, away === undefined ? 1 : 0);
    },
  });
  new Counter({
    name: 'tillside_device_host_shed_events_total',
    help: 'Events that a device host dropped because too many waited for the agent.',
    labelNames: ['host', 'type'],
    registers,
    collect() {
      this.reset();
      for (const { name, report } of read.hosts())
        for (const [type, count] of Object.entries(report?.shed ?? {})) this.inc({ host: name, type }, count);
    },
  });
}
