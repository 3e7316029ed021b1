import { DeviceError } from '../conditions.ts';
import { listSysfsPorts, SYSTEM_ROOTS, type SystemRoots } from './sysfs.ts';

export interface SerialPortFound {
  readonly path: string;
  /** udev's name for it, which stays the same over restarts: a link in `/dev/serial/by-id`. */
  readonly stablePath?: string;
  readonly manufacturer?: string;
  readonly serialNumber?: string;
  /** USB ids, four hex digits. */
  readonly vendorId?: string;
  readonly productId?: string;
}

/**
 * Serial ports of this machine, from the kernel's own list (Linux), or from the serial port library where there is none.
 * Throws SERIAL_NATIVE_MISSING, or SERIAL_LIST_UNAVAILABLE when neither can tell.
 */
export async function listSerialPorts(roots: SystemRoots = SYSTEM_ROOTS): Promise<SerialPortFound[]> {
  const { SerialPort } = await import('serialport').catch((error: unknown) => {
    throw new DeviceError('SERIAL_NATIVE_MISSING', messageOf(error), error);
  });
  try {
    return await listSysfsPorts(roots);
  } catch {
    // No sysfs: another system, or a jail that hides it.
  }
  try {
    const ports = await SerialPort.list();
    return ports.map(({ path, manufacturer, serialNumber, vendorId, productId }) => ({
      path,
      ...(manufacturer ? { manufacturer } : {}),
      ...(serialNumber ? { serialNumber } : {}),
      ...(vendorId ? { vendorId } : {}),
      ...(productId ? { productId } : {}),
    }));
  } catch (error) {
    throw new DeviceError('SERIAL_LIST_UNAVAILABLE', messageOf(error), error);
  }
}

/** Loads the HID library and counts the devices. Throws HID_NO_LIBUSB or HID_UNAVAILABLE. Never loaded but here and by HID drivers. */
export async function countHidDevices(): Promise<number> {
  try {
    const { devicesAsync } = await import('node-hid');
    return (await devicesAsync()).length;
  } catch (error) {
    throw hidLoadError(messageOf(error));
  }
}

export function hidLoadError(message: string): DeviceError {
  return new DeviceError(/libusb/i.test(message) ? 'HID_NO_LIBUSB' : 'HID_UNAVAILABLE', message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
