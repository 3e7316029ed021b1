import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { conditionOf, type DeviceConditionCode, DeviceError } from './conditions.ts';
import type { Condition } from './contract/event.ts';
import { countHidDevices, listSerialPorts, type SerialPortFound } from './transport/probe.ts';

const PROBE_TIMEOUT_MS = 5_000;

/** What the doctor asks the machine; each throws a coded error when the answer is no. */
export interface HardwareProbes {
  serialPorts(): Promise<readonly SerialPortFound[]>;
  hidDevices(): Promise<number>;
  socat(): Promise<string>;
}

export interface HardwareFinding {
  readonly subject: 'serial' | 'hid' | 'socat';
  readonly ok: boolean;
  /** What was found, when `ok`. */
  readonly found?: string;
  /** What is missing and what to do, when not. */
  readonly condition?: Condition;
}

export const machineProbes: HardwareProbes = {
  serialPorts: listSerialPorts,
  hidDevices: countHidDevices,
  async socat() {
    try {
      const { stdout } = await promisify(execFile)('socat', ['-V'], { timeout: PROBE_TIMEOUT_MS });
      return /socat version \S+/.exec(stdout)?.[0] ?? 'socat';
    } catch (error) {
      throw new DeviceError('PTY_NO_SOCAT', undefined, error);
    }
  },
};

/** What of the device libraries this machine has, and what to do about the rest. Never throws; one missing part hides no other. */
export async function describeHardware(probes: HardwareProbes = machineProbes): Promise<HardwareFinding[]> {
  return Promise.all([
    finding('serial', 'SERIAL_LIST_UNAVAILABLE', async () => describePorts(await probes.serialPorts())),
    finding('hid', 'HID_UNAVAILABLE', async () => `${await probes.hidDevices()} HID devices`),
    finding('socat', 'PTY_NO_SOCAT', () => probes.socat()),
  ]);
}

async function finding(
  subject: HardwareFinding['subject'],
  fallback: DeviceConditionCode,
  probe: () => Promise<string>,
): Promise<HardwareFinding> {
  try {
    return { subject, ok: true, found: await probe() };
  } catch (error) {
    return { subject, ok: false, condition: conditionOf(error, fallback) };
  }
}

function describePorts(ports: readonly SerialPortFound[]): string {
  const names = ports.map(({ path, vendorId, productId }) =>
    vendorId && productId ? `${path} (${vendorId}:${productId})` : path,
  );
  return names.length === 0 ? '0 serial ports' : `${names.length} serial ports: ${names.join(', ')}`;
}
