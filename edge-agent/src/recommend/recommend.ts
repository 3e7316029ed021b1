import type { Recommendations } from '@tillside/agent-contract';
import { DEFAULT_PER_CATEGORY, explainReason, rankRecommendations } from '@tillside/decide';
import { buildStats, type Reason } from '@tillside/features';
import type { InferenceProcess } from '@tillside/inference';
import type { EventBody } from '@tillside/protocol';
import type { Journal, Reader } from '../journal/index.ts';
import { type Member, newestPurchases, personalised } from '../members/members.ts';
import { type Clock, instantOf, type Random } from '../ports.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { Items } from '../prices/item.ts';
import { Histories, toPurchase } from './histories.ts';

/** Asked of the model; ranking then drops what is unknown here and spreads categories. */
const ASKED = 24;
/** Exposures are written together this often, since each write waits for the disk and all tills with it; they need not be durable before the answer. */
const EXPOSURE_FLUSH_MS = 1_000;
/** Most that one write takes; the rest follows after a breath. */
const MAX_FLUSHED = 64;
const NEXT_FLUSH_MS = 100;
/** After a write that the disk refused. */
const FLUSH_AGAIN_MS = 2_000;
const MAX_WAITING_EXPOSURES = 2_000;
/** Newest purchases that the store's own fallback statistics are built from. */
const MAX_STATS_PURCHASES = 200_000;

interface RecommendDeps {
  journal: Journal;
  items: Items;
  book: CampaignBook;
  inference: InferenceProcess;
  clock: Clock;
  random: Random;
}

/** Chooses what to show beside a basket or on the kiosk. Selects from the published range, never sets a price; says which model or fallback made it. */
export class Recommender {
  #deps: RecommendDeps;
  #histories: Histories;
  #exposures: EventBody<'tillside.recommendation.served.v1'>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #dropped = 0;

  constructor(deps: RecommendDeps) {
    this.#deps = deps;
    this.#histories = new Histories(deps.journal);
  }

