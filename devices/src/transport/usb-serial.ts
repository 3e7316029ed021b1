import { DeviceError } from '../conditions.ts';
import type { Connection, UsbMatch } from '../contract/config.ts';
import type { ByteTransport, TransportHandlers } from '../contract/transport.ts';
import type { SerialPortFound } from './probe.ts';
import { SerialTransport } from './serial.ts';

type UsbSerialConnection = Extract<Connection, { kind: 'usb-serial' }>;
export type ListPorts = () => Promise<readonly SerialPortFound[]>;

/** udev writes a blank of a serial number as `_`; the device itself does not. */
const plainSerial = (serialNumber: string): string => serialNumber.trim().replace(/\s/g, '_');

/** Whether a port belongs to the USB device that is meant. Ids are compared without regard to case, serial numbers as they are. */
export function isUsbMatch(port: SerialPortFound, match: UsbMatch): boolean {
  const same = (seen: string | undefined, wanted: string) => seen?.toLowerCase() === wanted.toLowerCase();
  if (!same(port.vendorId, match.vendorId)) return false;
  if (match.productId !== undefined && !same(port.productId, match.productId)) return false;
  return match.serialNumber === undefined || plainSerial(port.serialNumber ?? '') === plainSerial(match.serialNumber);
}

/** `0c2e:0b61 serial number S1`, with what is not set left out. */
export function usbText({ vendorId, productId, serialNumber }: Partial<UsbMatch>): string {
  const ids = `${vendorId?.toLowerCase() ?? '?'}:${productId?.toLowerCase() ?? '*'}`;
  return serialNumber === undefined ? ids : `${ids} serial number ${serialNumber}`;
}

/** The one port of that USB device. Throws USB_PORT_NOT_FOUND or USB_PORT_AMBIGUOUS, which list what was seen. */
export function findUsbPort(ports: readonly SerialPortFound[], match: UsbMatch): SerialPortFound {
  const found = ports.filter((port) => isUsbMatch(port, match));
  const [only] = found;
  if (only && found.length === 1) return only;
  const seen = only ? found : ports.filter(({ vendorId }) => vendorId !== undefined);
  const list = seen.map((port) => `${port.path} ${usbText(port)}`).join(', ') || 'no USB serial port at all';
  throw new DeviceError(only ? 'USB_PORT_AMBIGUOUS' : 'USB_PORT_NOT_FOUND', `wanted ${usbText(match)}; seen: ${list}`);
}

/** A serial line of a USB device, looked for at each opening: a device that comes back under another path is found again. */
export class UsbSerialTransport implements ByteTransport {
  readonly #connection: UsbSerialConnection;
  readonly #listPorts: ListPorts;
  #line: SerialTransport | undefined;

  constructor(connection: UsbSerialConnection, listPorts: ListPorts) {
    this.#connection = connection;
    this.#listPorts = listPorts;
  }

  get address(): string {
    const ids = `usb-serial:${usbText(this.#connection)}`;
    return this.#line ? `${ids} (${this.#line.address})` : ids;
  }

  async open(handlers: TransportHandlers): Promise<void> {
    const { kind: _, vendorId, productId, serialNumber, ...settings } = this.#connection;
    const { path } = findUsbPort(await this.#listPorts(), {
      vendorId,
      ...(productId === undefined ? {} : { productId }),
      ...(serialNumber === undefined ? {} : { serialNumber }),
    });
    const line = new SerialTransport({ ...settings, path });
    await line.open(handlers);
    this.#line = line;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#line?.write(bytes) ?? Promise.reject(new DeviceError('PORT_CLOSED', this.address));
  }

  async close(): Promise<void> {
    const line = this.#line;
    this.#line = undefined;
    await line?.close();
  }
}
