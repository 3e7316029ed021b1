import { describe, expect, it } from 'vitest';
import { type ExpiryKind, expiredOn } from './expiry.ts';

const ALL = new Set<ExpiryKind>(['best-before', 'sell-by', 'use-by']);
const expired = (ai: string, value: string, now = '2026-11-22T08:30', refused = ALL) =>
  expiredOn(
    [
      { ai: '01', value: '09521234543213' },
      { ai, value },
    ],
    refused,
    now,
  );

describe('expiredOn', () => {
  it.each([
    ['17', '261121', '2026-11-21'],
    ['17', '261122', undefined],
    ['17', '261123', undefined],
    ['15', '251231', '2025-12-31'],
    ['16', '261101', '2026-11-01'],
    // Day 00: the last day of the month.
    ['17', '261000', '2026-10-31'],
    ['17', '261100', undefined],
    ['17', '240200', '2024-02-29'],
    // The century: 51 years or more ahead is the century before; 50 or more behind is the next.
    ['17', '770101', '1977-01-01'],
    ['17', '760101', undefined],
    ['7003', '2611220830', undefined],
    ['7003', '2611220829', '2026-11-22T08:29'],
    // Production dates and lots are no end of sale.
    ['11', '200101', undefined],
    ['10', '200101', undefined],
  ])('(%s)%s: %s', (ai, value, until) => expect(expired(ai, value)).toBe(until));

  it('turns the century', () => {
    expect(expired('17', '000101', '2099-12-31T23:59')).toBeUndefined();
    expect(expired('17', '991231', '2100-01-01T00:00')).toBe('2099-12-31');
  });

  it('refuses only the dates that the store names', () =>
    expect(expired('15', '251231', '2026-11-22T08:30', new Set<ExpiryKind>(['use-by']))).toBeUndefined());
});
