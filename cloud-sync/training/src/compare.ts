import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Basket,
  type CatalogueContent,
  compareText,
  fallbackRank,
  type PreparedContext,
  type StatsIndex,
} from '@tillside/features';
import { InferenceProcess, unpackModel } from '@tillside/inference';
import { TrainingError } from './errors.ts';
import { preparedIn, type Question } from './examples.ts';
import { lessonsOf, measuredQuestions, usualRole } from './lessons.ts';
import { COMPARED_AT_ONCE, COMPARED_QUESTIONS_MAX, METRIC_CUTOFF, UNHURRIED_MS } from './limits.ts';
import { packWith } from './pack-with.ts';
import { seededRandom } from './random.ts';
import { ownFirst, popular } from './simple-rules.ts';
import type { Stores } from './stores.ts';

/** Means over questions, 0 to 1, of the first METRIC_CUTOFF. Repeat: what the member had bought before; explore: the rest. */
export interface CaseNumbers {
  readonly recall: number;
  readonly hitRate: number;
  readonly repeatRecall: number;
  readonly exploreRecall: number;
}

/** The shape of `comparison.json`, which the hub reads. */
export interface Comparison {
  readonly questions: number;
  readonly first: number;
  readonly from: string;
  readonly to: string;
  readonly cases: Readonly<
    Partial<Record<'candidate' | 'running' | 'coOccurrence' | 'personalFrequency' | 'popularity', CaseNumbers>>
  >;
  readonly running: string | null;
  readonly gain: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
}

export interface ComparisonWish {
  readonly candidate: Buffer;
  readonly running: Buffer | undefined;
  readonly baskets: readonly Basket[];
  readonly catalogue: CatalogueContent | undefined;
  readonly seed: number;
  /** For packs on their way to the inference process. */
  readonly workDir: string;
}

/** What each question found, in the order of the questions. */
interface Found {
  readonly recall: number;
  readonly hit: number;
  readonly repeat: number | undefined;
  readonly explore: number | undefined;
}

/**
 * Asks the candidate, the running model and the simple rules the same questions, each model through the inference process as a store does. The questions are about the newest
 * baskets of members from whom no model of ours learns, and neither model's statistics know these baskets. Null when there is no such member.
 *
 * @throws TrainingError TRAINING_EXPORT_REFUSED when a pack is refused
 */
export async function compareModels(wish: ComparisonWish): Promise<Comparison | null> {
  const { candidate, running, baskets, catalogue, seed, workDir } = wish;
  const packs = running === undefined ? [candidate] : [candidate, running];
  const manifests = packs.map((pack) => unpackModel(pack).manifest);
  const random = seededRandom(seed);
  const lessons = lessonsOf(baskets, 1, {
    roleOf: usualRole,
    only: 'measure',
    catalogue,
    random,
    onProgress: () => undefined,
  });
  const { index, stores } = lessons.world;
  const asked = measuredQuestions(lessons, random).slice(-COMPARED_QUESTIONS_MAX);
  const times = asked.map(({ context }) => context.at).sort();
  const [oldest, newest] = [times[0], times.at(-1)];
  if (oldest === undefined || newest === undefined) return null;
  const contexts = asked.map((question) => preparedIn(lessons.world, question));
  const foundBy = (answers: readonly (readonly string[])[]): Found[] =>
    asked.map(({ targets }, at) => found(targets, answers[at] ?? [], contexts[at]));
  const answered: Found[][] = [];
  for (const [place, pack] of packs.entries()) {
    const file = join(workDir, `compared-${place}.tillmodel`);
    await writeFile(file, packWith(pack, index.stats));
    answered.push(foundBy(await answersOf(file, manifests[place]?.minAgentVersion ?? '', asked, stores)));
  }
  const [ours = [], theirs] = answered;
  const means = { candidate: meanOf(ours), ...(theirs === undefined ? {} : { running: meanOf(theirs) }) };
  const ruled = (rank: (index: StatsIndex, context: PreparedContext) => string[]) =>
    meanOf(foundBy(contexts.map((context) => rank(index, context))));
  return {
    questions: asked.length,
    first: METRIC_CUTOFF,
    from: oldest,
    to: newest,
    cases: {
      ...means,
      coOccurrence: ruled((...at) => fallbackRank(...at, METRIC_CUTOFF).items.map(({ sku }) => sku)),
      personalFrequency: ruled(ownFirst),
      popularity: ruled(popular),
    },
    running: manifests[1]?.modelId ?? null,
    gain: theirs === undefined ? null : gainOf(meanOf(ours).recall, meanOf(theirs).recall),
    interval: theirs === undefined ? null : intervalOf(ours, theirs),
  };
}

