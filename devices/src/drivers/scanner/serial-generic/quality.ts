import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': {
    state: 'done',
    because: 'Text and a suffix; AIM identifiers by ISO/IEC 15424. No maker frames it otherwise by default.',
  },
  units: { state: 'exempt', because: 'A scan has no unit.' },
  'six-cases': { state: 'done', because: 'fixtures/wire.ts, swept by codecs.test.ts.' },
  'round-trip': { state: 'done', because: 'soak parsers.' },
  recovery: { state: 'done', because: 'serial-generic.test.ts and journey/serial-store.test.ts.' },
  simulator: { state: 'done', because: 'simulators/scanner.ts.' },
  'set-up': { state: 'done', because: 'firmware-configs/data/scanners/serial-generic.json.' },
  'real-device': { state: 'todo', because: 'Not tried on a real scanner yet.' },
};
