import { DeviceError } from '../conditions.ts';

export interface SerialPortFound {
  readonly path: string;
  readonly manufacturer?: string;
  readonly serialNumber?: string;
  /** USB ids, four hex digits. */
  readonly vendorId?: string;
  readonly productId?: string;
}

/** Serial ports of this machine. Throws SERIAL_NATIVE_MISSING or SERIAL_LIST_UNAVAILABLE (no udev). */
export async function listSerialPorts(): Promise<SerialPortFound[]> {
  const { SerialPort } = await import('serialport').catch((error: unknown) => {
    throw new DeviceError('SERIAL_NATIVE_MISSING', messageOf(error), error);
  });
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
