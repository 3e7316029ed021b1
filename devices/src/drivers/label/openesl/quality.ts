import type { DriverQuality } from '../../../contract/quality.ts';

export const quality: DriverQuality = {
  'wire-source': {
    state: 'done',
    because:
      "The project's public HTTP API page for calls, token, batch and field limits. Assumed, since it does not say: names of last_poll, battery_mv, rssi and model in a listing, the answer to a batch, status codes of a busy or locked access point, that a listing tells what the tag took and not what it is to take.",
  },
  units: { state: 'done', because: 'Battery in millivolts, signal in dBm, times in seconds since the epoch: assumed.' },
  'six-cases': { state: 'exempt', because: 'HTTP keeps message bounds; bodies are read by schemas.' },
  'round-trip': { state: 'exempt', because: 'No byte codec of its own; contents are compared by hash.' },
  recovery: { state: 'done', because: 'openesl.test.ts: hangs, lies, restarts, is busy, refuses the token.' },
  simulator: { state: 'done', because: 'simulators/openesl.ts.' },
  'set-up': { state: 'todo', because: 'No printed profile for access points yet.' },
  'real-device': { state: 'todo', because: 'No real access point has been tried; nor whether its fonts have Chinese.' },
};
