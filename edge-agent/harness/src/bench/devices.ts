import { measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { measureDecoders } from './devices/decoders.ts';
import { measureHung } from './devices/hung-device.ts';
import { measureScans } from './devices/scan-latency.ts';

export const devicesBench = measure({
  description: 'decoders, a scan on its way to the till, and 32 devices of which one hangs',
  options: {
    scans: { description: 'scans on their way to a till, measured', default: 400, min: 1, max: 1_000_000 },
    everyMs: { description: 'milliseconds between two of them', default: 30, min: 1, max: 60_000 },
    pairs: { description: 'pairs of runs with 32 devices, without and with one hung', default: 5, min: 1, max: 1_000 },
    seconds: { description: 'measured in each such run', default: 4, min: 1, max: 3_600 },
    decodeMs: { description: 'milliseconds for each decoder', default: 300, min: 5, max: 60_000 },
    seed: { description: 'of the codes', default: 1, min: 0, max: 2 ** 31 - 1 },
  },
  async run({ decodeMs, ...values }, context): Promise<Result[]> {
    const decoders = await measureDecoders(decodeMs, context);
    const hung = await measureHung(values, context);
    // Last, since the store that it starts would be beside the others.
    const scans = await measureScans(values, context);
    return [...scans, ...hung, ...decoders];
  },
});
