import { CATALOG, type DeviceCatalog } from './catalog.ts';
import { systemClock } from './clock.ts';
import { conditionOf, DeviceError } from './conditions.ts';
import type { Connection, DeviceConfig } from './contract/config.ts';
import type { Condition } from './contract/event.ts';
import { type HardwareProbes, machineProbes } from './doctor.ts';
import { HostLines } from './transport/host-lines.ts';
import { findUsbPort } from './transport/usb-serial.ts';

export type DeviceFinding =
  | { readonly ok: true; readonly found: string }
  | { readonly ok: false; readonly condition: Condition };

/**
 * Whether a device of the config could be opened now, without opening it: its model, its connection, its port (there, with rights for this user, in nobody's
 * hands). What is behind a network connection is not looked at. Never throws.
 */
export async function describeDevice(
  device: DeviceConfig,
  devices: readonly DeviceConfig[],
  probes: HardwareProbes = machineProbes,
  catalog: DeviceCatalog = CATALOG,
): Promise<DeviceFinding> {
  try {
    const definition = Object.hasOwn(catalog, device.model) ? catalog[device.model] : undefined;
    if (!definition) throw new DeviceError('MODEL_UNKNOWN', device.model);
    const { connection } = device;
    if (!definition.connections.includes(connection.kind))
      throw new DeviceError('CONNECTION_UNSUPPORTED', `${device.model} over ${connection.kind}`);
    return { ok: true, found: `${device.model} (${await lookAt(device, connection, devices, probes, catalog)})` };
  } catch (error) {
    return { ok: false, condition: conditionOf(error, 'PORT_OPEN_FAILED') };
  }
}

async function lookAt(
  device: DeviceConfig,
  connection: Connection,
  devices: readonly DeviceConfig[],
  probes: HardwareProbes,
  catalog: DeviceCatalog,
): Promise<string> {
  switch (connection.kind) {
    case 'serial':
      await lookAtPort(connection.path, probes);
      return connection.path;
    case 'usb-serial': {
      const { path } = findUsbPort(await probes.serialPorts(), connection);
      await lookAtPort(path, probes);
      return `${connection.kind} ${path}`;
    }
    case 'shared':
      // Made and never opened: only whether it may be shared is asked.
      new HostLines({ devices, catalog, clock: systemClock }).open(device);
      return `${connection.kind} with ${connection.with}`;
    default:
      return connection.kind;
  }
}

async function lookAtPort(path: string, probes: HardwareProbes): Promise<void> {
  await probes.portAccess(path);
  const holder = await probes.holder(path);
  if (holder) throw new DeviceError('PORT_BUSY', `${path}: ${holder.program || 'process'} ${holder.pid}`);
}
