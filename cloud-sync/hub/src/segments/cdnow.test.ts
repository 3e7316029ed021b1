import { SegmentRules } from '@tillside/hub-contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { Population } from './population.ts';
import { addTo, type MemberSegments, segmentsOf, yardstickOf } from './segment.ts';
import { activitiesUntil, CDNOW_FILE, hasCdnow, type Purchase, readCdnow, weeks } from './testing/cdnow.ts';

const START = Date.parse('1997-01-01');
const MIDDLE = START + weeks(39);
const END = START + weeks(78);

if (!hasCdnow) console.warn(`skipped: no CDNOW purchases at ${CDNOW_FILE}; set TILLSIDE_CDNOW to CDNOW_master.txt.gz`);

/** Segments from the first 39 weeks, judged by the 39 weeks behind them, as those who published the data split it. */
describe.skipIf(!hasCdnow)('CDNOW, 39 weeks foretell the next 39', () => {
  interface Judged extends MemberSegments {
    readonly isBack: boolean;
    readonly laterFen: number;
  }
  let purchases: Purchase[];
  let judged: Judged[];

  beforeAll(async () => {
    purchases = readCdnow();
    const members = activitiesUntil(purchases, MIDDLE);
    const population = new Population();
    for (const member of members) addTo(population, member, MIDDLE);
    const yardstick = await yardstickOf(population, { asOfMs: MIDDLE, rules: SegmentRules.parse({}), before: [] });
    const later = new Map<string, number>();
    for (const { customer, atMs, spentFen } of purchases)
      if (atMs >= MIDDLE && atMs < END) later.set(customer, (later.get(customer) ?? 0) + spentFen);
    judged = members.map((member) => {
      const laterFen = later.get(member.memberId);
      return { ...segmentsOf(member, yardstick), isBack: laterFen !== undefined, laterFen: laterFen ?? 0 };
    });
  });

  const backOf = (is: (each: Judged) => boolean): number => {
    const those = judged.filter(is);
    return those.filter(({ isBack }) => isBack).length / those.length;
  };
  const laterFenOf = (is: (each: Judged) => boolean): number => {
    const those = judged.filter(is);
    return those.reduce((sum, { laterFen }) => sum + laterFen, 0) / those.length;
  };

  test('the data are the published ones', () => {
    expect(new Set(purchases.map(({ customer }) => customer)).size).toBe(23_570);
    expect(purchases).toHaveLength(69_659);
    expect(purchases.reduce((sum, { spentFen }) => sum + spentFen, 0)).toBe(250_031_563);
    expect(purchases.reduce((sum, { units }) => sum + units, 0)).toBe(167_881);
    // All of the cohort bought within its first quarter.
    expect(activitiesUntil(purchases, START + weeks(13))).toHaveLength(23_570);
  });

  test('each fifth of recency, frequency and money buys again more than the one below it, and spends more', () => {
    for (const side of ['recency', 'frequency', 'monetary'] as const) {
      const held = [1, 2, 3, 4, 5].filter((score) => judged.some(({ rfm }) => rfm?.[side] === score));
      const again = held.map((score) => backOf(({ rfm }) => rfm?.[side] === score));
      const spent = held.map((score) => laterFenOf(({ rfm }) => rfm?.[side] === score));
      expect(again, side).toEqual([...again].sort((a, b) => a - b));
      expect(spent, side).toEqual([...spent].sort((a, b) => a - b));
      // The top fifth comes back at least three times as often as the lowest.
      expect((again.at(-1) ?? 0) / (again[0] ?? 1), side).toBeGreaterThan(3);
    }
    // Three of five bought once: they share a score.
    expect(judged.filter(({ rfm }) => rfm?.frequency === 2).length).toBe(14_119);
  });

  test('named segments: champions buy again most, dormant members least', () => {
    const again = new Map(
      [...new Set(judged.map(({ rfm }) => rfm?.segment))].map((id) => [id, backOf(({ rfm }) => rfm?.segment === id)]),
    );
    expect(Math.max(...again.values())).toBe(again.get('champions'));
    expect(Math.min(...again.values())).toBe(again.get('dormant'));
    expect(again.get('loyal')).toBeGreaterThan(again.get('attention') ?? 1);
    expect(again.get('must-keep')).toBeGreaterThan(again.get('dormant') ?? 1);
  });

  test('lifecycle: active members buy again more than those at risk, those more than lost ones', () => {
    const again = (state: string): number => backOf(({ lifecycle }) => lifecycle === state);
    expect(again('active')).toBeGreaterThan(again('at-risk'));
    expect(again('won-back')).toBeGreaterThan(again('at-risk'));
    expect(again('at-risk')).toBeGreaterThan(2 * again('lost'));
    // The cohort is at least half a year old: nobody is new.
    expect(judged.some(({ lifecycle }) => lifecycle === 'new')).toBe(false);
  });

  test('groups tell members apart whom the run did not see buy', () => {
    const ids = [...new Set(judged.map(({ group }) => group?.id))];
    const again = ids.map((id) => backOf(({ group }) => group?.id === id));
    expect(ids.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...again) / Math.min(...again)).toBeGreaterThan(3);
  });
});
