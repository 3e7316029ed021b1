import type { OfferCard } from '@tillside/agent-contract';
import {
  categoryOf,
  formatDate,
  formatMoney,
  IdentificationCardIcon,
  OfferTag,
  ProductTile,
  TagIcon,
  useLocale,
} from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../shared/pick.ts';
import { type Slide, savingFen } from './slides.ts';

/** The few words that hang from a tile: how much is saved, or for whom it is. */
export function useTag(isUnderName = false): (slide: Slide) => { kind: 'offer' | 'member'; words: string } {
  const { t } = useTranslation();
  const locale = useLocale();
  return ({ offer, item }) => {
    const saved = savingFen(item);
    // Points bring no lower price: what they are is the offer's name.
    if (offer.membersOnly)
      return {
        kind: 'member',
        words: saved > 0 || isUnderName ? t('attract.membersOnly') : pick(offer.name, locale),
      };
    if (saved > 0) return { kind: 'offer', words: t('attract.save', { money: formatMoney(saved, locale) }) };
    return { kind: 'offer', words: offer.needsCoupon ? t('attract.coupon') : pick(offer.name, locale) };
  };
}

export interface OfferTileProps {
  slide: Slide;
  layout?: 'shelf' | 'row';
  /** True where the offer's name stands above its tiles and need not hang from each. */
  isUnderName?: boolean;
}

export function OfferTile({ slide, layout = 'shelf', isUnderName = false }: OfferTileProps): ReactElement {
  const locale = useLocale();
  const tag = useTag(isUnderName);
  const { item, offer } = slide;
  const saysNothingNew = isUnderName && savingFen(item) === 0 && !offer.membersOnly;
  return (
    <ProductTile
      category={categoryOf(item.pictogram)}
      name={pick(item.name, locale)}
      size={pick(item.size, locale)}
      priceFen={item.offerFen}
      wasFen={item.priceFen}
      tag={saysNothingNew ? null : tag(slide)}
      layout={layout}
    />
  );
}

/** What it gives, and until when. */
function Terms({ offer }: { offer: OfferCard }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <p className="k-terms tl-second">
      <span>{pick(offer.text, locale)}</span>
      <span>{t('attract.until', { date: formatDate(offer.until, locale) })}</span>
    </p>
  );
}

/** An offer on the whole basket: no product stands for it. */
function WordsOnly({ offer }: { offer: OfferCard }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const Icon = offer.membersOnly ? IdentificationCardIcon : TagIcon;
  return (
    <section className="k-coupon" data-kind={offer.membersOnly ? 'member' : 'offer'}>
      <Icon className="tl-icon" weight="duotone" aria-hidden />
      <div>
        <h3>{pick(offer.name, locale)}</h3>
        <Terms offer={offer} />
        {offer.membersOnly ? (
          <OfferTag kind="member" free>
            {t('attract.membersOnly')}
          </OfferTag>
        ) : null}
      </div>
    </section>
  );
}

/** Every offer with its words and its items, for those who want to read them all. */
export function OfferList({ offers }: { offers: readonly OfferCard[] }): ReactElement {
  const locale = useLocale();
  return (
    <div className="k-offers">
      {offers.map((offer) =>
        offer.items.length === 0 ? (
          <WordsOnly key={offer.campaignId} offer={offer} />
        ) : (
          <section key={offer.campaignId} className="k-offer">
            <h3>{pick(offer.name, locale)}</h3>
            <Terms offer={offer} />
            <ul className="k-tiles">
              {offer.items.map((item) => (
                <li key={item.sku}>
                  <OfferTile slide={{ offer, item }} isUnderName />
                </li>
              ))}
            </ul>
          </section>
        ),
      )}
    </div>
  );
}
