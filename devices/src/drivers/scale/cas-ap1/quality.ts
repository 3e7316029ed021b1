import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': {
    state: 'done',
    because:
      'Read by the page, no manual as a whole. CAS PD-II manual 3.1.6 (type 6) and CAS SW-II manual, RS-232C protocol: frame, sign, overload in F. AP-1 protocol description (9600 8N1): handshake, NAK, check character over what follows STX. Makers who took the protocol over send seven characters of weight: read too. The overload frame with its check character was seen in no capture.',
  },
  units: {
    state: 'done',
    because:
      'The wire names kg or lb and shows the point (PD-II manual 3.1.6: UN1, UN0). It does not say whether a tare is taken off: net is always false.',
  },
  'six-cases': { state: 'done', because: 'fixtures/wire.ts, swept by codecs.test.ts.' },
  'round-trip': { state: 'done', because: 'codecs.test.ts, and the soak of parsers.' },
  recovery: {
    state: 'done',
    because: 'cas-ap1.test.ts: silence, not ready, motion, bad checksum, a late answer, unplug in the handshake.',
  },
  simulator: { state: 'done', because: 'simulators/cas-ap1.ts.' },
  'set-up': { state: 'done', because: 'firmware-configs/data/scales/cas-ap1.json.' },
  'real-device': { state: 'todo', because: 'Not tried on a real scale yet.' },
};
