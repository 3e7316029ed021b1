import type { BasketView, DisplayView, Recommendations, SaleView, StreamEvent } from '@tillside/agent-contract';
import type { Reader } from '../journal/index.ts';
import type { Clock } from '../ports.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { Items } from '../prices/item.ts';
import { offerCards } from '../prices/offers.ts';
import { newestOpenBasket } from './basket.ts';
import type { Till } from './till.ts';

/** How long thanks and change stand on the screen. */
const PAID_FOR_MS = 30_000;
const MAX_OFFERS = 6;
const MAX_UNLOCKS = 2;
const MAX_PICKS = 2;
/** Reasons that tell of the shopper's own purchases, and what stands there instead on a screen that a queue can read. */
const PERSONAL: ReadonlySet<string> = new Set([
  'BOUGHT_BEFORE',
  'DUE_AGAIN',
  'BOUGHT_NEXT',
  'SHOPPERS_ALSO_BUY',
  'LIKE_ITEM',
]);
const PICKED = { zh: '为您挑选', en: 'Picked for you' };

interface Paid {
  readonly basketId: string;
  readonly atMs: number;
}

export interface LaneDisplayDeps {
  readonly reader: Reader;
  readonly till: Till;
  readonly book: CampaignBook;
  readonly items: Items;
  readonly clock: Clock;
  readonly storeName: DisplayView['storeName'];
  /** What was recommended last beside a basket. */
  readonly picksFor: (basketId: string) => Recommendations | undefined;
}

/** What a shopper reads at a lane: the basket as it grows, then what was paid, else the store's offers. */
export class LaneDisplay {
  #deps: LaneDisplayDeps;
  /** The last sale of each lane since the agent started; thanks are not worth a row. */
  #paid = new Map<string, Paid>();

  constructor(deps: LaneDisplayDeps) {
    this.#deps = deps;
  }

  /** Hears what is published to the lanes. */
  note(event: StreamEvent): void {
    if (event.type !== 'basket') return;
    if (event.what === 'completed')
      this.#paid.set(event.lane, { basketId: event.basketId, atMs: this.#deps.clock.now() });
    else this.#paid.delete(event.lane);
  }

  view(lane: string): DisplayView {
    const { reader, till, book, items, storeName, picksFor } = this.#deps;
    const page = { storeName, lane, offers: [] };
    const open = newestOpenBasket(reader, lane);
    if (open !== undefined && (open.lines.length > 0 || open.memberId !== undefined))
      return { ...page, state: 'basket', ...basketPart(till.get(open.basketId), picksFor(open.basketId)) };
    const sale = this.#saleOf(lane);
    if (sale !== undefined) return { ...page, state: 'paid', ...paidPart(sale) };
    return { ...page, state: 'idle', offers: offerCards(book, items).slice(0, MAX_OFFERS) };
  }

  #saleOf(lane: string): SaleView | undefined {
    const paid = this.#paid.get(lane);
    if (paid === undefined || this.#deps.clock.now() - paid.atMs >= PAID_FOR_MS) return undefined;
    const { reader } = this.#deps;
    const row =
      reader.get<{ view: string }>('SELECT view FROM sale WHERE basket_id = ?', paid.basketId) ??
      reader.get<{ view: string }>(`SELECT view FROM training_sale WHERE basket_id = ?`, paid.basketId);
    return row === undefined ? undefined : (JSON.parse(row.view) as SaleView);
  }
}

const training = (isTraining: true | undefined): Pick<DisplayView, 'training'> =>
  isTraining ? { training: true } : {};

/** Not what is in the basket by now. */
function picksOf(view: BasketView, shown: Recommendations | undefined): NonNullable<DisplayView['basket']>['picks'] {
  const skus = new Set(view.lines.map(({ sku }) => sku));
  return (shown?.items ?? [])
    .filter(({ sku }) => !skus.has(sku))
    .slice(0, MAX_PICKS)
    .map(({ sku, name, size, priceFen, reason, offer }) => ({
      sku,
      name,
      size,
      priceFen,
      why: PERSONAL.has(reason.code) ? PICKED : reason.text,
      ...(offer === undefined ? {} : { offer: offer.text }),
    }));
}

function basketPart(view: BasketView, shown: Recommendations | undefined): Pick<DisplayView, 'basket' | 'training'> {
  const { decision, member } = view;
  // Nobody has a coupon at hand that a screen asks them for out of the blue.
  const coupons = new Set<string | undefined>(
    decision.notApplied.filter(({ unlock }) => unlock?.needCoupon).map(({ campaignId }) => campaignId),
  );
  return {
    ...training(view.training),
    basket: {
      basketId: view.basketId,
      revision: view.revision,
      lines: view.lines,
      savings: decision.applied
        .filter(({ amountFen }) => amountFen > 0)
        .map(({ campaignId, name, amountFen }) => ({ campaignId, name, amountFen }))
        .sort((a, b) => b.amountFen - a.amountFen),
      gifts: decision.gifts.map(({ chosen: { name, quantity } }) => ({ name, quantity })),
      listFen: decision.listFen,
      savingsFen: decision.savingsFen,
      totalFen: decision.totalFen,
      ...(member === undefined
        ? {}
        : {
            member: {
              tier: member.tier,
              pointsBalance: member.pointsBalance,
              pointsToEarn: decision.points.earned,
            },
          }),
      unlocks: view.messages
        .filter(({ kind, campaignId }) => kind === 'unlock' && !coupons.has(campaignId))
        .slice(0, MAX_UNLOCKS)
        .map(({ text }) => text),
      picks: picksOf(view, shown),
    },
  };
}

function paidPart(sale: SaleView): Pick<DisplayView, 'paid' | 'training'> {
  return {
    ...training(sale.training),
    paid: {
      saleId: sale.saleId,
      at: sale.completedAt,
      totalFen: sale.paidFen,
      savingsFen: sale.decision.savingsFen,
      changeFen: sale.changeFen ?? 0,
      pointsEarned: sale.pointsEarned,
      ...(sale.pointsBalance === undefined ? {} : { pointsBalance: sale.pointsBalance }),
    },
  };
}
