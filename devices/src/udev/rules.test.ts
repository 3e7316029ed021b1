import { describe, expect, it } from 'vitest';
import { DeviceConfig } from '../contract/config.ts';
import { UDEV_GROUP, udevRules } from './rules.ts';

const shipped = new URL('../../../firmware-configs/data/udev/60-tillside.rules', import.meta.url).pathname;
const rulesFor = (devices: object[], group = UDEV_GROUP) =>
  udevRules({ devices: devices.map((device) => DeviceConfig.parse(device)), group });
const lines = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('udev rules', () => {
  it('that ship are those of the catalogue and the id tables (vitest -u writes them)', async () => {
    await expect(rulesFor([])).toMatchFileSnapshot(shipped);
  });

  it('are lines of keys that udev knows, with nothing after the last value', () => {
    const key = String.raw`(?:SUBSYSTEM|SUBSYSTEMS|ACTION|GOTO|LABEL|GROUP|MODE|SYMLINK|ATTRS?\{\w+\}|ENV\{\w+\})(?:==|!=|\+=|=)"[^"]*"`;
    const rule = new RegExp(`^${key}(?:, ${key})*$`);
    for (const line of lines(rulesFor([]))) expect(line).toMatch(rule);
    expect(lines(rulesFor([])).length).toBeGreaterThan(25);
  });

  it('add what a configuration knows, with links by device id', () => {
    const text = rulesFor(
      [
        {
          id: 'scanner-1',
          model: 'scanner/serial-generic',
          connection: { kind: 'usb-serial', vendorId: 'abcd', productId: '0001', serialNumber: 'S 1' },
        },
        { id: 'hid 1', model: 'scanner/hid-pos', connection: { kind: 'hid', vendorId: 'abce' } },
        { id: 'scale-1', model: 'scale/mettler-8217', connection: { kind: 'serial', path: '/dev/ttyS0' } },
      ],
      'tillside',
    );
    const added = lines(text).filter((line) => !lines(rulesFor([], 'tillside')).includes(line));
    expect(added).toEqual([
      'SUBSYSTEM=="tty", SUBSYSTEMS=="usb", ATTRS{idVendor}=="abcd", ATTRS{idProduct}=="0001", ENV{TILLSIDE}="serial"',
      'SUBSYSTEM=="hidraw", SUBSYSTEMS=="usb", ATTRS{idVendor}=="abce", GROUP="tillside", MODE="0660"',
      'SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ATTR{idVendor}=="abce", GROUP="tillside", MODE="0660"',
      'SUBSYSTEM=="tty", SUBSYSTEMS=="usb", ATTRS{idVendor}=="abcd", ATTRS{idProduct}=="0001", ATTRS{serial}=="S 1", SYMLINK+="tillside/scanner-1"',
      'SUBSYSTEM=="hidraw", SUBSYSTEMS=="usb", ATTRS{idVendor}=="abce", SYMLINK+="tillside/hid_1"',
    ]);
    expect(text).not.toContain(`GROUP="${UDEV_GROUP}"`);
  });

  it('can not be broken out of by a serial number or an id', () => {
    const text = rulesFor([
      {
        id: 'x", RUN+="sh',
        model: 'scanner/serial-generic',
        connection: { kind: 'usb-serial', vendorId: 'abcd', serialNumber: 'a", RUN+="reboot*[|]' },
      },
    ]);
    expect(text).toContain('ATTRS{serial}=="a?? RUN+??reboot????"');
    expect(text).toContain('SYMLINK+="tillside/x___RUN___sh"');
    expect(text).not.toMatch(/^[^#]*RUN\+="/m);
  });
});
