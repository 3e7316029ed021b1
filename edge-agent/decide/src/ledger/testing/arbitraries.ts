import fc from 'fast-check';
import type { LedgerEntry } from '../entry.ts';
import { PointsRules } from '../rules.ts';

const DAY_MS = 86_400_000;
/** Entries are at 8:00 of a day from here on. */
export const FIRST_MS = Date.parse('2026-01-01T00:00:00Z');
export const dayMs = (day: number): number => FIRST_MS + day * DAY_MS;
const iso = (ms: number): string => new Date(ms).toISOString();

export const arbitraryRules: fc.Arbitrary<PointsRules> = fc
  .record({
    pendingDays: fc.constantFrom(0, 7),
    expiryMonths: fc.constantFrom(undefined, 1),
    negative: fc.constantFrom('owe' as const, 'absorb' as const),
    giveBackDays: fc.constantFrom(0, 10, 366),
  })
  .map((said) => PointsRules.parse(said));

interface Raw {
  readonly kind: LedgerEntry['kind'];
  readonly points: number;
  readonly day: number;
  readonly pendingDays: number;
  readonly lifeDays: number;
  readonly of: number;
}

/** What happens to a person of two ids in `days` days. A reverse names an earn or burn of any day, sometimes one that nobody heard of. */
export const arbitraryEntries = (days: number, maxLength = 24): fc.Arbitrary<LedgerEntry[]> =>
  fc
    .array(
      fc.record<Raw>({
        kind: fc.constantFrom('open', 'earn', 'earn', 'burn', 'burn', 'adjust', 'reverse', 'reverse'),
        points: fc.integer({ min: 1, max: 200 }),
        day: fc.nat(days),
        pendingDays: fc.constantFrom(0, 0, 3, 20),
        lifeDays: fc.constantFrom(0, 5, 30, 60),
        of: fc.nat(maxLength),
      }),
      { maxLength },
    )
    .map((all) => all.map((raw, place) => entryOf(raw, place, all)));

function entryOf(raw: Raw, place: number, all: readonly Raw[]): LedgerEntry {
  const idOf = (kind: string, at: number): string => `${kind}:s${at % 3}0:${at}`;
  const base = {
    entryId: idOf(raw.kind, place),
    memberId: `MEM${place % 2}`,
    kind: raw.kind,
    points: raw.points,
    at: iso(dayMs(raw.day) + 8 * 3_600_000),
  };
  if (raw.kind === 'burn') return base;
  if (raw.kind === 'reverse') {
    const reversed = all[raw.of];
    const known = reversed?.kind === 'earn' || reversed?.kind === 'burn' ? reversed.kind : undefined;
    return { ...base, of: known === undefined ? `earn:s90:${raw.of}` : idOf(known, raw.of) };
  }
  const ends = {
    ...(raw.pendingDays === 0 ? {} : { availableAt: iso(dayMs(raw.day + raw.pendingDays)) }),
    ...(raw.lifeDays === 0 ? {} : { expiresAt: iso(dayMs(raw.day + raw.lifeDays)) }),
  };
  if (raw.kind === 'adjust')
    return { ...base, ...ends, reason: 'test', points: raw.of % 2 === 0 ? raw.points : -raw.points };
  return { ...base, ...ends };
}
