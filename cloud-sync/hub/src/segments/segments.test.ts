import { LIFECYCLE_STATES, RFM_SEGMENTS, SegmentRules } from '@tillside/hub-contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, type MemberActivity } from './activity.ts';
import { clustersOf, groupOf } from './clusters.ts';
import { lifecycleOf } from './lifecycle.ts';
import { fifths, POPULATION_LIMITS, Population } from './population.ts';
import { rfmCuts, scoreOf, segmentOf } from './rfm.ts';
import { addTo, isOurs, labelsOf, segmentsOf, yardstickOf } from './segment.ts';
import { silhouette } from './silhouette.ts';
import { wordsOf } from './words.ts';

const AS_OF = Date.parse('2026-06-01T00:00:00Z');
const RULES = SegmentRules.parse({});
const daysAgo = (days: number): string => new Date(AS_OF - days * DAY_MS).toISOString();

/** Purchases by days before AS_OF, oldest first. */
const bought = (...days: number[]): MemberActivity => {
  const previous = days.at(-2);
  return {
    memberId: 'm',
    firstAt: daysAgo(days[0] ?? 0),
    lastAt: daysAgo(days.at(-1) ?? 0),
    previousAt: previous === undefined ? null : daysAgo(previous),
    orders: days.length,
    spentFen: days.length * 1000,
  };
};
const stateOf = (activity: MemberActivity, rules: object = {}) =>
  lifecycleOf(activity, SegmentRules.parse(rules), AS_OF);

describe('fifths', () => {
  test('five equal parts of numbers that all differ', async () => {
    const numbers = Int32Array.from({ length: 1000 }, (_, index) => (index * 7919) % 1000);
    const cuts = await fifths(numbers);
    const scores = [...numbers].map((each) => cuts.filter((cut) => each >= cut).length);
    for (const score of [0, 1, 2, 3, 4]) expect(scores.filter((each) => each === score)).toHaveLength(200);
  });

  test('who has the same number has the same score: the middle of all who have it', async () => {
    const scores = async (numbers: number[], of: number): Promise<number> =>
      1 + (await fifths(Int32Array.from(numbers))).filter((cut) => of >= cut).length;
    // 60 of 100 bought once: their middle is the 30th of 100, in the second fifth.
    const numbers = [...new Array(60).fill(1), ...new Array(20).fill(2), ...new Array(20).fill(9)];
    expect(await scores(numbers, 1)).toBe(2);
    expect(await scores(numbers, 2)).toBe(4);
    expect(await scores(numbers, 9)).toBe(5);
    expect(await scores(new Array(100).fill(4), 4)).toBe(3);
  });

  test('cuts agree with mid-ranks over any numbers, also of more than one block', async () => {
    const numbers = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(numbers, async (each) => {
        const cuts = await fifths(Int32Array.from(each));
        for (const value of each) {
          const [below, equal] = [each.filter((x) => x < value).length, each.filter((x) => x === value).length];
          const score = 1 + cuts.filter((cut) => value >= cut).length;
          expect(score).toBe(Math.min(5, 1 + Math.floor((5 * (2 * below + equal)) / (2 * each.length))));
        }
      }),
      { numRuns: 60 },
    );
    const many = Int32Array.from({ length: POPULATION_LIMITS.block * 2 + 10 }, (_, index) => index % 100);
    expect(await fifths(many)).toEqual([20, 40, 60, 80]);
  });
});

