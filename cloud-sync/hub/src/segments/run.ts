import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SegmentProgress, SegmentRules, SegmentRun } from '@tillside/hub-contract';
import { type Clock, instantOf } from '../clock.ts';
import type { MemberDirectory, MemberRow, PurchaseSummary } from '../storage/member-port.ts';
import type { MemberActivity } from './activity.ts';
import type { Group } from './clusters.ts';
import { Population } from './population.ts';
import { addTo, isOurs, labelsOf, segmentsOf, yardstickOf } from './segment.ts';
import { Tally } from './tally.ts';

export const RUN_LIMITS = {
  /** Members read at a time, and between two turns of the event loop: a storage that reads at once would else hold everything else up for the whole run. */
  page: 500,
  /** Labels put at a time: they share a commit. */
  together: 64,
  /** Labels of a member, ours and others; the protocol's limit. */
  labels: 32,
} as const;

type Person = PurchaseSummary & { readonly number: string };

export interface RunPorts {
  readonly purchases: { page(after: string | null, limit: number): Promise<Person[]> };
  readonly directory: Pick<MemberDirectory, 'page' | 'put' | 'count'>;
  readonly clock: Clock;
}

export interface RunWish {
  readonly rules: SegmentRules;
  /** Groups of the run before. */
  readonly before: readonly Group[];
  readonly told: (progress: SegmentProgress) => void;
  /** Rejects where the run is to end; asked at each page. */
  readonly goOn: () => void;
}

/** What a person bought, or null for nothing yet. */
function activityOf({ memberId, firstAt, lastAt, priorAt, orders, spentFen }: Person): MemberActivity | null {
  if (firstAt === null || lastAt === null || orders < 1) return null;
  return { memberId, firstAt, lastAt, previousAt: priorAt, orders, spentFen };
}

/**
 * Reads all persons twice: once for what is usual, once to tell each apart. Memory: 16 bytes a person, and a page. Labels of those who agreed to personalisation are put where they changed,
 * and taken from who did not; nobody else's row is written. A run that ends half-way has put some labels and no result; the next one puts the rest.
 */
export async function runSegments(ports: RunPorts, { rules, before, told, goOn }: RunWish): Promise<SegmentRun> {
  const { directory, purchases, clock } = ports;
  const [asOfMs, startedAt] = [clock.now(), instantOf(clock.now())];
  const total = Math.max(1, (await directory.count()).members);
  let seen = 0;
  const tell = (stage: SegmentProgress['stage'], progress: number): void => {
    goOn();
    told({ startedAt, stage, members: seen, progress: Math.min(1, progress) });
  };

  tell('reading', 0);
  const population = new Population();
  for await (const page of pages((after) => purchases.page(after, RUN_LIMITS.page))) {
    for (const person of page) {
      const activity = activityOf(person);
      if (activity !== null) addTo(population, activity, asOfMs);
    }
    seen += page.length;
    tell('reading', (0.4 * seen) / total);
  }
  tell('grouping', 0.4);
  const yardstick = await yardstickOf(population, { asOfMs, rules, before });

  const tally = new Tally(yardstick);
  const counts = { labelled: 0, relabelled: 0 };
  seen = 0;
  for await (const page of joined(ports)) {
    const changes: { memberId: string; segments: string[] }[] = [];
    for (const { person, row } of page) {
      const activity = activityOf(person);
      if (activity === null) tally.addWithoutPurchase();
      const segments = activity === null ? null : segmentsOf(activity, yardstick);
      if (activity !== null && segments !== null) tally.add(activity, segments, row.home);
      const labels = segments !== null && mayBePersonal(row) ? labelsOf(segments) : [];
      if (labels.length > 0) counts.labelled += 1;
      const wanted = withLabels(row.segments, labels);
      if (!isSame(row.segments, wanted)) changes.push({ memberId: row.memberId, segments: wanted });
    }
    counts.relabelled += await putAll(directory, changes, instantOf(clock.now()));
    seen += page.length;
    tell('labelling', 0.5 + (0.5 * seen) / total);
  }
  const endedAt = instantOf(clock.now());
  return { id: randomUUID(), startedAt, endedAt, asOf: instantOf(asOfMs), rules, ...tally.result(), ...counts };
}

const mayBePersonal = ({ consents }: MemberRow): boolean =>
  consents.some(({ purpose, granted }) => purpose === 'personalisation' && granted);

/** Labels that others gave stay, before ours. */
const withLabels = (held: readonly string[], ours: readonly string[]): string[] => [
  ...held.filter((label) => !isOurs(label)).slice(0, RUN_LIMITS.labels - ours.length),
  ...ours,
];
const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((label, index) => label === b[index]);

async function putAll(
  directory: Pick<MemberDirectory, 'put'>,
  changes: readonly { memberId: string; segments: string[] }[],
  at: string,
): Promise<number> {
  let put = 0;
  for (let from = 0; from < changes.length; from += RUN_LIMITS.together) {
    const some = changes.slice(from, from + RUN_LIMITS.together);
    const done = await Promise.all(some.map(({ memberId, segments }) => directory.put(memberId, { segments }, at)));
    // Who was erased meanwhile is not there any more.
    put += done.filter(Boolean).length;
  }
  return put;
}

async function* pages<T extends { readonly number: string }>(
  read: (after: string | null) => Promise<T[]>,
): AsyncGenerator<T[]> {
  for (let after: string | null = null; ; ) {
    const page = await read(after);
    if (page.length === 0) return;
    yield page;
    await nextTurn();
    after = page.at(-1)?.number ?? after;
  }
}

/** Persons with their rows of the directory, by number; who is in one alone came or went between two reads and is left for the next run. */
async function* joined({ purchases, directory }: RunPorts): AsyncGenerator<{ person: Person; row: MemberRow }[]> {
  let after: string | null = null;
  do {
    const [persons, rows]: [Person[], MemberRow[]] = await Promise.all([
      purchases.page(after, RUN_LIMITS.page),
      directory.page(after, RUN_LIMITS.page),
    ]);
    const end = endOf(persons, rows);
    const byId = new Map(rows.map((row) => [row.memberId, row]));
    yield persons.flatMap((person) => {
      const row = end !== null && person.number > end ? undefined : byId.get(person.memberId);
      return row === undefined ? [] : [{ person, row }];
    });
    await nextTurn();
    after = end;
  } while (after !== null);
}

/** The last number of the page that ends first: beyond it the other one is not whole yet. Null where both are the last ones. */
function endOf(...both: readonly (readonly { readonly number: string }[])[]): string | null {
  const ends = both.flatMap((page) => (page.length < RUN_LIMITS.page ? [] : page.slice(-1)));
  return ends.map(({ number }) => number).sort()[0] ?? null;
}
