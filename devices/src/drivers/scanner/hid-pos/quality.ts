import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': {
    state: 'done',
    because:
      'USB-IF HID POS Usage Tables 1.02, chapter 3; bytes of the 64-byte report by the Access-IS LSR118 product manual, appendix B (data at 5, code id at 61, "continued" is bit 0 of byte 63); the plain layout by the Quio QU-R-302 manual. That some makers shift the AIM identifier by one, and feature report 254, come from public drivers, not from a manual.',
  },
  units: { state: 'exempt', because: 'A scan has no unit.' },
  'six-cases': {
    state: 'done',
    because:
      'fixtures/wire.ts, swept by codecs.test.ts; a report is whole by itself, so that split and joined do not arise.',
  },
  'round-trip': { state: 'done', because: 'soak parsers.' },
  recovery: {
    state: 'done',
    because: 'hid-pos.test.ts: unplugged in the middle of a scan, end lost, keyboard mode, feature report refused.',
  },
  simulator: {
    state: 'done',
    because: 'simulators/hid-scanner.ts plays reports through an injected port; without hardware there is no USB wire.',
  },
  'set-up': { state: 'done', because: 'firmware-configs/data/scanners/hid-pos.json.' },
  'real-device': {
    state: 'todo',
    because: 'Not tried on a real scanner: no USB HID device can be made where the tests run (no uhid).',
  },
};