describe('scores and named segments', () => {
  test('each of the 25 cells has a name, each name a cell, and a better cell is never a worse kind', () => {
    const cells = [1, 2, 3, 4, 5].flatMap((recency) => [1, 2, 3, 4, 5].map((value) => segmentOf({ recency, value })));
    expect(cells).toHaveLength(25);
    expect(new Set(cells)).toEqual(new Set(RFM_SEGMENTS));
    expect(segmentOf({ recency: 5, value: 5 })).toBe('champions');
    expect(segmentOf({ recency: 1, value: 1 })).toBe('dormant');
    expect(segmentOf({ recency: 1, value: 5 })).toBe('must-keep');
    expect(() => segmentOf({ recency: 6, value: 1 })).toThrow(RangeError);
  });

  test('newer, more often and more are scores that are never lower; fewer than 50 have none', async () => {
    const population = new Population();
    for (let index = 0; index < 49; index += 1) population.add(index, 1 + (index % 7), index * 100);
    expect(await rfmCuts(population)).toBeNull();
    for (let index = 49; index < 3000; index += 1) population.add(index % 400, 1 + (index % 7), (index % 90) * 100);
    expect(population.size).toBe(3000);
    const cuts = await rfmCuts(population);
    if (cuts === null) throw new Error('no cuts');
    const numbers = fc.record({
      recencyDays: fc.nat(500),
      orders: fc.integer({ min: 1, max: 20 }),
      spentFen: fc.integer({ min: -500, max: 20_000 }),
    });
    fc.assert(
      fc.property(numbers, fc.nat(50), (each, more) => {
        const [plain, better] = [
          scoreOf(each, cuts),
          scoreOf(
            {
              recencyDays: Math.max(0, each.recencyDays - more),
              orders: each.orders + more,
              spentFen: each.spentFen + more,
            },
            cuts,
          ),
        ];
        for (const side of ['recency', 'frequency', 'monetary', 'value'] as const) {
          expect(better[side]).toBeGreaterThanOrEqual(plain[side]);
          expect(plain[side]).toBeGreaterThanOrEqual(1);
          expect(better[side]).toBeLessThanOrEqual(5);
        }
      }),
    );
  });
});

describe('lifecycle', () => {
  test.each([
    ['a first purchase last week', bought(7), 'new'],
    ['on the thirtieth day', bought(30), 'new'],
    ['a first purchase 31 days ago', bought(31), 'active'],
    ['90 days of silence', bought(90), 'active'],
    ['91', bought(91), 'at-risk'],
    ['180', bought(180), 'at-risk'],
    ['181', bought(181), 'lost'],
    ['back after 200 days', bought(230, 30), 'won-back'],
    ['back, but 61 days ago', bought(300, 61), 'active'],
    ['back after 180 days, which is not lost yet', bought(190, 10), 'active'],
    // A purchase a week: at risk after 3 gaps, lost after 6.
    ['weekly, 21 days ago', bought(42, 35, 28, 21), 'active'],
    ['weekly, 22 days ago', bought(43, 36, 29, 22), 'at-risk'],
    ['weekly, 43 days ago', bought(64, 57, 50, 43), 'lost'],
    // The gap of the return does not count for the rhythm before it: of four weekly purchases, then none for 50 days.
    ['weekly, and back after 50 days', bought(76, 69, 62, 55, 5), 'won-back'],
    // Daily counts as weekly.
    ['daily for a month, 20 days ago', bought(...Array.from({ length: 32 }, (_, day) => 51 - day)), 'active'],
    // A gap of half a year counts as 60 days: risk after 180 days, lost after 360.
    ['twice a year, 170 days ago', bought(710, 530, 350, 170), 'active'],
    ['twice a year, 361 days ago', bought(901, 721, 541, 361), 'lost'],
  ] as const)('%s', (_, activity, state) => {
    expect(stateOf(activity)).toBe(state);
  });

  test("by the chain's days alone nobody's own rhythm counts", () => {
    const weekly = bought(64, 57, 50, 43);
    expect(stateOf(weekly, { mode: 'chain-days' })).toBe('active');
    expect(stateOf(weekly, { mode: 'chain-days', newDays: 10, riskDays: 20, lostDays: 40 })).toBe('lost');
  });

  test("a purchase that a fast clock dated to tomorrow is one of today's", () => {
    expect(stateOf(bought(-1))).toBe('new');
  });

  test('silence only ever leads from active to at risk to lost', () => {
    const order = ['active', 'at-risk', 'lost'];
    const gaps = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 3, maxLength: 8 });
    fc.assert(
      fc.property(gaps, (each) => {
        let day = 400;
        const days = [day, ...each.map((gap) => (day -= gap))];
        const at = days.at(-1) ?? 0;
        const states = Array.from({ length: 80 }, (_, step) =>
          lifecycleOf(bought(...days), RULES, AS_OF + (step * 10 - at) * DAY_MS),
        );
        const ranks = states.filter((state) => order.includes(state)).map((state) => order.indexOf(state));
        expect(ranks).toEqual([...ranks].sort());
        expect(states.at(-1)).toBe('lost');
      }),
      { numRuns: 50 },
    );
  });

  test('rules that cannot hold are refused', () => {
    for (const rules of [{ riskDays: 180 }, { newDays: 91 }, { rhythm: { riskTimes: 6 } }, { clusters: { least: 9 } }])
      expect(SegmentRules.safeParse(rules).success, JSON.stringify(rules)).toBe(false);
  });
});

