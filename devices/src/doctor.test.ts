import { describe, expect, it } from 'vitest';
import { DeviceError } from './conditions.ts';
import { describeHardware } from './doctor.ts';
import { hidLoadError } from './transport/probe.ts';

describe('describeHardware', () => {
  it('says what is there', async () => {
    const findings = await describeHardware({
      serialPorts: async () => [{ path: '/dev/ttyUSB0', vendorId: '0403', productId: '6001' }, { path: '/dev/ttyS0' }],
      hidDevices: async () => 2,
      socat: async () => 'socat version 1',
    });
    expect(findings).toEqual([
      { subject: 'serial', ok: true, found: '2 serial ports: /dev/ttyUSB0 (0403:6001), /dev/ttyS0' },
      { subject: 'hid', ok: true, found: '2 HID devices' },
      { subject: 'socat', ok: true, found: 'socat version 1' },
    ]);
  });

  it('names each missing part with what to do, and goes on', async () => {
    const findings = await describeHardware({
      serialPorts: async () => {
        throw new Error('spawn udevadm ENOENT');
      },
      hidDevices: async () => {
        throw hidLoadError('libusb-1.0.so.0: cannot open shared object file');
      },
      socat: async () => {
        throw new DeviceError('PTY_NO_SOCAT');
      },
    });
    expect(findings.map(({ ok, condition }) => [ok, condition?.code])).toEqual([
      [false, 'SERIAL_LIST_UNAVAILABLE'],
      [false, 'HID_NO_LIBUSB'],
      [false, 'PTY_NO_SOCAT'],
    ]);
    expect(findings[1]?.condition?.hint).toContain('apt-get install libusb-1.0-0');
  });

  it('answers on this machine, whatever it has', async () => {
    const findings = await describeHardware();
    expect(findings.map(({ subject }) => subject)).toEqual(['serial', 'hid', 'socat']);
    for (const { ok, found, condition } of findings) expect(ok ? found : condition?.hint).toBeTruthy();
  });
});
