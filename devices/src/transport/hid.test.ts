import { describe, expect, it } from 'vitest';
import { SimulatedHidBus } from '../simulators/hid-bus.ts';
import { HidTransport } from './hid.ts';
import { type HidPort, hidOpenError, nodeHidPort } from './hid-port.ts';
import { openTransport } from './open.ts';

const USAGE = { page: 0x8c, usages: [0x02] };
const match = { vendorId: '0c2e', productId: '0b61' };

/** A device that keeps what it is sent. */
function device(collection: { serialNumber?: string; usagePage?: number; usage?: number } = {}) {
  const written: number[][] = [];
  const features: number[][] = [];
  return {
    written,
    features,
    collections: [{ vendorId: 0x0c2e, productId: 0x0b61, usagePage: 0x8c, usage: 0x02, ...collection }],
    onWrite: (report: Uint8Array) => void written.push([...report]),
    onFeature: (report: Uint8Array) => void features.push([...report]),
  };
}

function listener() {
  const chunks: number[][] = [];
  const closed: string[] = [];
  return {
    chunks,
    closed,
    onBytes: (bytes: Uint8Array) => void chunks.push([...bytes]),
    onClose: (reason: string) => void closed.push(reason),
  };
}

const over = (port: SimulatedHidBus, more: { serialNumber?: string } = {}) =>
  new HidTransport({ match: { ...match, ...more }, usage: USAGE, port });