/** What each question's store would be told, in the order of the questions. */
async function answersOf(
  path: string,
  agentVersion: string,
  asked: readonly Question[],
  stores: Stores,
): Promise<string[][]> {
  const inference = new InferenceProcess({ agentVersion, timeoutMs: UNHURRIED_MS });
  await inference.start();
  try {
    const loaded = await inference.load(path);
    if (!loaded.ok) throw new TrainingError('TRAINING_EXPORT_REFUSED', `${loaded.code}: ${loaded.message}`);
    const answers: string[][] = [];
    for (const together of inOneStore(asked)) {
      inference.setStoreSales(stores.sales(together[0]?.question.store));
      const answer = async ({ question: { context }, place }: Placed) => {
        const { items } = await inference.recommend(context, METRIC_CUTOFF);
        answers[place] = items.map(({ sku }) => sku);
      };
      await Promise.all(together.map(answer));
    }
    return answers;
  } finally {
    await inference.stop();
  }
}

interface Placed {
  readonly question: Question;
  readonly place: number;
}

/** At most COMPARED_AT_ONCE of one store at a time. */
function* inOneStore(asked: readonly Question[]): Generator<readonly Placed[]> {
  const sorted = asked
    .map((question, place): Placed => ({ question, place }))
    .sort((one, other) => compareText(one.question.store ?? '', other.question.store ?? ''));
  let from = 0;
  for (const [at, { question }] of sorted.entries()) {
    if (at - from < COMPARED_AT_ONCE && question.store === sorted[from]?.question.store) continue;
    yield sorted.slice(from, at);
    from = at;
  }
  yield sorted.slice(from);
}

function found(targets: readonly string[], answer: readonly string[], context: PreparedContext | undefined): Found {
  const top = new Set(answer.slice(0, METRIC_CUTOFF));
  const share = (of: readonly string[]): number | undefined =>
    of.length === 0 ? undefined : of.filter((sku) => top.has(sku)).length / of.length;
  const isOwn = (sku: string): boolean => context?.personal.has(sku) === true;
  const recall = share(targets) ?? 0;
  return {
    recall,
    hit: recall > 0 ? 1 : 0,
    repeat: share(targets.filter(isOwn)),
    explore: share(targets.filter((sku) => !isOwn(sku))),
  };
}

const DIGITS = 1e5;
const rounded = (value: number): number => Math.round(value * DIGITS) / DIGITS;
const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

const meanOf = (all: readonly Found[]): CaseNumbers => ({
  recall: rounded(mean(all.map(({ recall }) => recall))),
  hitRate: rounded(mean(all.map(({ hit }) => hit))),
  repeatRecall: rounded(mean(all.flatMap(({ repeat }) => repeat ?? []))),
  exploreRecall: rounded(mean(all.flatMap(({ explore }) => explore ?? []))),
});

const gainOf = (candidate: number, running: number): number | null =>
  running > 0 ? rounded(candidate / running - 1) : null;

/** Of the normal distribution, for 95 %. */
const Z = 1.96;

function intervalOf(candidate: readonly Found[], running: readonly Found[]): { low: number; high: number } {
  const differences = candidate.map(({ recall }, at) => recall - (running[at]?.recall ?? 0));
  const middle = mean(differences);
  const variance = mean(differences.map((value) => (value - middle) ** 2));
  const half = Z * Math.sqrt(variance / Math.max(1, differences.length - 1));
  return { low: rounded(middle - half), high: rounded(middle + half) };
}
