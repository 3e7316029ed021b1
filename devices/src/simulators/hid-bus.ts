import type { HidDevice, HidFound, HidPort } from '../transport/hid-port.ts';

/** What is plugged into a simulated bus: how it shows itself, and what it does with what it is sent. */
export interface PluggedDevice {
  /** Its collections; one path for all is given by the bus. */
  readonly collections: readonly Omit<HidFound, 'path'>[];
  /** An output or feature report, its report id first. An Error is what the system would say. */
  onWrite(report: Uint8Array): void;
  onFeature(report: Uint8Array): void;
}

interface Slot {
  readonly plugged: PluggedDevice;
  readonly path: string;
  /** The system refuses to open it, with these words. */
  refusal: string | undefined;
  open: OpenDevice | undefined;
}

/** The HID devices of a machine that has none: the double of the real port. A device comes back under another path, as on a real machine. */
export class SimulatedHidBus implements HidPort {
  readonly #slots = new Map<PluggedDevice, Slot>();
  #plugs = 0;

  plug(plugged: PluggedDevice): void {
    if (this.#slots.has(plugged)) return;
    this.#plugs += 1;
    this.#slots.set(plugged, { plugged, path: `/dev/hidraw${this.#plugs}`, refusal: undefined, open: undefined });
  }

  unplug(plugged: PluggedDevice): void {
    const slot = this.#slots.get(plugged);
    this.#slots.delete(plugged);
    slot?.open?.fail(new Error('could not read from HID device'));
  }

  /** From now on opening fails with these words, e.g. `Permission denied`; undefined lets it be opened. */
  refuse(plugged: PluggedDevice, words: string | undefined): void {
    const slot = this.#slots.get(plugged);
    if (slot) slot.refusal = words;
  }

  /** An input report to whoever has the device open; to nobody, it is lost, as it is on a real machine. */
  report(plugged: PluggedDevice, report: Uint8Array): void {
    this.#slots.get(plugged)?.open?.receive(report);
  }

  async list(): Promise<readonly HidFound[]> {
    return [...this.#slots.values()].flatMap(({ plugged, path }) =>
      plugged.collections.map((collection) => ({ ...collection, path })),
    );
  }

  async open(path: string): Promise<HidDevice> {
    const slot = [...this.#slots.values()].find((one) => one.path === path);
    if (!slot) throw new Error(`cannot open device with path ${path}: No such file or directory`);
    if (slot.refusal) throw new Error(`cannot open device with path ${path}: ${slot.refusal}`);
    const device = new OpenDevice(slot.plugged);
    slot.open = device;
    return device;
  }
}

class OpenDevice implements HidDevice {
  readonly #plugged: PluggedDevice;
  #onReport: (report: Uint8Array) => void = () => {};
  #onError: (error: Error) => void = () => {};
  #closed = false;

  constructor(plugged: PluggedDevice) {
    this.#plugged = plugged;
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#onReport = listener;
  }

  onError(listener: (error: Error) => void): void {
    this.#onError = listener;
  }

  async write(report: Uint8Array): Promise<void> {
    this.#alive();
    this.#plugged.onWrite(report);
  }

  async sendFeature(report: Uint8Array): Promise<void> {
    this.#alive();
    this.#plugged.onFeature(report);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  receive(report: Uint8Array): void {
    if (!this.#closed) this.#onReport(Uint8Array.from(report));
  }

  fail(error: Error): void {
    if (!this.#closed) this.#onError(error);
  }

  #alive(): void {
    if (this.#closed) throw new Error('Cannot write to closed device');
  }
}
