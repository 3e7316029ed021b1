import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': {
    state: 'done',
    because:
      'DLE EOT, GS r and their bits by the Epson TM-U220A and TM-T85 manuals and the Bixolon SRP-350 and SRP-330II command manuals, which agree (those pages, not the whole manuals): a real-time answer has bits 1 and 4 on and 0 and 7 off and does not say which question it answers; a printer that stopped for paper does not work off GS r. Lengths of other commands by the same kind of manuals. Some makers (HPRT TP80K) say that GS r works on serial lines only: then the proof is the status alone.',
  },
  units: { state: 'exempt', because: 'Bytes are printed as they are; pictures are made in dots of the paper.' },
  'six-cases': { state: 'done', because: 'fixtures/wire.ts, swept by codecs.test.ts.' },
  'round-trip': { state: 'done', because: 'soak parsers.' },
  recovery: {
    state: 'done',
    because:
      'escpos.test.ts: silent, paper out before and in the middle of a job, cover open, line that breaks inside a command, garbage, unplugged.',
  },
  simulator: { state: 'done', because: 'simulators/escpos.ts.' },
  'set-up': { state: 'done', because: 'firmware-configs/data/printers/escpos.json.' },
  'real-device': { state: 'todo', because: 'Not tried on a real printer yet.' },
};
