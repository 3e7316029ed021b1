import type { OfferCard } from '@tillside/agent-contract';

type OfferItem = OfferCard['items'][number];

export interface Slide {
  readonly offer: OfferCard;
  readonly item: OfferItem;
}

/** The attract loop shows at most this many; a shopper passes by in seconds. */
export const MAX_SLIDES = 12;

export function savingFen(item: OfferItem): number {
  return Math.max(0, item.priceFen - item.offerFen);
}

/**
 * What the attract loop shows: one item of each offer in turn, the biggest share saved first within an offer, no
 * product twice. Offers that touch no item by themselves (a threshold on the basket) come in words elsewhere.
 */
export function slidesOf(offers: readonly OfferCard[]): Slide[] {
  const queues = offers.map((offer) => ({
    offer,
    items: [...offer.items].sort(
      (a, b) => savingFen(b) / Math.max(1, b.priceFen) - savingFen(a) / Math.max(1, a.priceFen),
    ),
  }));
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

/** The slide to show and the ones to stand beside it, going round. */
export function windowOf(
  slides: readonly Slide[],
  turn: number,
  beside: number,
): { main: Slide | null; others: Slide[] } {
  const main = slides.length === 0 ? undefined : slides[turn % slides.length];
  const others: Slide[] = [];
  for (let step = 1; step <= Math.min(beside, slides.length - 1); step += 1) {
    const slide = slides[(turn + step) % slides.length];
    if (slide) others.push(slide);
  }
  return { main: main ?? null, others };
}

/** The greeting that fits the hour (0 to 23) of the store's clock. */
export function greetingAt(hour: number): 'morning' | 'day' | 'evening' {
  if (hour >= 5 && hour < 11) return 'morning';
  return hour >= 11 && hour < 18 ? 'day' : 'evening';
}
