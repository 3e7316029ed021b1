import { describe, expect, it } from 'vitest';
import { DeviceError } from './conditions.ts';
import { DeviceConfig } from './contract/config.ts';
import { describeHardware, type HardwareProbes, machineProbes } from './doctor.ts';
import { describeDevice } from './doctor-device.ts';
import { PtyLine } from './simulators/index.ts';
import { temporaryFolder } from './transport/bench.ts';
import { hidLoadError } from './transport/probe.ts';
import { udevRules } from './udev/rules.ts';

const all: HardwareProbes = {
  serialPorts: async () => [
    { path: '/dev/ttyUSB0', vendorId: '0403', productId: '6001' },
    { path: '/dev/ttyUSB1', vendorId: '0403', productId: '6001' },
    { path: '/dev/ttyACM0', vendorId: '0c2e', productId: '0b61' },
    { path: '/dev/ttyS0' },
  ],
  hidDevices: async () => 2,
  socat: async () => 'socat version 1',
  udev: async () => 'udev 252',
  installedRules: async () => udevRules({ devices: [], group: 'shop' }),
  portAccess: async () => {},
  holder: async () => undefined,
};
const refuse = (code: ConstructorParameters<typeof DeviceError>[0]) => async () => {
  throw new DeviceError(code);
};
const device = (connection: object, more: object = {}) =>
  DeviceConfig.parse({ id: 'scanner-1', model: 'scanner/serial-generic', connection, ...more });

describe('describeHardware', () => {
  it('says what is there', async () => {
    expect(await describeHardware([], all)).toEqual([
      {
        subject: 'serial',
        ok: true,
        found:
          '4 serial ports: /dev/ttyUSB0 (0403:6001), /dev/ttyUSB1 (0403:6001), /dev/ttyACM0 (0c2e:0b61), /dev/ttyS0',
      },
      { subject: 'hid', ok: true, found: '2 HID devices' },
      { subject: 'udev', ok: true, found: 'udev 252, rules for group shop' },
      { subject: 'socat', ok: true, found: 'socat version 1' },
    ]);
  });

  it('names each missing part with what to do, and goes on', async () => {
    const findings = await describeHardware([], {
      ...all,
      serialPorts: async () => {
        throw new Error('spawn udevadm ENOENT');
      },
      hidDevices: async () => {
        throw hidLoadError('libusb-1.0.so.0: cannot open shared object file');
      },
      udev: refuse('UDEV_MISSING'),
      socat: refuse('PTY_NO_SOCAT'),
    });
    expect(findings.map(({ ok, condition }) => [ok, condition?.code])).toEqual([
      [false, 'SERIAL_LIST_UNAVAILABLE'],
      [false, 'HID_NO_LIBUSB'],
      [false, 'UDEV_MISSING'],
      [false, 'PTY_NO_SOCAT'],
    ]);
    expect(findings[1]?.condition?.hint).toContain('apt-get install libusb-1.0-0');
    expect(findings[2]?.condition?.hint).toContain('apt-get install udev');
  });

  it('tells rules that are missing from those that are not of this configuration', async () => {
    const udevOf = async (devices: DeviceConfig[], installedRules: HardwareProbes['installedRules']) =>
      (await describeHardware(devices, { ...all, installedRules })).find(({ subject }) => subject === 'udev');
    const known = [device({ kind: 'usb-serial', vendorId: 'abcd' })];
    const missing = await udevOf(known, async () => undefined);
    expect(missing?.condition).toMatchObject({
      code: 'UDEV_RULES_MISSING',
      hint: expect.stringContaining('tillside-agent devices udev'),
    });
    expect((await udevOf(known, all.installedRules))?.condition?.code).toBe('UDEV_RULES_OLD');
    const right = await udevOf(known, async () => `${udevRules({ devices: known, group: 'x' })}\n`);
    expect(right?.ok).toBe(true);
  });

  it('answers on this machine, whatever it has', async () => {
    const findings = await describeHardware([]);
    expect(findings.map(({ subject }) => subject)).toEqual(['serial', 'hid', 'udev', 'socat']);
    for (const { ok, found, condition } of findings) expect(ok ? found : condition?.hint).toBeTruthy();
  });
});

describe('describeDevice', () => {
  const look = (config: DeviceConfig, probes: Partial<HardwareProbes> = {}, others: DeviceConfig[] = []) =>
    describeDevice(config, [config, ...others], { ...all, ...probes });

  it.each<[string, DeviceConfig, Partial<HardwareProbes>]>([
    ['PORT_NOT_FOUND', device({ kind: 'serial', path: '/dev/x' }), { portAccess: refuse('PORT_NOT_FOUND') }],
    ['PORT_NO_PERMISSION', device({ kind: 'serial', path: '/dev/x' }), { portAccess: refuse('PORT_NO_PERMISSION') }],
    [
      'PORT_BUSY',
      device({ kind: 'usb-serial', vendorId: '0c2e' }),
      { holder: async (path) => (path === '/dev/ttyACM0' ? { pid: 7, program: 'cat' } : undefined) },
    ],
    ['USB_PORT_NOT_FOUND', device({ kind: 'usb-serial', vendorId: 'abcd' }), {}],
    ['USB_PORT_AMBIGUOUS', device({ kind: 'usb-serial', vendorId: '0403' }), {}],
    ['SHARED_DEVICE_UNKNOWN', device({ kind: 'shared', with: 'x' }, { model: 'scale/mettler-8217' }), {}],
    ['CONNECTION_UNSUPPORTED', device({ kind: 'http', url: 'http://x/' }), {}],
    ['MODEL_UNKNOWN', device({ kind: 'serial', path: '/dev/x' }, { model: 'scanner/none' }), {}],
  ])('finds %s', async (code, config, probes) => {
    expect(await look(config, probes)).toMatchObject({
      ok: false,
      condition: { code, hint: expect.stringMatching(/\.$/) },
    });
  });

  it('is content with what is in order', async () => {
    const scanner = device({ kind: 'usb-serial', vendorId: '0c2e' });
    expect(await look(scanner)).toEqual({ ok: true, found: 'scanner/serial-generic (usb-serial /dev/ttyACM0)' });
    const scale = device({ kind: 'shared', with: 'scanner-1' }, { id: 'scale-1', model: 'scale/mettler-8217' });
    expect(await look(scale, {}, [scanner])).toMatchObject({ ok: true });
    expect(await look(device({ kind: 'tcp', host: 'x', port: 1 }))).toMatchObject({ ok: true });
  });

  it('looks at a real port', async () => {
    const folder = await temporaryFolder();
    const path = folder.path('pty');
    const config = device({ kind: 'serial', path });
    expect(await describeDevice(config, [config], machineProbes)).toMatchObject({
      condition: { code: 'PORT_NOT_FOUND' },
    });
    const pty = new PtyLine({ path });
    await pty.start(() => {});
    expect(await describeDevice(config, [config], machineProbes)).toMatchObject({ ok: true });
    await pty.stop();
    await folder.remove();
  });
});
