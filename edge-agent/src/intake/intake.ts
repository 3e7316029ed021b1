import type { DeviceConfig, DeviceEvent } from '@tillside/devices';
import type { Journal } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import type { StoreEvents } from './store-event.ts';

export interface DeviceStatus {
  deviceId: string;
  model: string;
  lane: string | undefined;
  state: string;
  condition?: { code: string; message: string; hint: string };
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
  #devices = new Map<string, DeviceStatus>();
  #rejects = new Map<string, { at: number; condition: DeviceStatus['condition'] }>();

  constructor(options: { journal: Journal; clock: Clock; sink: StoreEvents; devices: readonly DeviceConfig[] }) {
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#sink = options.sink;
    for (const device of options.devices) {
      this.#devices.set(device.id, { deviceId: device.id, model: device.model, lane: device.lane, state: 'starting' });
    }
  }

  /** Returns when the event is durable where it needs to be; the caller then acknowledges it to the host. Idempotent per (host, boot, sequence). */
  take(hostId: string, bootId: string, eventSeq: number, event: DeviceEvent): void {
    const cursor = this.#journal.get<{ boot_id: string; event_seq: number }>(
      'SELECT boot_id, event_seq FROM device_cursor WHERE host_id = ?',
      hostId,
    );
    if (cursor !== undefined && cursor.boot_id === bootId && eventSeq <= cursor.event_seq) return;
    const device = this.#devices.get(event.deviceId);
    if (device !== undefined) this.#translate(device, event);
    this.#journal.write((tx) =>
      tx.run(
        `INSERT INTO device_cursor (host_id, boot_id, event_seq) VALUES (?, ?, ?)
         ON CONFLICT (host_id) DO UPDATE SET boot_id = excluded.boot_id, event_seq = excluded.event_seq`,
        hostId,
        bootId,
        eventSeq,
      ),
    );
  }

  /** A whole host went away or came back: its devices can't be heard meanwhile. */
  hostChanged(deviceIds: readonly string[], up: boolean): void {
    if (up) return;
    for (const deviceId of deviceIds) {
      const device = this.#devices.get(deviceId);
      if (device === undefined || device.state === 'offline') continue;
      this.#setState(device, 'offline', {
        code: 'HOST_DOWN',
        message: 'The device host ended and is being started again.',
        hint: 'Nothing to do; if it stays, read the agent log.',
      });
    }
  }

  status(): DeviceStatus[] {
    const now = this.#clock.now();
    return [...this.#devices.values()].map((device) => {
      const reject = this.#rejects.get(device.deviceId);
      const recent = reject !== undefined && now - reject.at < REJECT_VISIBLE_MS ? reject.condition : undefined;
      const condition = device.condition ?? recent;
      return { ...device, ...(condition === undefined ? {} : { condition }) };
    });
  }

  #translate(device: DeviceStatus, event: DeviceEvent): void {
    switch (event.type) {
      case 'scan':
        this.#sink.scanned({
          lane: device.lane ?? '',
          kind: event.kind,
          data: event.aim === undefined ? event.data : event.aim + event.data,
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
