import type { Recommendations } from '@tillside/agent-contract';
import { barrierOf, RANK_POLICY, type RecommendationItem, rankRecommendations } from '@tillside/decide';
import { buildStats, type Reason } from '@tillside/features';
import type { InferenceProcess, Recommendation } from '@tillside/inference';
import type { Journal } from '../journal/index.ts';
import { newestPurchases, personalised } from '../members/members.ts';
import { type Clock, instantOf, type Random, zonedInstants } from '../ports.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { Item, ItemRules, Items } from '../prices/item.ts';
import { Dayparts } from './dayparts.ts';
import { Exposures, type Served } from './exposures.ts';
import { Histories, type Known, type TasteOf, toPurchase } from './histories.ts';
import { type Asked, drawsOf, type Question, questionOf } from './question.ts';
import { reasonsOf, wordsOf } from './reasons.ts';
import { StoreSalesCounter } from './store-sales.ts';

/** Asked of the model: rules then take away, and an explored item comes from further down. */
const ASKED = 48;
/** Newest purchases that the store's own fallback statistics are built from. */
const MAX_STATS_PURCHASES = 200_000;
/** Answers that a customer display may still want to show. */
const MAX_SHOWN = 100;
const BASIS_POINTS = 10_000;
const PPM = 1_000_000;
const MS_A_MINUTE = 60_000;

interface RecommendDeps {
  journal: Journal;
  items: Items;
  book: CampaignBook;
  inference: Pick<InferenceProcess, 'recommend' | 'setFallbackStats' | 'setStoreSales'>;
  clock: Clock;
  random: Random;
  /** The store's zone, IANA. */
  zone: string;
  tasteOf: TasteOf;
  /** Share of answers that try an item from further down. */
  exploreBasisPoints: number;
}

/** What the model proposed of this store's range. */
interface Proposed {
  readonly item: ItemRules;
  readonly score: number;
  readonly reason: Reason;
}
/** What is shown of it. */
interface Chosen extends RecommendationItem {
  readonly item: Item;
  readonly proposed: Reason;
}
interface Context extends Question {
  readonly ask: Asked;
  readonly atMs: number;
  readonly known: Known;
}

const NOTHING_KNOWN: Known = { history: undefined, scores: [] };

/** Chooses what to show beside a basket or on the kiosk. Selects from the published range, never sets a price; says which model or fallback made it. */
export class Recommender {
  #deps: RecommendDeps;
  #histories: Histories;
  #exposures: Exposures;
  #storeSales: StoreSalesCounter;
  #dayparts = new Dayparts([], 0);
  #instant: (ms: number) => string;
  #shown = new Map<string, Recommendations>();

  constructor(deps: RecommendDeps) {
    this.#deps = deps;
    this.#histories = new Histories(deps.journal, deps.tasteOf);
    this.#exposures = new Exposures(deps.journal);
    const { journal: reader, clock, inference } = deps;
    this.#storeSales = new StoreSalesCounter({ reader, clock, tell: (sales) => inference.setStoreSales(sales) });
    this.#instant = zonedInstants(deps.zone);
  }

