import type { DeviceCounters, DeviceEvent, HostDevice } from '@tillside/devices';
import type { Journal } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import type { StoreEvents } from './store-event.ts';

export interface DeviceStatus {
  deviceId: string;
  model: string;
  lane: string | undefined;
  state: string;
  condition?: { code: string; message: string; hint: string };
  lastError?: { code: string; at: string };
  counters?: Pick<DeviceCounters, 'opens' | 'frames' | 'rejects' | 'rejectedBytes'>;
}

/** A device as its host counts it. */
export interface DeviceReading {
  readonly deviceId: string;
  readonly state: string;
  readonly counters: DeviceCounters | undefined;
}

interface Device {
  /** The host that it was first announced by: no other may speak for it. */
  readonly hostId: string;
  readonly status: DeviceStatus;
  counters: DeviceCounters | undefined;
}

/** Rejects of one device that are kept for people to see; the newest counts. */
const REJECT_VISIBLE_MS = 60_000;

/**
 * Device events become store events here, and nowhere else. Each is taken once: the host's boot id and sequence number are the cursor, kept in the journal,
 * so that a host's re-delivery after a crash of either side changes nothing.
 */
export class Intake {
  #journal: Journal;
  #clock: Clock;
  #sink: StoreEvents;
  #devices = new Map<string, Device>();
  #rejects = new Map<string, { at: number; condition: DeviceStatus['condition'] }>();

  constructor(options: { journal: Journal; clock: Clock; sink: StoreEvents }) {
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#sink = options.sink;
  }

  /** The devices of a host, as its config or the host itself says now. Returns those that another host has already: they are not taken. */
  announce(hostId: string, devices: readonly HostDevice[]): string[] {
    const ids = new Set(devices.map(({ id }) => id));
    for (const [id, known] of this.#devices) if (known.hostId === hostId && !ids.has(id)) this.#devices.delete(id);
    return devices.flatMap(({ id, model, lane }) => {
      const known = this.#devices.get(id);
      if (known !== undefined && known.hostId !== hostId) return [id];
      const state = known?.status.state ?? 'starting';
      const condition = known?.status.condition;
      this.#devices.set(id, {
        hostId,
        status: { deviceId: id, model, lane, state, ...(condition === undefined ? {} : { condition }) },
        counters: known?.counters,
      });
      return [];
    });
  }

  hostOf(deviceId: string): string | undefined {
    return this.#devices.get(deviceId)?.hostId;
  }

  /** The first device of a family at a lane, e.g. `scale`. */
  deviceOf(lane: string, family: string): string | undefined {
    return this.statusOf(lane, family)?.deviceId;
  }

  /** How that device is. */
  statusOf(lane: string, family: string): DeviceStatus | undefined {
    return this.status().find((device) => device.lane === lane && device.model.startsWith(`${family}/`));
  }

  /** Returns when the event is durable where it needs to be; the caller then acknowledges it to the host. Idempotent per (host, boot, sequence). */
  take(hostId: string, bootId: string, eventSeq: number, event: DeviceEvent): void {
    const cursor = this.#journal.get<{ boot_id: string; event_seq: number }>(
      'SELECT boot_id, event_seq FROM device_cursor WHERE host_id = ?',
      hostId,
    );
    if (cursor !== undefined && cursor.boot_id === bootId && eventSeq <= cursor.event_seq) return;
    const device = this.#devices.get(event.deviceId);
    const translate = (): void => {
      if (device?.hostId === hostId) this.#translate(device.status, event);
    };
    // A scan goes out at once and for good: when the cursor can't be kept (a full disk), it must not go out again with every attempt.
    // The others are kept in the journal by who hears them; they come again until that succeeded.
    if (event.type !== 'scan') translate();
    // A scan does not wait for the disk: after a power cut the host, which was cut off too, may tell its last events again.
    this.#journal.write((tx) =>
      tx.run(
        `INSERT INTO device_cursor (host_id, boot_id, event_seq) VALUES (?, ?, ?)
         ON CONFLICT (host_id) DO UPDATE SET boot_id = excluded.boot_id, event_seq = excluded.event_seq`,
        hostId,
        bootId,
        eventSeq,
      ),
    );
    if (event.type === 'scan') translate();
  }

  /** A whole host went away: its devices can't be heard meanwhile. */
  hostAway(hostId: string, because: NonNullable<DeviceStatus['condition']>): void {
    for (const { hostId: owner, status } of this.#devices.values())
      if (owner === hostId) this.#setState(status, 'offline', because);
  }

  count(hostId: string, counters: Readonly<Record<string, DeviceCounters>>): void {
    for (const [deviceId, now] of Object.entries(counters)) {
      const device = this.#devices.get(deviceId);
      if (device?.hostId === hostId) device.counters = now;
    }
  }

  readings(): DeviceReading[] {
    return [...this.#devices.values()].map(({ status: { deviceId, state }, counters }) => ({
      deviceId,
      state,
      counters,
    }));
  }

  status(): DeviceStatus[] {
    const now = this.#clock.now();
    return [...this.#devices.values()].map(({ status, counters }) => {
      const reject = this.#rejects.get(status.deviceId);
      const recent = reject !== undefined && now - reject.at < REJECT_VISIBLE_MS ? reject.condition : undefined;
      const condition = status.condition ?? recent;
      const { lastErrorCode: code = '', lastErrorAt = '' } = counters ?? {};
      const atMs = Date.parse(lastErrorAt);
      return {
        ...status,
        ...(condition === undefined ? {} : { condition }),
        ...(counters === undefined ? {} : { counters: toldOf(counters) }),
        ...(code === '' || Number.isNaN(atMs) ? {} : { lastError: { code, at: instantOf(atMs) } }),
      };
    });
  }

  #translate(device: DeviceStatus, event: DeviceEvent): void {
    switch (event.type) {
      case 'scan':
        this.#sink.scanned({
          lane: device.lane ?? '',
          kind: event.kind,
          data: event.aim === undefined ? event.data : event.aim + event.data,
          at: event.at,
          ...(event.gtin === undefined ? {} : { gtin: event.gtin }),
          ...(event.ais === undefined ? {} : { ais: event.ais }),
          ...(event.problem === undefined ? {} : { problem: event.problem }),
        });
        break;
      case 'label':
        this.#sink.label(event);
        break;
      case 'presence':
        this.#sink.presence(event);
        break;
      case 'state':
        this.#setState(device, event.state, event.condition);
        break;
      case 'reject':
        this.#rejects.set(device.deviceId, { at: this.#clock.now(), condition: event.condition });
        this.#sink.rejected(device.deviceId, event.condition.code, event.byteCount);
        break;
      case 'weight':
        break;
    }
  }

  #setState(device: DeviceStatus, state: string, condition: DeviceStatus['condition']): void {
    if (device.state === state && device.condition?.code === condition?.code) return;
    device.state = state;
    if (condition === undefined) delete device.condition;
    else device.condition = condition;
    this.#journal.write((tx) =>
      tx.append('tillside.device.changed.v1', {
        deviceId: device.deviceId,
        state,
        at: instantOf(this.#clock.now()),
        ...(condition === undefined ? {} : { code: condition.code }),
      }),
    );
    this.#sink.deviceChanged(device.deviceId, state);
  }
}

function toldOf({ opens, frames, rejects, rejectedBytes }: DeviceCounters): NonNullable<DeviceStatus['counters']> {
  return { opens, frames, rejects, rejectedBytes };
}
