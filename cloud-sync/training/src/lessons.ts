import { type Basket, type CatalogueContent, compareText, type MemberScore, skuKey } from '@tillside/features';
import { Examples, type Question, questionOf } from './examples.ts';
import {
  ANONYMOUS_MAX,
  ANONYMOUS_SHARE,
  LESSON_WORLDS_MAX,
  LESSON_WORLDS_MIN,
  LESSONS_BEFORE_MAX,
  LESSONS_ENOUGH,
  LESSONS_WITHIN_MAX,
  MEASURED_ONE_IN,
  VALIDATION_MAX,
} from './limits.ts';
import { memberScorer } from './member-scores.ts';
import type { Random } from './random.ts';
import { type Role, type Target, type World, worldOf } from './worlds.ts';

/**
 * By the member's id alone, so that a member whom one model was measured by no later one learns from: on these members any two models can be
 * compared.
 */
export const usualRole = (memberId: string): Role => (skuKey(memberId) % MEASURED_ONE_IN === 0 ? 'measure' : 'learn');

/** A world whose lessons are told from what was before them. */
export interface Lessons {
  readonly world: World;
  readonly scores: ReadonlyMap<number, readonly MemberScore[]>;
}

export interface LessonOptions {
  readonly roleOf: (memberId: string) => Role;
  /** Whose scores are needed; all that learn or are measured, when absent. */
  readonly only?: Role;
  readonly catalogue?: CatalogueContent | undefined;
  readonly random: Random;
  readonly onProgress: (share: number) => void;
}

/** @param back baskets taken from each member's end; anonymous ones are taken only once, with the first */
export function lessonsOf(baskets: readonly Basket[], back: number, options: LessonOptions): Lessons {
  const anonymous = baskets.filter(({ memberId }) => memberId === null);
  const taken = back === 1 ? Math.min(ANONYMOUS_MAX, Math.floor(anonymous.length * ANONYMOUS_SHARE)) : 0;
  const world = worldOf(baskets, {
    back,
    roleOf: options.roleOf,
    catalogue: options.catalogue,
    anonymous: new Set(taken === 0 ? [] : anonymous.slice(-taken)),
  });
  const asked = Int32Array.from(
    [
      ...newest(world.targets, 'learn', LESSONS_BEFORE_MAX),
      ...newest(world.targets, 'measure', VALIDATION_MAX),
    ].flatMap(({ member }) => member ?? []),
  );
  const found = memberScorer(world, options.random, options.onProgress)(asked);
  return { world, scores: new Map(Array.from(asked, (member, row) => [member, found[row] ?? []])) };
}

/** The newest targets of a role. */
function newest(targets: readonly Target[], role: Role, most: number): Target[] {
  return targets
    .filter((target) => target.role === role)
    .sort(({ basket: one }, { basket: other }) => one.atMs - other.atMs || compareText(one.basketId, other.basketId))
    .slice(-most);
}

/** Adds what is to be learnt: the start of a basket, and a moment within it. */
export function addLessons(examples: Examples, { world, scores }: Lessons, random: Random): void {
  const targets = newest(world.targets, 'learn', LESSONS_BEFORE_MAX);
  for (const [when, most] of [
    ['before', LESSONS_BEFORE_MAX],
    ['within', LESSONS_WITHIN_MAX],
  ] as const) {
    for (const target of targets.slice(-most)) {
      const question = questionOf(world, target, { when, scores }, random);
      if (question !== undefined) examples.add(question, world, random);
    }
  }
}

/** What members are asked who are only measured by: half of them at the start of a basket, half within it. */
export function measuredQuestions({ world, scores }: Lessons, random: Random): Question[] {
  return newest(world.targets, 'measure', VALIDATION_MAX).flatMap((target, place) => {
    const before = { when: 'before', scores } as const;
    const within = place % 2 === 0 ? undefined : questionOf(world, target, { when: 'within', scores }, random);
    return within ?? questionOf(world, target, before, random) ?? [];
  });
}

export interface Learnable {
  readonly examples: Examples;
  /** The lessons with the newest targets. */
  readonly latest: Lessons;
}

interface LearnableOptions {
  readonly roleOf: (memberId: string) => Role;
  readonly catalogue: CatalogueContent | undefined;
  readonly random: Random;
  readonly report: (progress: number, step: 'statistics' | 'examples') => void;
}

/** Share of a whole training that the lessons take, after reading. */
const [LESSONS_FROM, LESSONS_SHARE] = [0.05, 0.3];

/** Worlds one basket further back each, until there are questions enough. */
export function learnable(
  baskets: readonly Basket[],
  { roleOf, catalogue, random, report }: LearnableOptions,
): Learnable {
  const examples = new Examples();
  const add = (back: number): Lessons => {
    // How many worlds it takes is not known before: each has half of what is left.
    const share = LESSONS_SHARE / 2 ** back;
    const from = LESSONS_FROM + LESSONS_SHARE - 2 * share;
    const onProgress = (part: number) => report(from + 0.8 * share * part, 'statistics');
    const lessons = lessonsOf(baskets, back, { roleOf, catalogue, random, onProgress });
    report(from + 0.8 * share, 'examples');
    addLessons(examples, lessons, random);
    return lessons;
  };
  const latest = add(1);
  for (let back = 2; back <= LESSON_WORLDS_MAX; back += 1) {
    if (back > LESSON_WORLDS_MIN && examples.questions >= LESSONS_ENOUGH) break;
    add(back);
  }
  return { examples, latest };
}
