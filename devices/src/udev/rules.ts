import { usbFamilies } from '@tillside/firmware-configs';
import { CATALOG, type DeviceCatalog } from '../catalog.ts';
import type { DeviceConfig, UsbMatch } from '../contract/config.ts';

/** Where the rules are installed. After 60-serial.rules, which sets the properties that the links are made of. */
export const UDEV_RULES_PATH = '/etc/udev/rules.d/60-tillside.rules';
/** Owns the serial ports of Debian and its kin. */
export const UDEV_GROUP = 'dialout';

export interface UdevOptions {
  /** Devices of a store, which get links by their own ids; none for the rules that ship. */
  readonly devices: readonly DeviceConfig[];
  /** Group of the user that the agent runs as. */
  readonly group: string;
  readonly catalog?: DeviceCatalog;
}

interface Known extends UsbMatch {
  readonly name: string;
}

const HEADER = `# USB scanners and scales of a store: permissions and stable names under /dev/tillside.
# Made by \`tillside-agent devices udev\`; change the configuration and make it again instead of editing it.
# Install as ${UDEV_RULES_PATH}, then \`udevadm control --reload\` and plug the devices in again.`;

/**
 * The udev rules (udev(7)) for everything that the catalogue, the id tables and the given devices know. Serial ports of known USB devices and HID devices
 * of known models belong to the group; ModemManager, which tries modem commands on every new port, is told to leave them alone.
 */
export function udevRules(options: UdevOptions): string {
  const definitions = Object.values(options.catalog ?? CATALOG);
  const of = (kind: 'hid' | 'usb-serial'): Known[] =>
    definitions
      .filter(({ connections }) => connections.includes(kind))
      .flatMap(({ usb = [], name }) => usb.map((match) => ({ ...match, name: name.en })));
  const tables = usbFamilies().flatMap(({ devices }) => devices.map((device) => plain(device, device.name)));
  const configured = (kind: 'hid' | 'usb-serial'): Known[] =>
    options.devices.flatMap(({ id, model, connection }) =>
      connection.kind === kind ? [plain(connection, `${id} ${model}`)] : [],
    );
  const serial = once([...tables, ...of('usb-serial'), ...configured('usb-serial')]);
  const hid = once([...of('hid'), ...configured('hid')]);
  return `${[
    HEADER,
    'ACTION=="remove", GOTO="tillside_end"',
    section('Serial ports', serial.map(markSerial)),
    portRules(options.group),
    section(
      'HID devices, through the kernel (hidraw) and through libusb',
      hid.map((known) => hidRules(known, options.group)),
    ),
    section('Devices of this store', options.devices.flatMap(linkRule)),
    'LABEL="tillside_end"',
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

const plain = ({ vendorId, productId, serialNumber }: Partial<Known> & { vendorId: string }, name: string): Known => ({
  name,
  vendorId,
  ...(productId === undefined ? {} : { productId }),
  ...(serialNumber === undefined ? {} : { serialNumber }),
});

/** By vendor and product; a vendor as a whole holds all its products. */
function once(all: readonly Known[]): Known[] {
  const whole = new Set(all.filter(({ productId }) => productId === undefined).map(({ vendorId }) => vendorId));
  const kept = new Map<string, Known>();
  for (const known of all) {
    const key = whole.has(known.vendorId) ? known.vendorId : `${known.vendorId}:${known.productId}`;
    if (key === known.vendorId && known.productId !== undefined) continue;
    if (!kept.has(key)) kept.set(key, known);
  }
  return [...kept.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, known]) => known);
}

function section(title: string, rules: readonly string[]): string {
  return rules.length === 0 ? '' : `# ${title}\n${rules.join('\n')}`;
}

/** What a value matches in a rule: characters that mean something there stand for any one character. */
const quoted = (text: string): string => `"${text.replace(/[^A-Za-z0-9 ._:/+-]/g, '?')}"`;
const comment = (text: string): string => `# ${text.replace(/[^\x20-\x7e]/g, '?')}`;

function usbParent({ vendorId, productId, serialNumber }: UsbMatch): string {
  const parts = [`ATTRS{idVendor}==${quoted(vendorId)}`];
  if (productId !== undefined) parts.push(`ATTRS{idProduct}==${quoted(productId)}`);
  if (serialNumber !== undefined) parts.push(`ATTRS{serial}==${quoted(serialNumber)}`);
  return `SUBSYSTEMS=="usb", ${parts.join(', ')}`;
}

const markSerial = ({ name, vendorId, productId }: Known): string =>
  `${comment(name)}\nSUBSYSTEM=="tty", ${usbParent(plain({ vendorId, ...(productId ? { productId } : {}) }, name))}, ENV{TILLSIDE}="serial"`;

function portRules(group: string): string {
  const port = 'SUBSYSTEM=="tty", ENV{TILLSIDE}=="serial"';
  const ids = 'tillside/$env{ID_VENDOR_ID}-$env{ID_MODEL_ID}';
  return [
    '# Permissions, and links by serial number or, for devices that have none, by the plug',
    `${port}, GROUP=${quoted(group)}, MODE="0660", ENV{ID_MM_PORT_IGNORE}="1"`,
    `${port}, ENV{ID_SERIAL_SHORT}=="?*", SYMLINK+="${ids}-$env{ID_SERIAL_SHORT}-$env{ID_USB_INTERFACE_NUM}"`,
    `${port}, ENV{ID_SERIAL_SHORT}!="?*", ENV{ID_PATH_TAG}=="?*", SYMLINK+="${ids}-$env{ID_PATH_TAG}"`,
  ].join('\n');
}

function hidRules({ name, vendorId, productId }: Known, group: string): string {
  const rights = `GROUP=${quoted(group)}, MODE="0660"`;
  const match = { vendorId, ...(productId === undefined ? {} : { productId }) };
  const own = usbParent(match).replace('SUBSYSTEMS=="usb", ', '').replaceAll('ATTRS{', 'ATTR{');
  return [
    comment(name),
    `SUBSYSTEM=="hidraw", ${usbParent(match)}, ${rights}`,
    `SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ${own}, ${rights}`,
  ].join('\n');
}

/** A link by the device's own id, e.g. /dev/tillside/scanner-1. */
function linkRule({ id, connection }: DeviceConfig): string[] {
  if (connection.kind !== 'usb-serial' && connection.kind !== 'hid') return [];
  const subsystem = connection.kind === 'hid' ? 'hidraw' : 'tty';
  const link = id.replace(/[^A-Za-z0-9._-]/g, '_');
  return [`SUBSYSTEM=="${subsystem}", ${usbParent(plain(connection, id))}, SYMLINK+="tillside/${link}"`];
}