/** Three kinds of members, each in a place of its own. */
function threeKinds(): Population {
  const population = new Population();
  for (let index = 0; index < 900; index += 1) {
    const wobble = index % 10;
    if (index % 3 === 0) population.add(2 + wobble, 30 + wobble, (30 + wobble) * 20_000);
    else if (index % 3 === 1) population.add(300 + wobble, 1, 2_000 + wobble * 10);
    else population.add(60 + wobble, 6, 6 * (5_000 + wobble * 10));
  }
  return population;
}

describe('groups', () => {
  test('kinds that lie apart are found, the number of them too, and the same each time', async () => {
    const found = await clustersOf(threeKinds(), RULES, []);
    expect(found?.k).toBe(3);
    expect(found?.tried[0]?.silhouette).toBeGreaterThan(0.8);
    expect(await clustersOf(threeKinds(), RULES, [])).toEqual(found);
    if (found === null) throw new Error('no groups');
    const often = groupOf({ recencyDays: 3, orders: 33, spentFen: 660_000 }, found);
    expect(often.centre.orders).toBeGreaterThan(25);
    expect(wordsOf(found.centres[found.groups.indexOf(often)] ?? [0, 0, 0])).toEqual({
      zh: '最近来过，来得勤，每单买得多',
      en: 'Came lately, buys often, large baskets',
    });
  });

  test('a group keeps its id in the next run, whatever order k-means finds it in; a new kind takes a new number', async () => {
    const first = await clustersOf(threeKinds(), RULES, []);
    if (first === null) throw new Error('no groups');
    const before = [...first.groups].reverse().map((group, index) => ({ ...group, id: `group-${index + 5}` }));
    const second = await clustersOf(threeKinds(), RULES, before);
    for (const group of before)
      expect(second?.groups.find(({ id }) => id === group.id)?.centre.orders).toBeCloseTo(group.centre.orders, 6);
    const third = await clustersOf(threeKinds(), RULES, before.slice(0, 2));
    expect(third?.groups.map(({ id }) => id).sort()).toEqual(['group-5', 'group-6', 'group-7']);
  });

  test('few members, or members who are all alike, make no groups', async () => {
    const few = new Population();
    for (let index = 0; index < 199; index += 1) few.add(index, 1, 100);
    expect(await clustersOf(few, RULES, [])).toBeNull();
    const alike = new Population();
    for (let index = 0; index < 400; index += 1) alike.add(index % 3, 1, 100);
    expect(await clustersOf(alike, RULES, [])).toBeNull();
  });

  test('a silhouette by hand', () => {
    // Two pairs on a line: a = 1, b = (10 + 11) / 2 or (9 + 10) / 2.
    const points = [0, 1, 10, 11].map((x): [number, number, number] => [x, 0, 0]);
    const [outer, inner] = [(10.5 - 1) / 10.5, (9.5 - 1) / 9.5];
    expect(silhouette(points, [0, 0, 1, 1])).toBeCloseTo((outer + inner) / 2, 10);
    expect(silhouette(points, [0, 1, 0, 1])).toBeLessThan(0);
  });

  test('a middle group is said to be one', () => {
    expect(wordsOf([0.1, -0.2, 0.4]).en).toBe('In the middle in all things');
  });
});

test('labels: one of each kind, known as ours; of a small population only the lifecycle', async () => {
  const population = new Population();
  const [weekly, once] = [bought(22, 15, 8, 1), bought(170)];
  for (const activity of [weekly, once]) addTo(population, activity, AS_OF);
  const small = await yardstickOf(population, { asOfMs: AS_OF, rules: RULES, before: [] });
  expect(labelsOf(segmentsOf(weekly, small))).toEqual(['life-new']);
  for (let index = 0; index < 500; index += 1) addTo(population, index % 2 ? weekly : bought(100 + index), AS_OF);
  const large = await yardstickOf(population, { asOfMs: AS_OF, rules: RULES, before: [] });
  const labels = labelsOf(segmentsOf(weekly, large));
  // Half of all are as good as this one: together they share the middle of the upper half.
  expect(labels).toEqual(['life-new', 'rfm-loyal', expect.stringMatching(/^group-\d$/u)]);
  expect(labels.every(isOurs)).toBe(true);
  expect(['vip', 'life-style', 'rfm-', 'group-x'].some(isOurs)).toBe(false);
  expect(LIFECYCLE_STATES.every((state) => isOurs(`life-${state}`))).toBe(true);
});
