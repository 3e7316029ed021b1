import type { KioskCard, OfferCard } from '@tillside/agent-contract';

type OfferItem = OfferCard['items'][number];

export interface Slide {
  readonly offer: OfferCard;
  readonly item: OfferItem;
}

/** What stands on the attract page for a while: an item of an offer, or a card of HQ's, with the best item of its campaign where that has one here. */
export type Scene =
  | { readonly kind: 'offer'; readonly key: string; readonly slide: Slide }
  | { readonly kind: 'card'; readonly key: string; readonly card: KioskCard; readonly slide: Slide | null };

/** The attract loop shows at most this many; a shopper passes by in seconds. */
export const MAX_SLIDES = 12;
/** Of HQ's cards: what the store itself offers today stays the most of it. */
export const MAX_CARDS = 6;
/** So many offers between two cards. */
const OFFERS_BETWEEN = 2;

export function savingFen(item: OfferItem): number {
  return Math.max(0, item.priceFen - item.offerFen);
}

const bestFirst = (items: readonly OfferItem[]): OfferItem[] =>
  [...items].sort((a, b) => savingFen(b) / Math.max(1, b.priceFen) - savingFen(a) / Math.max(1, a.priceFen));

/**
 * What the attract loop shows: one item of each offer in turn, the biggest share saved first within an offer, no
 * product twice. Offers that touch no item by themselves (a threshold on the basket) come in words elsewhere.
 */
export function slidesOf(offers: readonly OfferCard[]): Slide[] {
  const queues = offers.map((offer) => ({ offer, items: bestFirst(offer.items) }));
  const slides: Slide[] = [];
  const seen = new Set<string>();
  const longest = Math.max(0, ...queues.map((queue) => queue.items.length));
  for (let round = 0; round < longest; round += 1) {
    for (const { offer, items } of queues) {
      const item = items[round];
      if (item === undefined || seen.has(item.sku)) continue;
      seen.add(item.sku);
      slides.push({ offer, item });
      if (slides.length === MAX_SLIDES) return slides;
    }
  }
  return slides;
}

/** Cards as they come, the most urgent first, each followed by some offers; no product has two scenes. */
export function scenesOf(slides: readonly Slide[], offers: readonly OfferCard[], cards: readonly KioskCard[]): Scene[] {
  const shown = cards.filter(({ places }) => places.includes('attract')).slice(0, MAX_CARDS);
  const first: Scene[] = shown.map((card) => ({
    kind: 'card',
    key: `card ${card.id}`,
    card,
    slide: slideOf(card, offers),
  }));
  const taken = new Set(first.map(({ slide }) => slide?.item.sku));
  const rest: Scene[] = slides
    .filter(({ item }) => !taken.has(item.sku))
    .map((slide) => ({ kind: 'offer', key: slide.item.sku, slide }));
  const scenes: Scene[] = [];
  for (const card of first) scenes.push(card, ...rest.splice(0, OFFERS_BETWEEN));
  return [...scenes, ...rest];
}

/** The best item of the card's campaign in this store; null where it has none. */
export function slideOf(card: KioskCard, offers: readonly OfferCard[]): Slide | null {
  const offer = offers.find(({ campaignId }) => campaignId === card.campaignId);
  const [item] = bestFirst(offer?.items ?? []);
  return offer === undefined || item === undefined ? null : { offer, item };
}

/** The scene to show, and slides to stand beside it, going round; never what the scene itself shows. */
export function windowOf(
  scenes: readonly Scene[],
  slides: readonly Slide[],
  turn: number,
  beside: number,
): { main: Scene | null; others: Slide[] } {
  const main = scenes[turn % Math.max(1, scenes.length)] ?? null;
  const free = slides.filter(({ item }) => item.sku !== main?.slide?.item.sku);
  const from = slides.findIndex(({ item }) => item.sku === main?.slide?.item.sku);
  const start = from === -1 ? turn : from;
  const others = Array.from({ length: Math.min(beside, free.length) }, (_, step) => free[(start + step) % free.length]);
  return { main, others: others.filter((slide) => slide !== undefined) };
}

/** The greeting that fits the hour (0 to 23) of the store's clock. */
export function greetingAt(hour: number): 'morning' | 'day' | 'evening' {
  if (hour >= 5 && hour < 11) return 'morning';
  return hour >= 11 && hour < 18 ? 'day' : 'evening';
}
