import type { HIDAsync } from 'node-hid';
import { DeviceError } from '../conditions.ts';
import { hidLoadError } from './probe.ts';

/** One collection of a HID device; a device with several is listed several times under one path. */
export interface HidFound {
  readonly path: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string;
  readonly product?: string;
  /** Usage of the collection; absent where the system does not tell. */
  readonly usagePage?: number;
  readonly usage?: number;
}

/** An open HID device. Reports have their report id first, both ways. */
export interface HidDevice {
  /** Each input report is one call. */
  onReport(listener: (report: Uint8Array) => void): void;
  /** Reading failed: as a rule the plug was pulled. No report follows. */
  onError(listener: (error: Error) => void): void;
  write(report: Uint8Array): Promise<void>;
  sendFeature(report: Uint8Array): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** The HID devices of a machine, as a port: tests and simulators plug in their own. */
export interface HidPort {
  /** Throws HID_NO_LIBUSB or HID_UNAVAILABLE. */
  list(): Promise<readonly HidFound[]>;
  /** Rejects with what the system says, in words. */
  open(path: string): Promise<HidDevice>;
}

/** The real one. Its native library is loaded at first use, so that a machine without it loses its HID devices only. */
export const nodeHidPort: HidPort = {
  async list() {
    try {
      const { devicesAsync } = await import('node-hid');
      return (await devicesAsync()).flatMap(({ path, serialNumber, product, usagePage, usage, ...ids }) =>
        path === undefined
          ? []
          : [
              {
                path,
                vendorId: ids.vendorId,
                productId: ids.productId,
                ...(serialNumber ? { serialNumber } : {}),
                ...(product ? { product } : {}),
                ...(usagePage ? { usagePage } : {}),
                ...(usage ? { usage } : {}),
              },
            ],
      );
    } catch (error) {
      throw hidLoadError(error instanceof Error ? error.message : String(error));
    }
  },
  async open(path) {
    const { HIDAsync: Device } = await import('node-hid');
    return new NodeHidDevice(await Device.open(path));
  },
};

class NodeHidDevice implements HidDevice {
  readonly #device: HIDAsync;
  #closed = false;

  constructor(device: HIDAsync) {
    this.#device = device;
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#device.on('data', (report: Buffer) => listener(report));
  }

  onError(listener: (error: Error) => void): void {
    this.#device.on('error', listener);
  }

  async write(report: Uint8Array): Promise<void> {
    await this.#device.write(Buffer.from(report));
  }

  async sendFeature(report: Uint8Array): Promise<void> {
    await this.#device.sendFeatureReport(Buffer.from(report));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // A device that was pulled can not be closed any more; nothing is left to undo.
    await this.#device.close().catch(() => undefined);
  }
}

/** The operating system says what went wrong only in words; this reads them. Where it says nothing, permission is the usual cause on Linux. */
export function hidOpenError(message: string, address: string): DeviceError {
  if (/permission denied|access denied|not permitted/i.test(message)) {
    return new DeviceError('HID_NO_PERMISSION', address);
  }
  if (/no such (file|device)/i.test(message)) return new DeviceError('HID_NOT_FOUND', address);
  return new DeviceError('HID_OPEN_FAILED', `${address}: ${message}`);
}