  /** Never rejects for what is asked; without anything to show, `items` is empty and `source` 'none'. */
  async recommend(ask: Asked): Promise<Recommendations> {
    const { journal, inference, clock, random } = this.#deps;
    const atMs = clock.now();
    // Without consent no history is looked at: the answer is the one anybody gets.
    const memberId = ask.member !== undefined && personalised(ask.member) ? ask.member.memberId : undefined;
    const known = memberId === undefined ? NOTHING_KNOWN : this.#histories.of(memberId);
    const context: Context = { ...questionOf(journal, ask, memberId, atMs), ask, atMs, known };
    const newId = random.uuid();
    const answer = await inference.recommend(
      {
        basketSkus: [...new Set(ask.basketSkus)],
        at: this.#instant(atMs),
        excludeSkus: context.excluded,
        ...(known.history === undefined ? {} : { memberHistory: known.history }),
        ...(known.scores.length === 0 ? {} : { memberScores: known.scores }),
      },
      ASKED,
      context.visit ?? newId,
    );
    const ranked = this.#rank(this.#proposed(answer, context), context, newId);
    const isAgain = context.before !== undefined && isSame(context.before.body, answer, ranked);
    const recommendationId = (isAgain && context.before?.body.recommendationId) || newId;
    const shown = this.#show(recommendationId, answer, ranked);
    if (ranked.length > 0 && !isAgain && !ask.training)
      this.#exposures.put({
        visit: context.visit ?? recommendationId,
        atMs,
        asked: context.asked,
        body: servedOf(recommendationId, answer, ranked, context, memberId),
      });
    if (ask.basketId !== undefined) this.#remember(ask.basketId, shown);
    return shown;
  }

  /** What was answered last beside a basket, for its customer display. */
  lastFor(basketId: string): Recommendations | undefined {
    return this.#shown.get(basketId);
  }

  /** Counts this store's own past sales anew, for models and for answers before any came; call after purchases were imported. */
  refreshStats(): void {
    const { journal, inference, clock } = this.#deps;
    this.#histories.forget();
    void this.#storeSales.refresh();
    const rows = newestPurchases(journal, MAX_STATS_PURCHASES);
    if (rows.length === 0) return;
    this.#dayparts = new Dayparts(rows, offsetOf(this.#instant(clock.now())));
    inference.setFallbackStats(buildStats(rows.reverse().map(toPurchase)));
  }

  start(): void {
    this.#storeSales.start();
    this.#exposures.start();
  }

  stop(): void {
    this.#storeSales.stop();
    this.#exposures.stop();
  }

  /** What may be offered here and now, whatever the model thinks. */
  #proposed(answer: Recommendation, { ask, atMs }: Context): Map<string, Proposed> {
    const items = this.#deps.items.rulesOf(answer.items.map(({ sku }) => sku));
    const proposed = new Map<string, Proposed>();
    for (const { sku, score, reason } of answer.items) {
      const item = items.get(sku);
      if (item === undefined || barrierOf(item, ask.provenAge) !== undefined) continue;
      // What merely sells, sells by the time of day.
      const lift = answer.source === 'popularity' ? this.#dayparts.liftOf(sku, atMs).lift : 1;
      proposed.set(sku, { item, score: score * lift, reason });
    }
    return proposed;
  }

  #rank(proposed: ReadonlyMap<string, Proposed>, context: Context, seed: string): Chosen[] {
    const { ask, known, atMs } = context;
    const { items, book, exploreBasisPoints } = this.#deps;
    const ranked = rankRecommendations({
      candidates: [...proposed.values()].map(({ item: { sku, category, department }, score }) => ({
        sku,
        category,
        department,
        score,
        reasons: [],
      })),
      exclude: [...ask.basketSkus, ...context.excluded],
      limit: ask.limit,
      explore: { share: exploreBasisPoints / BASIS_POINTS, draws: drawsOf(context, seed) },
    });
    const whole = items.bySkus(ranked.map(({ sku }) => sku));
    const unlocks = ask.unlocks?.() ?? [];
    return ranked.flatMap((entry) => {
      const [item, reason] = [whole.get(entry.sku), proposed.get(entry.sku)?.reason];
      if (item === undefined || reason === undefined) return [];
      const reasons = reasonsOf({
        item,
        proposed: reason,
        shelfFen: book.shelfPriceFen(item),
        neighbours: known.scores.find(({ sku }) => sku === entry.sku)?.neighbours ?? 0,
        daypart: this.#dayparts.liftOf(entry.sku, atMs).named,
        unlocks,
      });
      return [{ ...entry, reasons, item, proposed: reason }];
    });
  }

  #show(recommendationId: string, answer: Recommendation, chosen: readonly Chosen[]): Recommendations {
    const { items, book } = this.#deps;
    return {
      recommendationId,
      source: chosen.length === 0 ? 'none' : answer.source,
      ...(answer.modelId === null ? {} : { modelId: answer.modelId }),
      items: chosen.flatMap(({ sku, item, reasons, proposed }) => {
        const words = wordsOf(items, reasons, proposed);
        if (words === undefined) return [];
        const { name, size, pictogram } = item;
        return [{ sku, name, size, pictogram, priceFen: book.shelfPriceFen(item), ...words }];
      }),
    };
  }

  #remember(basketId: string, shown: Recommendations): void {
    this.#shown.delete(basketId);
    this.#shown.set(basketId, shown);
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > MAX_SHOWN && oldest !== undefined) this.#shown.delete(oldest);
  }
}

function servedOf(
  recommendationId: string,
  answer: Recommendation,
  ranked: readonly RecommendationItem[],
  { ask, atMs }: Context,
  memberId: string | undefined,
): Served {
  return {
    recommendationId,
    ...(ask.basketId === undefined ? {} : { basketId: ask.basketId }),
    ...(memberId === undefined ? {} : { memberId }),
    channel: ask.channel,
    source: answer.source,
    ...(answer.modelId === null ? {} : { modelId: answer.modelId }),
    skus: ranked.map(({ sku }) => sku),
    at: instantOf(atMs),
    policy: RANK_POLICY,
    shown: ranked.map(({ reasons, propensity, explored }) => ({
      reason: reasons[0]?.code ?? 'POPULAR_HERE',
      propensityPpm: Math.max(1, Math.round(propensity * PPM)),
      ...(explored ? { explored: true as const } : {}),
    })),
  };
}

const isSame = (before: Served, answer: Recommendation, ranked: readonly RecommendationItem[]): boolean =>
  before.source === answer.source &&
  before.modelId === (answer.modelId ?? undefined) &&
  before.skus.join('\n') === ranked.map(({ sku }) => sku).join('\n');

/** Of an instant with its offset: how far its clock is ahead of UTC, in ms. */
function offsetOf(instant: string): number {
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})$/.exec(instant) ?? [];
  const total = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MS_A_MINUTE;
  return sign === '-' ? -total : total;
}
