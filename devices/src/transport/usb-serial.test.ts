import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceConfig } from '../contract/config.ts';
import { serialGeneric } from '../drivers/scanner/serial-generic/definition.ts';
import { PtyLine, ScannerSimulator } from '../simulators/index.ts';
import { liveDevice, temporaryFolder } from './bench.ts';
import { openTransport } from './open.ts';
import type { SerialPortFound } from './probe.ts';
import { findUsbPort } from './usb-serial.ts';

const port = (path: string, more: Partial<SerialPortFound> = {}): SerialPortFound => ({
  path,
  vendorId: '0c2e',
  productId: '0b61',
  ...more,
});

describe('findUsbPort', () => {
  const one = port('/dev/ttyACM0', { serialNumber: 'S1' });
  const two = port('/dev/ttyACM1', { serialNumber: 'A B' });
  const other = port('/dev/ttyUSB0', { vendorId: '0403', productId: '6001' });
  const bare: SerialPortFound = { path: '/dev/ttyS0' };

  it('compares ids without regard to case, and serial numbers as the device or udev writes them', () => {
    const upper = port('/dev/ttyACM0', { vendorId: '0C2E', productId: '0B61' });
    expect(findUsbPort([bare, upper, other], { vendorId: '0c2e', productId: '0b61' })).toBe(upper);
    expect(findUsbPort([one, two], { vendorId: '0c2e', serialNumber: 'S1' })).toBe(one);
    expect(findUsbPort([one, two], { vendorId: '0c2e', serialNumber: 'A_B' })).toBe(two);
    expect(() => findUsbPort([one, two], { vendorId: '0c2e', serialNumber: 's1' })).toThrow(/USB device/);
  });

  it('says what it saw when there is none, or when there are several', () => {
    expect(() => findUsbPort([bare, other], { vendorId: '0c2e', productId: '0b61' })).toThrow(
      expect.objectContaining({
        code: 'USB_PORT_NOT_FOUND',
        message: expect.stringContaining('wanted 0c2e:0b61; seen: /dev/ttyUSB0 0403:6001'),
      }),
    );
    expect(() => findUsbPort([bare], { vendorId: '0c2e' })).toThrow(/no USB serial port at all/);
    expect(() => findUsbPort([one, other, two], { vendorId: '0c2e' })).toThrow(
      expect.objectContaining({
        code: 'USB_PORT_AMBIGUOUS',
        message: expect.stringContaining(
          'seen: /dev/ttyACM0 0c2e:0b61 serial number S1, /dev/ttyACM1 0c2e:0b61 serial number A B',
        ),
        hint: expect.stringContaining('serialNumber'),
      }),
    );
  });
});

describe('a scanner that comes back under another path', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('is found again by its ids, and half a scan is forgotten', async () => {
    const lines = ['ttyACM0', 'ttyACM1'].map((name) => new PtyLine({ path: folder.path(name) }));
    const [first, second] = lines.map((line) => new ScannerSimulator(line));
    if (!first || !second) throw new Error('two lines were made');
    const seen: SerialPortFound[] = [];
    const config = DeviceConfig.parse({
      id: 'scanner-1',
      model: 'scanner/serial-generic',
      connection: { kind: 'usb-serial', vendorId: '0c2e', serialNumber: 'S1' },
      // Long, so that only the new line can have made it forget.
      options: { idleTimeoutMs: 5_000 },
    });
    const device = liveDevice(serialGeneric, config, ({ connection }) =>
      openTransport(connection, { listPorts: async () => seen }),
    );
    try {
      await device.session.start();
      expect(device.states()).toEqual(['starting', 'offline:USB_PORT_NOT_FOUND']);

      await first.start();
      seen.push(port(folder.path('ttyACM0'), { serialNumber: 'S1' }), port('/dev/null', { serialNumber: 'S2' }));
      await expect.poll(() => device.states().at(-1)).toBe('online');
      await first.scan('TM:before');
      await expect.poll(device.scans).toEqual(['TM:before']);
      await first.scan('TM:half', { suffix: '' });
      await expect.poll(() => device.counters.bytesIn).toBe('TM:before\rTM:half'.length);

      await first.stop();
      await expect.poll(() => device.states().at(-1)).toMatch(/^offline:/);
      await second.start();
      seen[0] = port(folder.path('ttyACM1'), { vendorId: '0C2E', serialNumber: 'S1' });
      await expect.poll(() => device.states().at(-1), { timeout: 10_000 }).toBe('online');
      await second.scan('TM:after');
      await expect.poll(device.scans).toEqual(['TM:before', 'TM:after']);
      expect(device.counters.opens).toBe(2);
    } finally {
      await device.session.stop();
      for (const line of lines) await line.stop();
    }
  });
});
