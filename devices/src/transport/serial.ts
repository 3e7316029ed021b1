import type { SerialPort } from 'serialport';
import type { z } from 'zod';
import { type DeviceConditionCode, DeviceError } from '../conditions.ts';
import type { SerialSettings } from '../contract/config.ts';
import type { ByteTransport } from '../contract/transport.ts';
import { endingBinding } from './serial-end.ts';

type Settings = z.infer<typeof SerialSettings>;

/** What the serialport library is asked for. The lock makes a second opener fail (PORT_BUSY) instead of stealing bytes. */
export function serialOptions(settings: Settings) {
  const { path, baudRate, dataBits, parity, stopBits } = settings;
  return { path, baudRate, dataBits, parity, stopBits, lock: true, autoOpen: false } as const;
}

/** The operating system says what went wrong only in words; this table reads them. */
const OPEN_ERRORS: readonly [RegExp, DeviceConditionCode][] = [
  [/no such file|not found|no such device/i, 'PORT_NOT_FOUND'],
  [/permission denied|access denied|not permitted/i, 'PORT_NO_PERMISSION'],
  [/cannot lock|temporarily unavailable|resource busy/i, 'PORT_BUSY'],
];

export function serialOpenError(message: string, path: string): DeviceError {
  const code = OPEN_ERRORS.find(([pattern]) => pattern.test(message))?.[1] ?? 'PORT_OPEN_FAILED';
  return new DeviceError(code, code === 'PORT_OPEN_FAILED' ? `${path}: ${message}` : path);
}

/** A serial line. May be opened again after it closed. */
export class SerialTransport implements ByteTransport {
  readonly address: string;
  readonly #settings: Settings;
  #port: SerialPort | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.address = `serial:${settings.path}`;
  }

  async open(handlers: Parameters<ByteTransport['open']>[0]): Promise<void> {
    const Library = await loadSerialPort();
    const options = { ...serialOptions(this.#settings), binding: endingBinding(Library.binding) };
    const port = new Library(options);
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error ? reject(serialOpenError(error.message, this.#settings.path)) : resolve()));
    });
    this.#port = port;
    port.on('data', (bytes: Buffer) => handlers.onBytes(bytes));
    // An error of an open port is followed by close; without a listener it would end the process.
    let lastError = '';
    port.on('error', (error: Error) => {
      lastError = error.message;
      if (port.isOpen) port.close(() => {});
    });
    port.on('close', (error?: Error | null) => {
      if (this.#port === port) this.#port = undefined;
      handlers.onClose(error?.message || lastError || 'closed');
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    const port = this.#port;
    if (!port?.isOpen) return Promise.reject(new DeviceError('PORT_CLOSED', this.address));
    return new Promise((resolve, reject) => {
      port.write(Buffer.from(bytes), (error) =>
        error ? reject(new DeviceError('PORT_CLOSED', error.message)) : resolve(),
      );
    });
  }

  async close(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    if (!port?.isOpen) return;
    await new Promise<void>((resolve) => port.close(() => resolve()));
  }
}

/** Loaded at first use, so that a missing native library is a named condition of one device. */
async function loadSerialPort(): Promise<typeof SerialPort> {
  try {
    return (await import('serialport')).SerialPort;
  } catch (error) {
    throw new DeviceError('SERIAL_NATIVE_MISSING', error instanceof Error ? error.message : undefined, error);
  }
}
