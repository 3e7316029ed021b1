import type { AnyDeviceDefinition, DeviceCatalog } from '../catalog.ts';
import { type DeviceConditionCode, DeviceError } from '../conditions.ts';
import type { DeviceConfig } from '../contract/config.ts';
import type { ByteTransport, Clock } from '../contract/transport.ts';
import { openTransport } from './open.ts';
import { listSerialPorts } from './probe.ts';
import { SharedLine } from './shared.ts';
import type { ListPorts } from './usb-serial.ts';

/** The lines of one host: knows all its devices, so that two of them can use one port. */
export class HostLines {
  readonly #devices: ReadonlyMap<string, DeviceConfig>;
  readonly #catalog: DeviceCatalog;
  readonly #clock: Clock;
  readonly #listPorts: ListPorts;
  readonly #shared = new Map<string, SharedLine>();

  constructor(options: {
    devices: readonly DeviceConfig[];
    catalog: DeviceCatalog;
    clock: Clock;
    listPorts?: ListPorts;
  }) {
    this.#devices = new Map(options.devices.map((device) => [device.id, device]));
    this.#catalog = options.catalog;
    this.#clock = options.clock;
    this.#listPorts = options.listPorts ?? listSerialPorts;
  }

  /**
   * The byte pipe of a device, not yet open. Throws CONNECTION_NOT_BYTES for a connection that carries none, and for one that can not be shared
   * SHARED_DEVICE_UNKNOWN, SHARED_WITH_ITSELF, SHARED_CHAIN, SHARED_UNSUPPORTED or SHARED_START_CLASH.
   */
  open(device: DeviceConfig): ByteTransport {
    if (device.connection.kind === 'shared') {
      const { owner, start } = this.#share(device);
      return this.#line(owner).part(start);
    }
    return this.#sharers(device).length > 0 ? this.#line(device).part(undefined) : this.#port(device);
  }

  #port(device: DeviceConfig): ByteTransport {
    return openTransport(device.connection, {
      hid: this.#definition(device)?.hid,
      listPorts: this.#listPorts,
    });
  }

  #line(owner: DeviceConfig): SharedLine {
    const known = this.#shared.get(owner.id);
    if (known) return known;
    const starts = this.#sharers(owner).map((sharer) => this.#share(sharer).start);
    const line = new SharedLine({ port: this.#port(owner), starts, clock: this.#clock });
    this.#shared.set(owner.id, line);
    return line;
  }

  /** Those that may share this device's line; one that may not leaves the device as it is. */
  #sharers(owner: DeviceConfig): DeviceConfig[] {
    return [...this.#devices.values()].filter(({ connection, ...rest }) => {
      if (connection.kind !== 'shared' || connection.with !== owner.id) return false;
      try {
        this.#share({ connection, ...rest });
        return true;
      } catch {
        return false;
      }
    });
  }

  /** Whose line a device shares and by which start byte; throws why it can not. */
  #share(device: DeviceConfig): { owner: DeviceConfig; start: number } {
    const { connection } = device;
    if (connection.kind !== 'shared') throw new DeviceError('SHARED_UNSUPPORTED', connection.kind);
    const refuse = (code: DeviceConditionCode, detail: string) => new DeviceError(code, `${device.id}: ${detail}`);
    const owner = this.#devices.get(connection.with);
    if (connection.with === device.id) throw refuse('SHARED_WITH_ITSELF', connection.with);
    if (!owner) throw refuse('SHARED_DEVICE_UNKNOWN', connection.with);
    if (owner.connection.kind === 'shared') throw refuse('SHARED_CHAIN', `${owner.id} with ${owner.connection.with}`);
    if (!['serial', 'usb-serial', 'tcp'].includes(owner.connection.kind))
      throw refuse('CONNECTION_NOT_BYTES', `${owner.id}: ${owner.connection.kind}`);
    const start = this.#definition(device)?.sharedStart;
    if (start === undefined) throw refuse('SHARED_UNSUPPORTED', device.model);
    const clash = this.#clash(device, owner, start);
    if (clash) throw refuse('SHARED_START_CLASH', `0x${start.toString(16).padStart(2, '0')} of ${clash}`);
    return { owner, start };
  }

  /** The device whose messages hold the start byte too, among those on the line. */
  #clash(device: DeviceConfig, owner: DeviceConfig, start: number): string | undefined {
    const definition = this.#definition(owner);
    const options = definition?.options.safeParse(owner.options);
    if (definition && options?.success) {
      // The options were just checked by this definition's own schema: its type is theirs.
      const codecs = definition.codecs(options.data as never);
      if (codecs.some((codec) => codec.samples.some((sample) => codec.encode(sample).includes(start)))) return owner.id;
    }
    const other = [...this.#devices.values()].find(
      ({ id, connection, model }) =>
        id !== device.id &&
        connection.kind === 'shared' &&
        connection.with === owner.id &&
        this.#catalogued(model)?.sharedStart === start,
    );
    return other?.id;
  }

  #definition(device: DeviceConfig): AnyDeviceDefinition | undefined {
    return this.#catalogued(device.model);
  }

  #catalogued(model: string): AnyDeviceDefinition | undefined {
    return Object.hasOwn(this.#catalog, model) ? this.#catalog[model] : undefined;
  }
}
