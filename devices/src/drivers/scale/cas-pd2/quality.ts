import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': {
    state: 'todo',
    because:
      'CAS PD-II manual 3.1.3 (types 0 and 1) was read for requests, order and frame. Not in the pages at hand: over which bytes BCC runs (taken: ID and digits, as in 3.1.6), what the identifier may be (taken: any), when NAK comes, how overload looks (taken: F, as in 3.1.6), and the frames that type 14 and 15 of the later PDN send by themselves.',
  },
  units: {
    state: 'done',
    because:
      'The wire carries neither unit nor point (PD-II manual 3.1.3: five digits): options name both. A scale that shows other decimals can not be told from one that agrees: set division, and compare with the display when setting up.',
  },
  'six-cases': { state: 'done', because: 'fixtures/wire.ts, swept by codecs.test.ts.' },
  'round-trip': { state: 'done', because: 'codecs.test.ts, and the soak of parsers.' },
  recovery: {
    state: 'done',
    because: 'cas-pd2.test.ts: silence, weights that differ, bad checksum, another identifier, streaming, unplug.',
  },
  simulator: { state: 'done', because: 'simulators/cas-pd2.ts.' },
  'set-up': { state: 'done', because: 'firmware-configs/data/scales/cas-pd2.json.' },
  'real-device': { state: 'todo', because: 'Not tried on a real scale yet.' },
};
