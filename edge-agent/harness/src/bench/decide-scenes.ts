import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type Basket,
  type CompiledCampaigns,
  compileCampaigns,
  type DecisionContext,
  type ParseResult,
  parseBasket,
  parseCampaignSet,
} from '@tillside/decide';
import type { Chance } from '../random.ts';
import { generateScene } from './generator.ts';
import { type Overlap, overlapOf } from './overlap.ts';

/** Besides the whole store's campaigns a line is in three and a half on average, of which three are asked for; a quarter compete. */
const OVERLAP = { perItem: 3.5, competing: 0.25 };
/** One campaign of the whole store for so many: real stores have few. */
const CAMPAIGNS_PER_BROAD = 40;

export const CONTEXT: DecisionContext = {
  storeId: 'bench',
  channel: 'till',
  at: '2026-03-14T11:00:00+08:00',
  zone: 'Asia/Shanghai',
};

/** Basket lines, and live campaigns that touch them. */
export interface SceneSize {
  readonly lines: number;
  readonly campaigns: number;
  /** Campaigns of the whole store among them; absent: one for every forty. */
  readonly broad?: number;
}

/** A basket and the campaigns that touch it, ready to be decided. */
export interface Scene {
  readonly compiled: CompiledCampaigns;
  readonly basket: Basket;
}

/** Draws a scene of this size and holds it to what a till would accept. */
export function drawScene(chance: Chance, { lines, campaigns, broad: asked }: SceneSize): Scene {
  const broad = asked ?? Math.floor(campaigns / CAMPAIGNS_PER_BROAD);
  const { set, basket } = generateScene(chance, { lines, campaigns, broad, ...OVERLAP });
  return { compiled: compileCampaigns(checked(parseCampaignSet(set))), basket: checked(parseBasket(basket)) };
}

/** Means of what the scenes' campaigns do to each other. */
export class MeanOverlap {
  #sum = { touching: 0, campaignsPerLine: 0, competingShare: 0, exclusiveGroups: 0 };
  #count = 0;

  add({ compiled, basket }: Scene): void {
    const overlap = overlapOf(compiled.set, basket);
    for (const what of Object.keys(this.#sum) as (keyof Overlap)[]) this.#sum[what] += overlap[what];
    this.#count += 1;
  }

  of(what: keyof Overlap): number {
    return this.#sum[what] / this.#count;
  }
}

/** The generator's own output must be what a till would accept. */
export function checked<T>(result: ParseResult<T>): T {
  if (result.ok) return result.value;
  throw new Error(`the generator made something that decide refuses: ${JSON.stringify(result.errors[0])}`);
}

/** Clears away what drawing scenes left behind, so that no measured decision has to. Its own garbage stays its own cost. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** Lets Ctrl-C and the progress bar through. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
