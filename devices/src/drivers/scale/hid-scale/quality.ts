import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': {
    state: 'done',
    because:
      'USB-IF HID POS Usage Tables 1.02, chapter 4 (usages of status, unit, scaling, control); layout of the reports by the report descriptors of a Pitney Bowes and a Dymo scale. Report 4 (status alone) is by the tables only: todo, no descriptor with it was seen.',
  },
  units: {
    state: 'done',
    because:
      'Unit and exponent come with every report (usages 0x51 to 0x5C; exponent signed, -127 to 127); gram, kilogram, ounce and pound are taken, all others refused.',
  },
  'six-cases': {
    state: 'done',
    because:
      'fixtures/wire.ts, swept by codecs.test.ts; a report is whole by itself, so that split and joined do not arise.',
  },
  'round-trip': { state: 'done', because: 'soak parsers.' },
  recovery: {
    state: 'done',
    because: 'hid-scale.test.ts: motion, silence, over and under, unplugged while weighing, quiet while unchanged.',
  },
  simulator: {
    state: 'done',
    because: 'simulators/hid-scale.ts plays reports through an injected port; without hardware there is no USB wire.',
  },
  'set-up': { state: 'done', because: 'firmware-configs/data/scales/hid-scale.json.' },
  'real-device': {
    state: 'todo',
    because:
      'Not tried on a real scale: no USB HID device can be made where the tests run (no uhid). Whether a scale reports always or on change is to be seen on it.',
  },
};
