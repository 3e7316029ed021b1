import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': {
    state: 'done',
    because:
      'Read by the page, no manual as a whole. Weigh-Tronix 8408-14788-01 (SCP-01, as quoted by others): requests, answers, status bytes 1 to 3. NCI 7800 user manual, standard commands. Mettler Toledo Diva service manual, NCI protocols: the form for point of sale (status after S, status alone when there is nothing to sell) and byte 4. The SCP-12 form, which inverts bits, is refused.',
  },
  units: {
    state: 'done',
    because:
      'The wire names the unit and shows the point (Weigh-Tronix 8408-14788-01, request weight); pounds with ounces become ounces, 16 a pound. Options can pin unit and decimals.',
  },
  'six-cases': { state: 'done', because: 'fixtures/wire.ts, swept by codecs.test.ts.' },
  'round-trip': { state: 'done', because: 'codecs.test.ts, and the soak of parsers.' },
  recovery: { state: 'done', because: 'nci-scp01.test.ts: silence, motion, garbage, unplug, refused zero.' },
  simulator: { state: 'done', because: 'simulators/nci-scp01.ts.' },
  'set-up': { state: 'done', because: 'firmware-configs/data/scales/nci-scp01.json.' },
  'real-device': { state: 'todo', because: 'Not tried on a real scale yet.' },
};
