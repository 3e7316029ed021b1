import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': {
    state: 'done',
    because: 'Public descriptions of the 8217 protocol; the service manual itself was read in excerpts only.',
  },
  units: {
    state: 'done',
    because: 'The wire carries no unit: options name unit and decimals, and any other form is refused.',
  },
  'six-cases': { state: 'done', because: 'fixtures/wire.ts, swept by codecs.test.ts.' },
  'round-trip': { state: 'done', because: 'soak parsers.' },
  recovery: { state: 'done', because: 'mettler-8217.test.ts: silence, motion, parity, unplug.' },
  simulator: { state: 'done', because: 'simulators/mettler-8217.ts.' },
  'set-up': { state: 'done', because: 'firmware-configs/data/scales/mettler-8217.json.' },
  'real-device': { state: 'todo', because: 'Not tried on a real scale yet; a pseudo-terminal can not prove 7E1.' },
};
