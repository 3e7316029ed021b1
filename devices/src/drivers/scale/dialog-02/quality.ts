import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': {
    state: 'done',
    because:
      'OHAUS Aviator 7000 service manual, 6.1.6 (Dialog 02/04: records 01, 03, 04, line settings) and 6.1.3 (Dialog 06: records 02, 09, 11, the flow); Mettler Toledo Diva service manual 72191202, 6.1.8, says the same. Contradictions: the digit after record 02 is the unit (3 = kg), not a count of decimals; Dibal and Cely manuals print EOT where these have ETX, and that is not taken. Todo: record 10 with more than one pair of checksums, of which no manual shows the form; a division that does not begin with 0000.',
  },
  units: {
    state: 'done',
    because:
      'Record 02 names the unit; only kilograms are taken, with three decimals. No manual states the decimals, but a scale with others is refused, since its total is then not weight times price.',
  },
  'six-cases': { state: 'done', because: 'fixtures/wire.ts, swept by codecs.test.ts.' },
  'round-trip': { state: 'done', because: 'soak parsers.' },
  recovery: {
    state: 'done',
    because: 'dialog-02.test.ts: silence, each status, motion, parity, noise, unplugged, a total that differs.',
  },
  simulator: { state: 'done', because: 'simulators/dialog-02.ts, with Dialog 06 and its faults.' },
  'set-up': { state: 'done', because: 'firmware-configs/data/scales/dialog-02.json.' },
  'real-device': {
    state: 'todo',
    because: 'Not tried on a real scale; a pseudo-terminal can not prove 7O1, and no real polynomial is known to us.',
  },
};
