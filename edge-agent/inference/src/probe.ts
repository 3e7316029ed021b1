import {
  buildMemberHistory,
  MEMBER_SCORES_MAX,
  type MemberHistory,
  type Purchase,
  type RecommendationContext,
  type StatsIndex,
} from '@tillside/features';
import { ModelError } from './errors.ts';
import { PROBE_QUESTIONS, PROBE_ROUNDS, PROBE_WARM_UP } from './limits.ts';
import type { Measured, ProbeLimits } from './messages.ts';

const DAY_MS = 86_400_000;
const BASKETS = 8;
const BASKET_ITEMS = 6;

/** Took of one question, milliseconds. */
export interface Took {
  readonly wholeMs: number;
  readonly bareMs: number;
}

/**
 * Asks the questions in rounds until one round keeps the limit.
 *
 * @throws ModelError MODEL_TOO_SLOW; what `ask` rejects with
 */
export async function probe(
  { p99MaxMs }: ProbeLimits,
  ask: (question: RecommendationContext) => Promise<Took>,
  questions: readonly RecommendationContext[],
): Promise<Omit<Measured, 'peakBytes'>> {
  for (const question of questions.slice(0, PROBE_WARM_UP)) await ask(question);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < PROBE_ROUNDS; round += 1) {
    const took = await askAll(questions, ask, p99MaxMs);
    const p99Ms = p99(took.map(({ wholeMs }) => wholeMs));
    if (took.length === questions.length && p99Ms <= p99MaxMs) {
      return { questions: took.length, p99Ms, bareP99Ms: p99(took.map(({ bareMs }) => bareMs)) };
    }
    best = Math.min(best, p99Ms);
  }
  throw new ModelError('MODEL_TOO_SLOW', `p99 ${best.toFixed(1)} ms of at most ${p99MaxMs} ms.`);
}

/** One round, given up when too many were late for it to be kept. */
async function askAll(
  questions: readonly RecommendationContext[],
  ask: (question: RecommendationContext) => Promise<Took>,
  maxMs: number,
): Promise<Took[]> {
  const took: Took[] = [];
  let late = 0;
  for (const question of questions) {
    const one = await ask(question);
    took.push(one);
    if (one.wholeMs > maxMs) late += 1;
    if (late > questions.length / 100) break;
  }
  return took;
}

/** The least that all but one in a hundred keep to. */
function p99(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? 0;
}

/** Shoppers who never were: strangers and members with all that a question can carry, over all of the range. */
export function madeUpQuestions({ stats }: StatsIndex): RecommendationContext[] {
  const { skus, toMs } = stats;
  if (skus.length === 0) return [];
  const skuAt = (place: number) => skus[place % skus.length] ?? '';
  return Array.from({ length: PROBE_QUESTIONS }, (_, number) => {
    const start = number * 37;
    const basketSkus = Array.from({ length: number % BASKET_ITEMS }, (_, place) => skuAt(start + place * 11));
    const question = { basketSkus, at: new Date(toMs + DAY_MS).toISOString() };
    if (number % 2 === 0) return question;
    const memberScores = Array.from({ length: Math.min(MEMBER_SCORES_MAX, skus.length) }, (_, place) => ({
      sku: skuAt(start + place),
      neighbours: 1 / (place + 1),
      factors: 1 / (place + 2),
    }));
    return { ...question, memberHistory: madeUpHistory(start, toMs, skuAt), memberScores };
  });
}

function madeUpHistory(start: number, toMs: number, skuAt: (place: number) => string): MemberHistory | undefined {
  const purchases = Array.from({ length: BASKETS * BASKET_ITEMS }, (_, place): Purchase => {
    const basket = Math.floor(place / BASKET_ITEMS);
    return {
      basketId: `b${basket}`,
      memberId: 'made-up',
      at: new Date(toMs - (BASKETS - basket) * 7 * DAY_MS).toISOString(),
      // Every other basket has the same again.
      sku: skuAt(start + (basket % 2) * 100 + (place % BASKET_ITEMS)),
      category: '',
      department: '',
      quantity: 1,
    };
  });
  return buildMemberHistory(purchases);
}
