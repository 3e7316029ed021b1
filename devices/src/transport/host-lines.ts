import type { AnyDeviceDefinition, DeviceCatalog } from '../catalog.ts';
import { type DeviceConditionCode, DeviceError } from '../conditions.ts';
import type { DeviceCodec } from '../contract/codec.ts';
import type { DeviceConfig } from '../contract/config.ts';
import type { ByteTransport, Clock } from '../contract/transport.ts';
import type { SharedMark } from '../framing/splitter.ts';
import { openTransport } from './open.ts';
import { listSerialPorts } from './probe.ts';
import { SharedLine } from './shared.ts';
import type { ListPorts } from './usb-serial.ts';

const ETX = '\x03';

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
      const { owner, mark } = this.#share(device);
      return this.#line(owner).part(mark.text);
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
    const marks = this.#sharers(owner).map((sharer) => this.#share(sharer).mark);
    const line = new SharedLine({ port: this.#port(owner), marks, clock: this.#clock });
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

  /** Whose line a device shares and by which mark; throws why it can not. */
  #share(device: DeviceConfig): { owner: DeviceConfig; mark: SharedMark } {
    const { connection } = device;
    if (connection.kind !== 'shared') throw new DeviceError('SHARED_UNSUPPORTED', connection.kind);
    const refuse = (code: DeviceConditionCode, detail: string) => new DeviceError(code, `${device.id}: ${detail}`);
    const owner = this.#devices.get(connection.with);
    if (connection.with === device.id) throw refuse('SHARED_WITH_ITSELF', connection.with);
    if (!owner) throw refuse('SHARED_DEVICE_UNKNOWN', connection.with);
    if (owner.connection.kind === 'shared') throw refuse('SHARED_CHAIN', `${owner.id} with ${owner.connection.with}`);
    if (!['serial', 'usb-serial', 'tcp'].includes(owner.connection.kind))
      throw refuse('CONNECTION_NOT_BYTES', `${owner.id}: ${owner.connection.kind}`);
    const mark = this.#definition(device)?.sharedMark;
    if (mark === undefined) throw refuse('SHARED_UNSUPPORTED', device.model);
    const clash = this.#clash(device, owner, mark);
    if (clash) throw refuse('SHARED_START_CLASH', `${JSON.stringify(mark.text)} and ${clash}`);
    return { owner, mark };
  }

  /** The device whose messages can not be told from those that the mark begins, among those on the line. */
  #clash(device: DeviceConfig, owner: DeviceConfig, mark: SharedMark): string | undefined {
    const definition = this.#definition(owner);
    const options = definition?.options.safeParse(owner.options);
    if (definition && options?.success) {
      // The options were just checked by this definition's own schema: its type is theirs.
      const codecs = definition.codecs(options.data as never);
      if (holds(mark, codecs.flatMap(messagesOf))) return owner.id;
    }
    const other = [...this.#devices.values()].find(({ id, connection, model }) => {
      if (id === device.id || connection.kind !== 'shared' || connection.with !== owner.id) return false;
      const text = this.#catalogued(model)?.sharedMark?.text;
      return text !== undefined && (text.startsWith(mark.text) || mark.text.startsWith(text));
    });
    return other?.id;
  }

  #definition(device: DeviceConfig): AnyDeviceDefinition | undefined {
    return this.#catalogued(device.model);
  }

  #catalogued(model: string): AnyDeviceDefinition | undefined {
    return Object.hasOwn(this.#catalog, model) ? this.#catalog[model] : undefined;
  }
}

const messagesOf = (codec: DeviceCodec): string[] =>
  codec.samples.map((sample) => Buffer.from(codec.encode(sample)).toString('latin1'));

/**
 * Whether the owner's messages can be taken for the sharing device's. Where the mark counts at the start alone, the owner's messages must begin
 * with a prefix of their own (a scan without one could be anything) and end as the splitter knows it.
 */
function holds(mark: SharedMark, messages: readonly string[]): boolean {
  if (mark.counts === 'anywhere') return messages.some((message) => message.includes(mark.text));
  const heads = new Set(messages.map((message) => message.slice(0, mark.text.length)));
  return (
    heads.size > 1 || heads.has(mark.text) || !messages.every((message) => /\r$/.test(message) || message.endsWith(ETX))
  );
}
