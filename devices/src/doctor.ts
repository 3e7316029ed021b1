import { execFile } from 'node:child_process';
import { access, constants, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { conditionOf, type DeviceConditionCode, DeviceError } from './conditions.ts';
import type { DeviceConfig } from './contract/config.ts';
import type { Condition } from './contract/event.ts';
import { type PortHolder, portHolder } from './transport/holder.ts';
import { countHidDevices, listSerialPorts, type SerialPortFound } from './transport/probe.ts';
import { UDEV_RULES_PATH, udevRules } from './udev/rules.ts';

const PROBE_TIMEOUT_MS = 5_000;

/** What the doctor asks the machine; each throws a coded error when the answer is no. None of them disturbs a device. */
export interface HardwareProbes {
  serialPorts(): Promise<readonly SerialPortFound[]>;
  hidDevices(): Promise<number>;
  socat(): Promise<string>;
  /** Version of udev; throws UDEV_MISSING. */
  udev(): Promise<string>;
  /** The rules that are installed; undefined where there are none. */
  installedRules(): Promise<string | undefined>;
  /** Throws PORT_NOT_FOUND or PORT_NO_PERMISSION. */
  portAccess(path: string): Promise<void>;
  holder(path: string): Promise<PortHolder | undefined>;
}

export interface HardwareFinding {
  readonly subject: 'serial' | 'hid' | 'udev' | 'socat';
  readonly ok: boolean;
  /** What was found, when `ok`. */
  readonly found?: string;
  /** What is missing and what to do, when not. */
  readonly condition?: Condition;
}

export const machineProbes: HardwareProbes = {
  serialPorts: () => listSerialPorts(),
  hidDevices: countHidDevices,
  async socat() {
    try {
      const { stdout } = await promisify(execFile)('socat', ['-V'], { timeout: PROBE_TIMEOUT_MS });
      return /socat version \S+/.exec(stdout)?.[0] ?? 'socat';
    } catch (error) {
      throw new DeviceError('PTY_NO_SOCAT', undefined, error);
    }
  },
  async udev() {
    try {
      const { stdout } = await promisify(execFile)('udevadm', ['--version'], { timeout: PROBE_TIMEOUT_MS });
      // The program alone makes no links: its daemon does, and is reached through this file.
      await access('/run/udev/control');
      return `udev ${stdout.trim()}`;
    } catch (error) {
      throw new DeviceError('UDEV_MISSING', error instanceof Error ? error.message : undefined, error);
    }
  },
  installedRules: () => readFile(UDEV_RULES_PATH, 'utf8').catch(() => undefined),
  async portAccess(path) {
    await access(path).catch(() => {
      throw new DeviceError('PORT_NOT_FOUND', path);
    });
    await access(path, constants.R_OK | constants.W_OK).catch(() => {
      throw new DeviceError('PORT_NO_PERMISSION', `${path}, user ${userInfo().username}`);
    });
  },
  holder: (path) => portHolder(path),
};

/**
 * What of the device libraries this machine has, and what to do about the rest; `devices` are those of the store's config. Never throws; one missing part
 * hides no other.
 */
export async function describeHardware(
  devices: readonly DeviceConfig[],
  probes: HardwareProbes = machineProbes,
): Promise<HardwareFinding[]> {
  return Promise.all([
    finding('serial', 'SERIAL_LIST_UNAVAILABLE', async () => describePorts(await probes.serialPorts())),
    finding('hid', 'HID_UNAVAILABLE', async () => `${await probes.hidDevices()} HID devices`),
    finding('udev', 'UDEV_MISSING', () => describeUdev(devices, probes)),
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

/** The rules are ours when they say what we would say for the group that they name. */
async function describeUdev(devices: readonly DeviceConfig[], probes: HardwareProbes): Promise<string> {
  const version = await probes.udev();
  const rules = await probes.installedRules();
  if (rules === undefined) throw new DeviceError('UDEV_RULES_MISSING', UDEV_RULES_PATH);
  const group = /GROUP="([^"]+)"/.exec(rules)?.[1] ?? '';
  if (rules.trim() !== udevRules({ devices, group }).trim()) throw new DeviceError('UDEV_RULES_OLD', UDEV_RULES_PATH);
  return `${version}, rules for group ${group}`;
}
