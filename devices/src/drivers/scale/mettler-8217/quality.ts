import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': {
    state: 'done',
    because:
      'Mettler Toledo Diva service manual 72191202, 8217 protocol, command descriptions (those pages, not the whole manual): W, Z and C are bare letters, T and Twwwww end with CR (descriptions that leave the CR out are wrong), five digits as ww.www kg or www.ww lb, a status for every command but W at rest; tare must be enabled in the scale. Status bits also in the 8213 tables of the Rice Lake BenchPro and Transcell PC-150 manuals. That some scales send an unchanged weight once is from reports, not from the manual.',
  },
  units: {
    state: 'done',
    because: 'The wire carries no unit: options name unit and decimals, and any other form is refused.',
  },
  'six-cases': { state: 'done', because: 'fixtures/wire.ts, swept by codecs.test.ts.' },
  'round-trip': { state: 'done', because: 'soak parsers.' },
  recovery: {
    state: 'done',
    because:
      'mettler-8217.test.ts and conversation.test.ts: silence, motion, parity, garbage, unplug, refused zero and tare.',
  },
  simulator: { state: 'done', because: 'simulators/mettler-8217.ts.' },
  'set-up': { state: 'done', because: 'firmware-configs/data/scales/mettler-8217.json.' },
  'real-device': { state: 'todo', because: 'Not tried on a real scale yet; a pseudo-terminal can not prove 7E1.' },
};
