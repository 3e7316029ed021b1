import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': {
    state: 'done',
    because:
      "Datalogic knowledge base KA-01089 (scale in RS232 and USB COM, single cable): S11 and S14, status digits 0 to 5, S and CR as they come from the factory, zero as S143 without digits. NCR has the same form (7893 user guide, Scanner/Scale Format: address 0 and function 8 before a scan); its programmer's guide D2-1074-A was not seen. The line 9600 7O1 is what three open programs use for 8xxx and 9xxx models; the page of the maker's guide with the defaults was not seen. Scans: S08 and label identifiers by the column SCRS232 of the table that the maker published with its Android POS library.",
  },
  units: {
    state: 'done',
    because:
      'KA-01089: four digits in pounds, five in metric, the point left to the till. 3 decimals for kg and 2 for lb are what the open programs take; options can say otherwise, and another count of digits is refused. Nothing says whether a tare is taken off: net is always false.',
  },
  'six-cases': { state: 'done', because: 'fixtures/wire.ts, swept by codecs.test.ts.' },
  'round-trip': { state: 'done', because: 'codecs.test.ts, and the soak of parsers.' },
  recovery: {
    state: 'done',
    because:
      'magellan-single-cable.test.ts: each status, silence, garbage, the other unit, scans in between; journey/scanner-scale.test.ts: unplugged and back, both devices on one cable. Where the CR between a scan and a weight is lost the two are joined: the scale and labels of digits refuse it, a Code 128 or 2D text is taken with the weight behind it.',
  },
  simulator: { state: 'done', because: 'simulators/magellan.ts, scanner and scale on one line.' },
  'set-up': { state: 'done', because: 'firmware-configs/data/scales/magellan-single-cable.json.' },
  'real-device': {
    state: 'todo',
    because:
      'Not tried on a real scanner-scale yet. Unknown: other prefix or end bytes (the maker can change them), a check byte, zero from the till.',
  },
};
