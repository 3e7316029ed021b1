import { readFileSync } from 'node:fs';
import { LIFECYCLE_STATES } from '@tillside/hub-contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { activitiesUntil, CDNOW_FILE, hasCdnow, type Purchase, readCdnow, weeks } from './testing/cdnow.ts';
import { cdnowTables, type Judged, judge, START, transitions } from './testing/cdnow-report.ts';

if (!hasCdnow) console.warn(`skipped: no CDNOW purchases at ${CDNOW_FILE}; set TILLSIDE_CDNOW to CDNOW_master.txt.gz`);

describe.skipIf(!hasCdnow)('CDNOW, 39 weeks foretell the next 39', () => {
  let purchases: Purchase[];
  let judgement: Awaited<ReturnType<typeof judge>>;
  let judged: readonly Judged[];

  beforeAll(async () => {
    purchases = readCdnow();
    judgement = await judge(purchases);
    judged = judgement.judged;
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

  test('from one quarter to the next: the lost stay lost unless won back, and nobody is lost who was active, but for quick rhythms', () => {
    const moves = transitions(purchases, 13);
    const shareOf = (from: 'active' | 'at-risk' | 'lost', to: (typeof LIFECYCLE_STATES)[number]): number => {
      const row = moves.get(from) ?? new Map();
      return (row.get(to) ?? 0) / [...row.values()].reduce((sum, count) => sum + count, 0);
    };
    expect(shareOf('lost', 'lost')).toBeGreaterThan(0.9);
    expect(shareOf('active', 'lost')).toBeLessThan(0.03);
    expect(shareOf('active', 'active')).toBeGreaterThan(shareOf('at-risk', 'active'));
    expect(shareOf('at-risk', 'lost')).toBeGreaterThan(0.5);
    for (const row of moves.values()) for (const state of row.keys()) expect(LIFECYCLE_STATES).toContain(state);
    expect([...moves.values()].flatMap((row) => [...row.values()]).reduce((sum, count) => sum + count, 0)).toBe(23_570);
  });

  test.each([
    ['en', 'segments.md'],
    ['zh', 'segments.zh-CN.md'],
  ] as const)('the tables in %s are those of docs/%s', (language, file) => {
    const docs = readFileSync(new URL(`../../../../docs/${file}`, import.meta.url), 'utf8');
    for (const table of cdnowTables(purchases, judgement, language)) expect(docs).toContain(table);
  });
});
