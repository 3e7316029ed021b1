import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SerialPortFound } from './probe.ts';

export interface SystemRoots {
  /** `/sys` on a machine. */
  readonly sys: string;
  /** `/dev` on a machine. */
  readonly dev: string;
}

export const SYSTEM_ROOTS: SystemRoots = { sys: '/sys', dev: '/dev' };
/** From a tty to the USB device that carries it are two or three folders; a hub behind it would be another device. */
const MAX_PARENTS = 4;
/** `type` of a tty of the 8250 family for which there is no chip. */
const NO_UART = '0';

/**
 * Serial ports as the Linux kernel shows them: every entry of `class/tty` that belongs to a device, with the ids of the USB device above it. Needs
 * neither udev nor a child process. Rejects where there is no sysfs.
 */
export async function listSysfsPorts(roots: SystemRoots = SYSTEM_ROOTS): Promise<SerialPortFound[]> {
  const folder = join(roots.sys, 'class/tty');
  const [names, links] = await Promise.all([readdir(folder), byId(roots.dev)]);
  const ports = await Promise.all(
    names.map(async (name): Promise<SerialPortFound | undefined> => {
      const device = await realpath(join(folder, name, 'device')).catch(() => undefined);
      if (device === undefined || (await text(join(folder, name, 'type'))) === NO_UART) return undefined;
      const path = join(roots.dev, name);
      // A container sees the kernel's list, but only the nodes that it was given.
      const node = await realpath(path).catch(() => undefined);
      if (node === undefined) return undefined;
      const stablePath = links.get(node);
      return { path, ...(stablePath ? { stablePath } : {}), ...(await usbAbove(device)) };
    }),
  );
  return ports
    .filter((port) => port !== undefined)
    .sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}

async function usbAbove(device: string): Promise<Partial<SerialPortFound>> {
  let folder = device;
  for (let step = 0; step < MAX_PARENTS; step += 1, folder = dirname(folder)) {
    const vendorId = await text(join(folder, 'idVendor'));
    if (vendorId === undefined) continue;
    const [productId, serialNumber, manufacturer] = await Promise.all(
      ['idProduct', 'serial', 'manufacturer'].map((name) => text(join(folder, name))),
    );
    return {
      vendorId: vendorId.toLowerCase(),
      ...(productId ? { productId: productId.toLowerCase() } : {}),
      ...(serialNumber ? { serialNumber } : {}),
      ...(manufacturer ? { manufacturer } : {}),
    };
  }
  return {};
}

/** What udev's links in `serial/by-id` point at -> the link; empty where udev does not run. */
async function byId(dev: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(dev, 'serial/by-id');
  const names = await readdir(folder).catch(() => []);
  const pairs = await Promise.all(
    names.map(async (name) => {
      const link = join(folder, name);
      return [await realpath(link).catch(() => ''), link] as const;
    }),
  );
  return new Map(pairs.filter(([target]) => target !== ''));
}

async function text(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').then(
    (content) => content.trim(),
    () => undefined,
  );
}
