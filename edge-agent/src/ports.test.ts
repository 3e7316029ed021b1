import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zonedInstants } from './ports.ts';

describe('instants of a zone', () => {
  it('carry the offset of that moment', () => {
    expect(zonedInstants('Asia/Shanghai')(Date.parse('2026-11-22T16:30:05Z'))).toBe('2026-11-23T00:30:05+08:00');
    expect(zonedInstants('Europe/Berlin')(Date.parse('2026-07-01T10:00:00Z'))).toBe('2026-07-01T12:00:00+02:00');
    expect(zonedInstants('Europe/Berlin')(Date.parse('2026-12-01T10:00:00Z'))).toBe('2026-12-01T11:00:00+01:00');
    expect(zonedInstants('UTC')(Date.parse('2026-12-01T10:00:00Z'))).toBe('2026-12-01T10:00:00+00:00');
  });

  it('follow a change of the offset from one second to the next, and a clock that goes back', () => {
    const berlin = zonedInstants('Europe/Berlin');
    expect(berlin(Date.parse('2026-03-29T00:59:59.999Z'))).toBe('2026-03-29T01:59:59+01:00');
    expect(berlin(Date.parse('2026-03-29T01:00:00.000Z'))).toBe('2026-03-29T03:00:00+02:00');
    expect(berlin(Date.parse('2026-03-29T01:00:07.500Z'))).toBe('2026-03-29T03:00:07+02:00');
    expect(berlin(Date.parse('2026-03-29T00:59:01Z'))).toBe('2026-03-29T01:59:01+01:00');
  });

  it('name the same second, whatever the zone', () => {
    const zones = ['Asia/Shanghai', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC'].map(zonedInstants);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (second) => {
        for (const zoned of zones) expect(Date.parse(zoned(second * 1000))).toBe(second * 1000);
      }),
    );
  });
});
