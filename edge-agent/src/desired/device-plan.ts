import { CATALOG, type DeviceCatalog, DeviceConfig, parseAddress } from '@tillside/devices';
import { DevicesFile } from '@tillside/protocol';

/** The devices that a store runs, and the hosts on other machines. */
export interface DevicePlan {
  readonly devices: readonly DeviceConfig[];
  readonly deviceHosts: readonly { readonly id: string; readonly address: string }[];
}

/** Options by device id that the store itself adds to HQ's, in its own config file: its secrets, and what it knows better. */
export type OwnOptions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export type ReadPlan =
  | { readonly ok: true; readonly plan: DevicePlan }
  | { readonly ok: false; readonly message: string };

const catalog: DeviceCatalog = CATALOG;

/** Checks HQ's configuration as a whole: one device that no driver here could run, and nothing of it takes force. */
export function readDevicePlan(text: string, own: OwnOptions): ReadPlan {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, message: 'not JSON' };
  }
  const file = DevicesFile.safeParse(json);
  if (!file.success) {
    const issue = file.error.issues[0];
    return { ok: false, message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` };
  }
  const devices: DeviceConfig[] = [];
  for (const [index, device] of file.data.devices.entries()) {
    const checked = checkDevice({ ...device, options: { ...device.options, ...own[device.id] } });
    if (typeof checked === 'string') return { ok: false, message: `devices.${index} (${device.id}): ${checked}` };
    devices.push(checked);
  }
  for (const { id, address } of file.data.deviceHosts) {
    try {
      parseAddress(address);
    } catch {
      return { ok: false, message: `deviceHosts (${id}): address: host:port` };
    }
  }
  return { ok: true, plan: { devices, deviceHosts: file.data.deviceHosts } };
}

/** The device with its defaults, or what is wrong with it. */
function checkDevice(value: unknown): DeviceConfig | string {
  const device = DeviceConfig.safeParse(value);
  if (!device.success) {
    const issue = device.error.issues[0];
    return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  }
  const { model, connection, options } = device.data;
  const definition = Object.hasOwn(catalog, model) ? catalog[model] : undefined;
  if (definition === undefined) return `model: no ${model} in this agent`;
  if (!definition.connections.includes(connection.kind)) return `connection: ${model} has none by ${connection.kind}`;
  const read = definition.options.safeParse(options);
  if (read.success) return device.data;
  const issue = read.error.issues[0];
  return `options.${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
}
