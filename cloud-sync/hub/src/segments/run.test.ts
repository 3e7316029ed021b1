import { SegmentProgress, SegmentRules, SegmentRun } from '@tillside/hub-contract';
import { expect, test } from 'vitest';
import { createOneProcess } from '../storage/sqlite/one-process.ts';
import { createSegmentDesk } from './desk.ts';
import { runSegments } from './run.ts';
import { isOurs } from './segment.ts';
import { PEOPLE_AS_OF, peopleOf, personOf } from './testing/people.ts';

const RULES = SegmentRules.parse({});
const wish = (told: (progress: SegmentProgress) => void = () => undefined) => ({
  rules: RULES,
  before: [],
  told,
  goOn: () => undefined,
});

test('everybody is counted; labels go to those alone who agreed to personalisation and bought something', async () => {
  const people = peopleOf(2400);
  const stages: string[] = [];
  const run = await runSegments(
    people,
    wish((progress) => {
      expect(SegmentProgress.safeParse(progress).success).toBe(true);
      if (stages.at(-1) !== progress.stage) stages.push(progress.stage);
    }),
  );
  expect(stages).toEqual(['reading', 'grouping', 'labelling']);
  expect(SegmentRun.parse(run)).toEqual(run);
  expect({ members: run.members, withoutPurchase: run.withoutPurchase }).toEqual({
    members: 1800,
    withoutPurchase: 600,
  });
  for (const shares of [run.lifecycle, run.rfm?.grid ?? [], run.rfm?.segments ?? [], run.clusters?.groups ?? []]) {
    expect(shares.reduce((sum, { members }) => sum + members, 0)).toBe(1800);
    expect(shares.reduce((sum, { spentFen }) => sum + spentFen, 0)).toBe(run.spentFen);
    expect(shares.reduce((sum, { orders }) => sum + orders, 0)).toBe(run.orders);
  }
  expect(run.stores.map(({ store, members }) => [store, members])).toEqual([
    ['s0', 960],
    ['s1', 480],
    ['hq', 360],
  ]);
  expect(run.clusters?.k).toBeGreaterThanOrEqual(3);
  expect(run.labelled).toBe(1200);
  expect(run.relabelled).toBe(1200);
  for (let index = 0; index < 2400; index += 1) {
    const labels = people.segments.get(`m${index}`);
    const { row, bought } = personOf(index);
    if (bought.orders === 0 || row.consents[0]?.granted !== true) expect(labels).toBeUndefined();
    else expect(labels?.map((label) => label.split('-')[0])).toEqual(['life', 'rfm', 'group']);
  }
  expect(people.segments.get('m4')).toEqual(['life-active', 'rfm-champions', expect.stringMatching(/^group-/u)]);
});

test('a second run changes nothing, keeps labels of others, and takes ours from who withdrew', async () => {
  const people = peopleOf(800);
  const first = await runSegments(people, wish());
  people.segments.set('m4', ['vip', ...(people.segments.get('m4') ?? [])]);
  // m0 never agreed: as if consent was withdrawn after a run.
  people.segments.set('m0', ['press', 'life-active', 'rfm-champions', 'group-1']);
  const again = await runSegments(people, { ...wish(), before: first.clusters?.groups ?? [] });
  expect(again.relabelled).toBe(1);
  expect(people.segments.get('m0')).toEqual(['press']);
  expect(people.segments.get('m4')?.[0]).toBe('vip');
  expect(people.segments.get('m4')?.slice(1).every(isOurs)).toBe(true);
  expect(again.clusters?.groups.map(({ id }) => id)).toEqual(first.clusters?.groups.map(({ id }) => id));
});

test('no members, or few, are a result and no fault', async () => {
  const none = await runSegments(peopleOf(0), wish());
  expect(none).toMatchObject({ members: 0, rfm: null, clusters: null, stores: [] });
  const few = await runSegments(peopleOf(8), wish());
  expect(few).toMatchObject({ members: 6, withoutPurchase: 2, rfm: null, clusters: null });
  expect(SegmentRun.safeParse(none).success && SegmentRun.safeParse(few).success).toBe(true);
});

test('other work has its turn between any two pages, also where a storage answers at once', async () => {
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const seen: number[] = [];
  await runSegments(
    peopleOf(3000),
    wish(({ stage, members }) => void (stage !== 'grouping' && members > 0 && seen.push(turns))),
  );
  isOver = true;
  expect(seen.length).toBeGreaterThanOrEqual(12);
  expect(new Set(seen).size).toBe(seen.length);
});

test('members who come and go between two reads are neither lost nor counted twice', async () => {
  const people = peopleOf(3000);
  const { directory } = people;
  // The directory misses one in fifty, so that its pages end elsewhere than those of the purchases.
  const patchy = {
    ...directory,
    page: async (after: string | null, limit: number) => {
      const rows = await directory.page(after, limit + 100);
      return rows.filter(({ number }) => Number(number) % 50 !== 0).slice(0, limit);
    },
  };
  const run = await runSegments({ ...people, directory: patchy }, wish());
  expect(run.members + run.withoutPurchase).toBe(3000 - 60);
});

const NEWEST = { put: async () => undefined, newest: async () => null };

test('one run at a time over all hubs of a storage; what it comes to is kept, also a failure', async () => {
  const { turns } = createOneProcess();
  const people = peopleOf(300);
  const kept: SegmentRun[] = [];
  const runs = { put: async (run: SegmentRun) => void kept.push(run), newest: async () => kept.at(-1) ?? null };
  const ends: object[] = [];
  const ports = { ...people, runs, turns, rules: RULES, everyHours: 24, ended: (end: object) => void ends.push(end) };
  const [one, other] = [createSegmentDesk(ports), createSegmentDesk(ports)];
  await one.run();
  await expect(one.run()).rejects.toMatchObject({ code: 'HUB_SEGMENTS_BUSY' });
  await expect(other.run()).rejects.toMatchObject({ code: 'HUB_SEGMENTS_BUSY' });
  expect((await one.answer()).running).not.toBeNull();
  await expect.poll(async () => (await one.answer()).running).toBeNull();
  expect((await other.answer()).run).toMatchObject({ members: 225 });
  expect(ends).toMatchObject([{ members: 225 }]);

  const broken = { page: () => Promise.reject(new Error('no')) };
  const failing = createSegmentDesk({ ...ports, purchases: broken });
  await failing.run();
  await expect.poll(async () => (await failing.answer()).failed).toMatchObject({ code: 'HUB_INTERNAL' });
  // The turn is free again.
  await one.run();
  await one.stop();
  expect((await one.answer()).running).toBeNull();
  await expect(one.run()).rejects.toMatchObject({ code: 'HUB_SEGMENTS_BUSY' });
});

test('a run that is told to stop ends at its next page and leaves no result', async () => {
  const { turns } = createOneProcess();
  const people = peopleOf(100_000);
  const kept: SegmentRun[] = [];
  const runs = { ...NEWEST, put: async (run: SegmentRun) => void kept.push(run) };
  const desk = createSegmentDesk({ ...people, runs, turns, rules: RULES, everyHours: 0, ended: () => undefined });
  const begun = await desk.run();
  expect(begun.startedAt).toBe(new Date(PEOPLE_AS_OF).toISOString());
  await desk.stop();
  expect(kept).toEqual([]);
  const release = await turns.take('segments');
  expect(release).not.toBeNull();
});
