import type { z } from 'zod';
import type { SharedMark } from '../framing/splitter.ts';
import type { DeviceCodec } from './codec.ts';
import type { CommandResult, DeviceCommand } from './command.ts';
import type { Connection, DeviceConfig, UsbMatch } from './config.ts';
import type { DeviceEvent } from './event.ts';
import type { DeviceCounters } from './metrics.ts';
import type { DriverQuality } from './quality.ts';
import type { ByteTransport, Clock, HidUsage } from './transport.ts';

/** What a running driver may use. Everything outside is a port. */
export interface DriverContext<Options> {
  readonly config: DeviceConfig;
  readonly options: Options;
  readonly clock: Clock;
  /** In [0, 1); for back-off jitter. Absent: `Math.random`. */
  readonly random?: () => number;
  /** What people see of this device in metrics; the line and the host add to it. */
  readonly counters: DeviceCounters;
  /** Factory settings of the model's line, for the hint when the present ones look wrong. */
  readonly serialDefaults?: DeviceDefinition['serialDefaults'];
  /** Queue an event for the agent; bounded by the host. */
  emit(event: DeviceEvent): void;
  /** Open the byte pipe that the config names; throws a coded error for a kind that carries no bytes. */
  openTransport(): ByteTransport;
}

/** A device while it runs. `start` acts, `stop` undoes all of it; both idempotent. Errors become `state` events, not exceptions. */
export interface DeviceSession {
  start(): Promise<void>;
  stop(): Promise<void>;
  command(command: DeviceCommand): Promise<CommandResult>;
}

/** A model: data, plus how to run it. The catalogue is typed by `model`, and the sweep test holds every one to its invariants. */
export interface DeviceDefinition<Options = unknown> {
  readonly model: string;
  readonly family: 'scanner' | 'scale' | 'printer' | 'shelf-label' | 'presence';
  readonly name: { readonly zh: string; readonly en: string };
  /** Where the wire facts come from: manual and section. */
  readonly source: string;
  readonly connections: readonly Connection['kind'][];
  readonly commands: readonly DeviceCommand['type'][];
  /** Line settings a factory-fresh device uses; used by `probe` and by set-up sheets. */
  readonly serialDefaults?: { baudRate: number; dataBits: 7 | 8; parity: 'none' | 'even' | 'odd'; stopBits: 1 | 2 };
  /**
   * For a model that can share another device's line (`connection.kind` `shared`): what begins each of its messages, by which they are told from
   * the other's. Its messages end with CR or ETX.
   */
  readonly sharedMark?: SharedMark;
  /** For a model over USB HID: the collection it speaks through, by which it is told from a keyboard with the same ids. */
  readonly hid?: HidUsage;
  /** USB ids that this model is known to have: for udev rules and for finding its port. Absent: any serial converter may carry it. */
  readonly usb?: readonly UsbMatch[];
  readonly quality: DriverQuality;
  readonly options: z.ZodType<Options>;
  /** The pure halves of the wire, both directions; none for models whose wire is HTTP with a body that a schema reads. */
  codecs(options: Options): readonly DeviceCodec[];
  /** How `devices probe` finds out that this model is at the other end: a harmless request, and whether a decoded answer is its own. */
  readonly probe?: { readonly request: Uint8Array; readonly codec: string; answers(value: unknown): boolean };
  createSession(context: DriverContext<Options>): DeviceSession;
}