  async recommend(ask: {
    member: Member | undefined;
    basketSkus: readonly string[];
    basketId?: string;
    channel: 'till' | 'kiosk';
    limit: number;
  }): Promise<Recommendations> {
    const { inference, clock, random, journal } = this.#deps;
    // Without consent no history is looked at: the answer is the one anybody gets.
    const history =
      ask.member !== undefined && personalised(ask.member) ? this.#histories.of(ask.member.memberId) : undefined;
    const at = instantOf(clock.now());
    const answer = await inference.recommend(
      { basketSkus: [...ask.basketSkus], at, ...(history === undefined ? {} : { memberHistory: history }) },
      ASKED,
    );
    const categories = categoriesOf(
      journal,
      answer.items.map(({ sku }) => sku),
    );
    const known = answer.items.flatMap((proposed) => {
      const category = categories.get(proposed.sku);
      return category === undefined ? [] : [{ category, proposed }];
    });
    const ranked = rankRecommendations({
      candidates: known.map(({ category, proposed }) => ({
        sku: proposed.sku,
        category,
        department: '',
        score: proposed.score,
        reasons: [{ code: proposed.reason.code, args: numbersOf(proposed.reason) }],
      })),
      exclude: [...ask.basketSkus],
      limit: ask.limit,
      perCategory: DEFAULT_PER_CATEGORY,
    });
    const recommendationId = random.uuid();
    const reasons = new Map(known.map(({ proposed }) => [proposed.sku, proposed.reason]));
    const chosen = ranked.map((entry) => this.#item(entry, reasons.get(entry.sku)));
    const shown: Recommendations = {
      recommendationId,
      source: chosen.length === 0 ? 'none' : answer.source,
      ...(answer.modelId === null ? {} : { modelId: answer.modelId }),
      items: chosen.flatMap((entry) => entry ?? []),
    };
    if (answer.items.length > 0 && shown.items.length > 0) this.#note(ask, shown, answer.source, at);
    return shown;
  }

  /** Counts this store's own past sales anew, for answers before any model came; call after purchases were imported. */
  refreshStats(): void {
    const { journal, inference } = this.#deps;
    this.#histories.forget();
    const rows = newestPurchases(journal, MAX_STATS_PURCHASES);
    if (rows.length > 0) inference.setFallbackStats(buildStats(rows.reverse().map(toPurchase)));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flush(MAX_WAITING_EXPOSURES);
    clearTimeout(this.#timer);
  }

  #item(
    entry: ReturnType<typeof rankRecommendations>[number],
    proposed: Reason | undefined,
  ): Recommendations['items'][number] | undefined {
    const { items } = this.#deps;
    const item = items.bySku(entry.sku);
    const other = proposed !== undefined && 'withSku' in proposed ? items.bySku(proposed.withSku) : undefined;
    const named = (locale: 'zh' | 'en') => (other === undefined ? {} : { withName: other.name[locale] });
    const reason = entry.reasons[0];
    if (item === undefined || reason === undefined) return undefined;
    return {
      sku: item.sku,
      name: item.name,
      size: item.size,
      pictogram: item.pictogram,
      priceFen: this.#deps.book.shelfPriceFen(item),
      reason: {
        code: reason.code,
        text: {
          zh: explainReason(reason.code, { ...reason.args, ...named('zh') }, 'zh-CN'),
          en: explainReason(reason.code, { ...reason.args, ...named('en') }, 'en'),
        },
      },
    };
  }

  #note(
    ask: { member: Member | undefined; basketId?: string; channel: 'till' | 'kiosk' },
    shown: Recommendations,
    source: EventBody<'tillside.recommendation.served.v1'>['source'],
    at: string,
  ): void {
    if (this.#exposures.length >= MAX_WAITING_EXPOSURES) {
      this.#dropped += 1;
      return;
    }
    this.#exposures.push({
      recommendationId: shown.recommendationId,
      channel: ask.channel,
      source,
      skus: shown.items.map((item) => item.sku),
      at,
      ...(ask.basketId === undefined ? {} : { basketId: ask.basketId }),
      ...(ask.member !== undefined && personalised(ask.member) ? { memberId: ask.member.memberId } : {}),
      ...(shown.modelId === undefined ? {} : { modelId: shown.modelId }),
    });
    this.#flushIn(EXPOSURE_FLUSH_MS);
  }

  #flushIn(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush(MAX_FLUSHED);
    }, ms);
  }

  /** A disk that can't take exposures must not hurt a sale: they stay, bounded, for the next try. */
  #flush(most: number): void {
    const [now, later] = [this.#exposures.slice(0, most), this.#exposures.slice(most)];
    if (now.length === 0) return;
    try {
      this.#deps.journal.write((tx) => {
        for (const exposure of now) tx.append('tillside.recommendation.served.v1', exposure);
      });
      this.#exposures = later;
      if (later.length > 0) this.#flushIn(NEXT_FLUSH_MS);
    } catch {
      this.#flushIn(FLUSH_AGAIN_MS);
    }
  }
}

/** Of those that the store knows. */
function categoriesOf(reader: Reader, skus: readonly string[]): Map<string, string> {
  const rows = reader.all<{ sku: string; category: string }>(
    `SELECT sku, category FROM item WHERE state = 'on-sale' AND sku IN (SELECT value FROM json_each(?))`,
    JSON.stringify(skus),
  );
  return new Map(rows.map(({ sku, category }) => [sku, category]));
}

function numbersOf(reason: Reason): { times?: number; days?: number; everyDays?: number } {
  if (reason.code === 'DUE_AGAIN') return { times: reason.times, days: reason.days, everyDays: reason.everyDays };
  return reason.code === 'BOUGHT_BEFORE' ? { times: reason.times } : {};
}
