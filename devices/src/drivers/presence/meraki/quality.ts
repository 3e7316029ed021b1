import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': { state: 'done', because: 'The public description of the scanning API, versions 2 and 3.' },
  units: { state: 'done', because: 'RSSI in dBm; numbers that come as strings are coerced.' },
  'six-cases': { state: 'exempt', because: 'HTTP keeps message bounds; bodies are read by schemas.' },
  'round-trip': { state: 'exempt', because: 'Nothing is sent back.' },
  recovery: { state: 'done', because: 'meraki.test.ts: wrong secret, malformed and oversized posts, port taken.' },
  simulator: { state: 'done', because: 'simulators/meraki.ts.' },
  'set-up': { state: 'todo', because: 'No printed profile for presence sensors yet.' },
  'real-device': { state: 'todo', because: 'Not tried against the real cloud.' },
};
