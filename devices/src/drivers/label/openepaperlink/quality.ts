import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': {
    state: 'done',
    because:
      "The access point's public HTTP interface and WebSocket messages. Assumed: tag_cmd `refresh` makes it forget which picture a tag has; the hash is told when the panel is drawn.",
  },
  units: { state: 'done', because: 'Battery in millivolts, times in seconds, as /get_db gives them.' },
  'six-cases': { state: 'exempt', because: 'HTTP and WebSocket keep message bounds; bodies are read by schemas.' },
  'round-trip': { state: 'exempt', because: 'No byte codec of its own; pictures are compared by hash.' },
  recovery: {
    state: 'done',
    because:
      'openepaperlink.test.ts and faults.test.ts: silent, busy, hanging, lying, out of memory, restarted, full; tags that roam or change their kind.',
  },
  simulator: { state: 'done', because: 'simulators/openepaperlink.ts.' },
  'set-up': { state: 'todo', because: 'No printed profile for access points yet.' },
  'real-device': { state: 'todo', because: 'No real access point has been tried.' },
};
