import type { BundlePrice, Campaign, Discount, ItemSelector, SpendSaveTier } from '@tillside/decide';
import { selectorsOf } from '@tillside/decide';
import type { useTranslation } from 'react-i18next';
import type { Format } from '../parts/use-format.ts';
import { goodsOf } from '../words/goods.ts';

type Translate = ReturnType<typeof useTranslation>['t'];
type Of<K extends Campaign['kind']> = Extract<Campaign, { kind: K }>;

/** Says in the reader's language what campaigns give and on what. */
export class CampaignWords {
  readonly #t: Translate;
  readonly #format: Format;

  constructor(t: Translate, format: Format) {
    this.#t = t;
    this.#format = format;
  }

  /** What a campaign gives, in one line. */
  gives(campaign: Campaign): string {
    const words = this.#benefit(campaign);
    return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
  }

  #benefit(campaign: Campaign): string {
    const t = this.#t;
    switch (campaign.kind) {
      case 'discount':
      case 'markdown':
        return this.#discount(campaign.discount);
      case 'member-price':
        return this.#memberPrice(campaign);
      case 'buy-get':
        return this.#buyGet(campaign);
      case 'nth-item':
        return this.#all(
          campaign.ladderBp.flatMap((stepBp, place) =>
            stepBp === 0 ? [] : [t('campaign.nth', { place: place + 1, share: this.#share(stepBp) })],
          ),
        );
      case 'bundle':
        return this.#bundle(campaign);
      case 'bulk-price':
        return this.#all(
          campaign.tiers.map(({ minUnits, discount }) =>
            t('campaign.bulk', { least: minUnits, gives: this.#discount(discount) }),
          ),
        );
      case 'spend-save':
        return this.#all(campaign.tiers.map((tier) => this.#tier(campaign, tier)));
      case 'gift':
        return t('campaign.gift', { reach: this.#reach(campaign), gift: this.#gifts(campaign) });
      case 'points':
        return this.#points(campaign);
      case 'points-pay':
        return t('campaign.pointsPay', {
          points: campaign.pointsPerStep,
          amount: this.#amount(campaign.fenPerStep),
          share: this.#share(campaign.maxShareBp),
        });
    }
  }

  /** Which goods it is about; a bundle names each of its slots. */
  scope(campaign: Campaign): string {
    if (campaign.kind === 'markdown') return this.#t('campaign.lots', { count: campaign.lots.length });
    return selectorsOf(campaign)
      .map((selector) => this.#selector(selector))
      .join(' + ');
  }

  readonly #share = (basisPoints: number): string => this.#format.share(basisPoints / 10_000, 2);

  /** Round amounts without their fen. */
  readonly #amount = (fen: number): string => (fen % 100 === 0 ? this.#format.yuan(fen) : this.#format.money(fen));

  readonly #all = (parts: readonly string[]): string => parts.join(' · ');

  #discount(discount: Discount): string {
    switch (discount.by) {
      case 'percent':
        return this.#t('campaign.off', { share: this.#share(discount.percentOffBp) });
      case 'amount':
        return this.#t('campaign.offFen', { amount: this.#amount(discount.amountOffFen) });
      case 'fixed-price':
        return this.#t('campaign.fixed', { amount: this.#amount(discount.fixedPriceFen) });
    }
  }

  #memberPrice({ prices }: Of<'member-price'>): string {
    const lowest = this.#amount(Math.min(...prices.map(({ priceFen }) => priceFen)));
    return this.#t(prices.length === 1 ? 'campaign.memberPrice' : 'campaign.memberPriceFrom', { lowest });
  }

  #buyGet({ buy, get, percentOffBp, getItems }: Of<'buy-get'>): string {
    const t = this.#t;
    const what = getItems === undefined ? '' : t('campaign.ofOther');
    if (percentOffBp === 10_000) return t('campaign.buyGetFree', { buy, get, what });
    return t('campaign.buyGet', { buy, get, what, share: this.#share(percentOffBp) });
  }

  #bundle({ slots, price }: Of<'bundle'>): string {
    const pieces = slots.reduce((sum, slot) => sum + slot.quantity, 0);
    return this.#t('campaign.bundle', { pieces, gives: this.#bundlePrice(price) });
  }

  #bundlePrice(price: BundlePrice): string {
    switch (price.by) {
      case 'percent':
        return this.#t('campaign.off', { share: this.#share(price.percentOffBp) });
      case 'amount':
        return this.#t('campaign.bundleOff', { amount: this.#amount(price.amountOffFen) });
      case 'fixed-price':
        return this.#t('campaign.bundleFixed', { amount: this.#amount(price.bundlePriceFen) });
    }
  }

  #reach(of: { spendFen?: number | undefined; units?: number | undefined; repeat: 'once' | 'per-step' }): string {
    const each = of.repeat === 'per-step';
    if (of.units !== undefined) return this.#t(each ? 'campaign.unitsEach' : 'campaign.units', { least: of.units });
    return this.#t(each ? 'campaign.spendEach' : 'campaign.spend', { spend: this.#amount(of.spendFen ?? 0) });
  }

  #tier({ repeat }: Of<'spend-save'>, tier: SpendSaveTier): string {
    const t = this.#t;
    const reach = this.#reach({ ...tier, repeat });
    if (tier.percentOffBp === undefined) return t('campaign.save', { reach, save: this.#amount(tier.saveFen ?? 0) });
    const saved = t('campaign.save', { reach, save: this.#share(tier.percentOffBp) });
    return tier.maxSaveFen === undefined ? saved : t('campaign.atMost', { saved, most: this.#amount(tier.maxSaveFen) });
  }

  #gifts({ gifts }: Of<'gift'>): string {
    return gifts.map(({ name }) => this.#format.said(name)).join(this.#t('campaign.or'));
  }

  #points({ earn }: Of<'points'>): string {
    if (earn.by === 'multiplier') return this.#t('campaign.pointsTimes', { times: earn.times });
    return this.#t('campaign.pointsBonus', { reach: this.#reach(earn), points: earn.points });
  }

  #selector(items: ItemSelector): string {
    if (items.all) return this.#t('campaign.everything');
    const goods = [...(items.departments ?? []), ...(items.categories ?? [])].map((key) =>
      this.#format.said(goodsOf(key)),
    );
    const skus = items.skus === undefined || items.skus.length === 0 ? [] : [this.#skus(items.skus)];
    return [...goods, ...skus].join(this.#t('campaign.and'));
  }

  #skus(skus: readonly string[]): string {
    if (skus.length > SKUS_NAMED) return this.#t('campaign.memberPrices', { count: skus.length });
    return skus.join(this.#t('campaign.and'));
  }
}

/** More products than these are counted rather than named: a list of numbers says less than its length. */
const SKUS_NAMED = 3;