describe('HID transport', () => {
  it('carries each input report as one chunk, and output and feature reports back', async () => {
    const bus = new SimulatedHidBus();
    const scanner = device();
    bus.plug(scanner);
    const transport = over(bus);
    const heard = listener();
    await transport.open(heard);
    bus.report(scanner, Uint8Array.of(2, 1, 0x5d));
    bus.report(scanner, Uint8Array.of(2, 2));
    await transport.write(Uint8Array.of(4, 1));
    await transport.sendFeature(Uint8Array.of(254, 1));
    expect(heard.chunks).toEqual([
      [2, 1, 0x5d],
      [2, 2],
    ]);
    expect(scanner.written).toEqual([[4, 1]]);
    expect(scanner.features).toEqual([[254, 1]]);
    await transport.close();
    bus.report(scanner, Uint8Array.of(2, 3));
    expect(heard.chunks).toHaveLength(2);
    expect(heard.closed).toEqual([]);
    await expect(transport.write(Uint8Array.of(4))).rejects.toMatchObject({ code: 'PORT_CLOSED' });
    await expect(transport.sendFeature(Uint8Array.of(4))).rejects.toMatchObject({ code: 'PORT_CLOSED' });
  });

  it('names what is missing: the device, its mode, which one, permission', async () => {
    const bus = new SimulatedHidBus();
    const keyboard = device({ usagePage: 1, usage: 6 });
    await expect(over(bus).open(listener())).rejects.toMatchObject({ code: 'HID_NOT_FOUND' });
    bus.plug(keyboard);
    await expect(over(bus).open(listener())).rejects.toMatchObject({
      code: 'HID_WRONG_MODE',
      message: expect.stringContaining('usages 1/6'),
    });
    const [one, two] = [device({ serialNumber: 'A1' }), device({ serialNumber: 'A2' })];
    bus.plug(one);
    bus.plug(two);
    await expect(over(bus).open(listener())).rejects.toMatchObject({
      code: 'HID_AMBIGUOUS',
      message: expect.stringContaining('0c2e:0b61 serialNumber A1; 0c2e:0b61 serialNumber A2'),
    });
    const meant = over(bus, { serialNumber: 'A2' });
    await meant.open(listener());
    await meant.write(Uint8Array.of(7));
    expect([one.written, two.written]).toEqual([[], [[7]]]);
    bus.refuse(one, 'Permission denied');
    await expect(over(bus, { serialNumber: 'A1' }).open(listener())).rejects.toMatchObject({
      code: 'HID_NO_PERMISSION',
    });
    await expect(over(bus, { serialNumber: 'A3' }).open(listener())).rejects.toMatchObject({ code: 'HID_NOT_FOUND' });
  });

  it('takes the one collection of several that fits, and one whose usage the system does not tell', async () => {
    const bus = new SimulatedHidBus();
    const both = device();
    const keyboard = { ...both.collections[0], usagePage: 1, usage: 6 } as (typeof both.collections)[number];
    bus.plug({ ...both, collections: [keyboard, ...both.collections, ...both.collections] });
    await over(bus).open(listener());
    const blind = new SimulatedHidBus();
    blind.plug({ ...both, collections: [{ vendorId: 0x0c2e, productId: 0x0b61 }] });
    await over(blind).open(listener());
  });

  it('says that the plug was pulled, once, and opens again under another path', async () => {
    const bus = new SimulatedHidBus();
    const scanner = device();
    bus.plug(scanner);
    const transport = over(bus);
    const heard = listener();
    await transport.open(heard);
    bus.unplug(scanner);
    expect(heard.closed).toEqual(['unplugged: could not read from HID device']);
    await expect(transport.open(heard)).rejects.toMatchObject({ code: 'HID_NOT_FOUND' });
    bus.plug(scanner);
    expect((await bus.list()).map(({ path }) => path)).toEqual(['/dev/hidraw2']);
    await transport.open(heard);
    bus.report(scanner, Uint8Array.of(2, 9));
    expect(heard.chunks).toEqual([[2, 9]]);
    expect(heard.closed).toHaveLength(1);
  });

  it('is told once by a device that fails again and again, and not at all after it was closed', async () => {
    const fail: ((error: Error) => void)[] = [];
    const port: HidPort = {
      list: async () => [{ path: 'a', vendorId: 0x0c2e, productId: 0x0b61 }],
      open: async () => ({
        onReport: () => {},
        onError: (listener) => void fail.push(listener),
        write: async () => {},
        sendFeature: async () => {},
        close: async () => {},
      }),
    };
    const transport = new HidTransport({ match, usage: USAGE, port });
    const heard = listener();
    await transport.open(heard);
    for (const _ of [1, 2]) fail[0]?.(new Error('read'));
    await transport.open(heard);
    await transport.close();
    fail[1]?.(new Error('read'));
    expect(heard.closed).toEqual(['unplugged: read']);
  });

  it('names a report that the device does not take', async () => {
    const bus = new SimulatedHidBus();
    const scanner = {
      ...device(),
      onFeature: () => {
        throw new Error('could not send feature report to device');
      },
    };
    bus.plug(scanner);
    const transport = over(bus);
    await transport.open(listener());
    await expect(transport.sendFeature(Uint8Array.of(254, 1))).rejects.toMatchObject({ code: 'HID_REPORT_REFUSED' });
  });

  it.each([
    ['cannot open device with path /dev/hidraw0: Permission denied', 'HID_NO_PERMISSION'],
    ['cannot open device with path /dev/hidraw0: No such file or directory', 'HID_NOT_FOUND'],
    ['cannot open device with path /dev/hidraw0', 'HID_OPEN_FAILED'],
  ])('%s -> %s', (message, code) => expect(hidOpenError(message, 'hid:0c2e:*').code).toBe(code));

  it('loads the real library, which finds no such device here or says what it lacks', async () => {
    const transport = openTransport({ kind: 'hid', vendorId: 'fffe' }, { hid: USAGE });
    expect(transport.address).toBe('hid:fffe:*');
    const code = await transport.open(listener()).catch((error: { code: string }) => error.code);
    expect(['HID_NOT_FOUND', 'HID_NO_LIBUSB', 'HID_UNAVAILABLE']).toContain(code);
    if (code === 'HID_NOT_FOUND') {
      await expect(nodeHidPort.open('/dev/no-such-hidraw')).rejects.toThrow(/cannot open device/);
    }
  });
});
