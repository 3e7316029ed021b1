import { DeviceError } from '../conditions.ts';
import type { UsbMatch } from '../contract/config.ts';
import type { ByteTransport, HidUsage, TransportHandlers } from '../contract/transport.ts';
import { type HidDevice, type HidFound, type HidPort, hidOpenError, nodeHidPort } from './hid-port.ts';

/**
 * A USB HID device as a byte pipe: each input report is one chunk, its report id first; `write` sends an output report, its report id first.
 * Found by its USB ids at each opening, so that it may come back at another plug. May be opened again after it closed.
 */
export class HidTransport implements ByteTransport {
  readonly address: string;
  readonly #match: UsbMatch;
  readonly #usage: HidUsage | undefined;
  readonly #port: HidPort;
  #device: HidDevice | undefined;

  constructor(options: { match: UsbMatch; usage: HidUsage | undefined; port?: HidPort }) {
    this.#match = options.match;
    this.#usage = options.usage;
    this.#port = options.port ?? nodeHidPort;
    const { vendorId, productId = '*', serialNumber } = options.match;
    this.address = `hid:${vendorId}:${productId}${serialNumber === undefined ? '' : `:${serialNumber}`}`;
  }

  /** Throws HID_NOT_FOUND, HID_WRONG_MODE, HID_AMBIGUOUS, HID_NO_PERMISSION, HID_OPEN_FAILED, HID_NO_LIBUSB or HID_UNAVAILABLE. */
  async open(handlers: TransportHandlers): Promise<void> {
    const path = findHid(await this.#port.list(), this.#match, this.#usage);
    const device = await this.#port.open(path).catch((error: unknown) => {
      throw hidOpenError(error instanceof Error ? error.message : String(error), this.address);
    });
    this.#device = device;
    device.onReport((report) => {
      if (this.#device === device) handlers.onBytes(report);
    });
    device.onError((error) => {
      // A device tells its end once; after `close` nobody wants to hear it.
      if (this.#device !== device) return;
      this.#device = undefined;
      void device.close();
      handlers.onClose(`unplugged: ${error.message}`);
    });
  }

  write(report: Uint8Array): Promise<void> {
    return this.#send((device) => device.write(report));
  }

  sendFeature(report: Uint8Array): Promise<void> {
    return this.#send((device) => device.sendFeature(report));
  }

  async close(): Promise<void> {
    const device = this.#device;
    this.#device = undefined;
    await device?.close();
  }

  async #send(send: (device: HidDevice) => Promise<void>): Promise<void> {
    if (!this.#device) throw new DeviceError('PORT_CLOSED', this.address);
    try {
      await send(this.#device);
    } catch (error) {
      throw new DeviceError('HID_REPORT_REFUSED', error instanceof Error ? error.message : String(error), error);
    }
  }
}

const hex = (id: number): string => id.toString(16).padStart(4, '0');

/** The path of the one device that is meant. Throws HID_NOT_FOUND, HID_WRONG_MODE (there, but with other usages) or HID_AMBIGUOUS. */
export function findHid(found: readonly HidFound[], match: UsbMatch, usage: HidUsage | undefined): string {
  const wanted = `${match.vendorId}:${match.productId ?? '*'}`;
  const meant = found.filter(
    (device) =>
      hex(device.vendorId) === match.vendorId &&
      (match.productId === undefined || hex(device.productId) === match.productId) &&
      (match.serialNumber === undefined || device.serialNumber === match.serialNumber),
  );
  if (meant.length === 0) {
    throw new DeviceError('HID_NOT_FOUND', match.serialNumber ? `${wanted}, ${match.serialNumber}` : wanted);
  }
  // One device can have several collections under one path, e.g. a keyboard beside the scanner.
  const fitting = new Map(meant.filter((device) => hasUsage(device, usage)).map((device) => [device.path, device]));
  const [first, second] = fitting.values();
  if (!first) throw new DeviceError('HID_WRONG_MODE', `${wanted}, ${usagesText(meant)}`);
  if (second) throw new DeviceError('HID_AMBIGUOUS', [...fitting.values()].map(deviceText).join('; '));
  return first.path;
}

/** A system that tells no usage can not be asked for one. */
function hasUsage({ usagePage, usage }: HidFound, wanted: HidUsage | undefined): boolean {
  if (!wanted || usagePage === undefined) return true;
  return usagePage === wanted.page && (usage === undefined || wanted.usages.includes(usage));
}

function usagesText(devices: readonly HidFound[]): string {
  const usages = devices.map(({ usagePage = 0, usage = 0 }) => `${usagePage.toString(16)}/${usage.toString(16)}`);
  return `usages ${[...new Set(usages)].join(', ')}`;
}

function deviceText({ vendorId, productId, serialNumber }: HidFound): string {
  return `${hex(vendorId)}:${hex(productId)} ${serialNumber === undefined ? 'without serial number' : `serialNumber ${serialNumber}`}`;
}
