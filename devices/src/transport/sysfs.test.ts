import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from './bench.ts';
import { listSerialPorts } from './probe.ts';
import { listSysfsPorts } from './sysfs.ts';

/** A tree as the kernel lays it out: a CDC scanner behind a hub, a converter, an RS-232 port, one without a chip, a console, one without a node. */
const FILES: Record<string, string> = {
  'sys/devices/usb1/idVendor': '1d6b',
  'sys/devices/usb1/1-1/idVendor': '05e3',
  'sys/devices/usb1/1-1/1-1.2/idVendor': '0C2E\n',
  'sys/devices/usb1/1-1/1-1.2/idProduct': '0b61\n',
  'sys/devices/usb1/1-1/1-1.2/serial': '17 3\n',
  'sys/devices/usb1/1-1/1-1.2/manufacturer': 'Honeywell\n',
  'sys/devices/usb1/1-1/1-1.2/1-1.2:1.0/tty/ttyACM0/dev': '166:0',
  'sys/devices/usb1/1-3/idVendor': '1a86',
  'sys/devices/usb1/1-3/idProduct': '7523',
  'sys/devices/usb1/1-3/1-3:1.0/ttyUSB10/tty/ttyUSB10/dev': '188:10',
  'sys/devices/pnp/00:01/tty/ttyS0/type': '4',
  'sys/devices/platform/serial8250/tty/ttyS1/type': '0',
  'sys/devices/usb1/1-4/idVendor': '0403',
  'sys/devices/usb1/1-4/1-4:1.0/ttyUSB2/tty/ttyUSB2/dev': '188:2',
  'sys/devices/virtual/tty/tty1/dev': '4:1',
  ...Object.fromEntries(['ttyACM0', 'ttyUSB10', 'ttyS0', 'ttyS1', 'tty1'].map((name) => [`dev/${name}`, ''])),
};
const LINKS: Record<string, string> = {
  'sys/class/tty/ttyACM0': '../../devices/usb1/1-1/1-1.2/1-1.2:1.0/tty/ttyACM0',
  'sys/devices/usb1/1-1/1-1.2/1-1.2:1.0/tty/ttyACM0/device': '../..',
  'sys/class/tty/ttyUSB10': '../../devices/usb1/1-3/1-3:1.0/ttyUSB10/tty/ttyUSB10',
  'sys/devices/usb1/1-3/1-3:1.0/ttyUSB10/tty/ttyUSB10/device': '../..',
  'sys/class/tty/ttyS0': '../../devices/pnp/00:01/tty/ttyS0',
  'sys/devices/pnp/00:01/tty/ttyS0/device': '../..',
  'sys/class/tty/ttyS1': '../../devices/platform/serial8250/tty/ttyS1',
  'sys/devices/platform/serial8250/tty/ttyS1/device': '../..',
  'sys/class/tty/ttyUSB2': '../../devices/usb1/1-4/1-4:1.0/ttyUSB2/tty/ttyUSB2',
  'sys/devices/usb1/1-4/1-4:1.0/ttyUSB2/tty/ttyUSB2/device': '../..',
  'sys/class/tty/tty1': '../../devices/virtual/tty/tty1',
  'dev/serial/by-id/usb-Honeywell_3310g_17_3-if00': '../../ttyACM0',
};

describe('listSysfsPorts', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
    for (const [path, content] of Object.entries(FILES)) {
      await mkdir(dirname(folder.path(path)), { recursive: true });
      await writeFile(folder.path(path), content);
    }
    for (const [path, target] of Object.entries(LINKS)) {
      await mkdir(dirname(folder.path(path)), { recursive: true });
      await symlink(target, folder.path(path));
    }
  });
  afterEach(() => folder.remove());

  it('finds every port that has a device and a node, with the ids of its own USB device and not of a hub', async () => {
    const roots = { sys: folder.path('sys'), dev: folder.path('dev') };
    const expected = [
      {
        path: folder.path('dev/ttyACM0'),
        stablePath: folder.path('dev/serial/by-id/usb-Honeywell_3310g_17_3-if00'),
        vendorId: '0c2e',
        productId: '0b61',
        serialNumber: '17 3',
        manufacturer: 'Honeywell',
      },
      { path: folder.path('dev/ttyS0') },
      { path: folder.path('dev/ttyUSB10'), vendorId: '1a86', productId: '7523' },
    ];
    expect(await listSysfsPorts(roots)).toEqual(expected);
    expect(await listSerialPorts(roots)).toEqual(expected);
  });

  it('says so where there is no sysfs', async () => {
    const roots = { sys: folder.path('nowhere'), dev: folder.path('dev') };
    await expect(listSysfsPorts(roots)).rejects.toThrow('ENOENT');
  });
});
