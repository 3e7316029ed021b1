import type { KioskCard } from '@tillside/agent-contract';
import { categoryOf, formatDate, OfferTag, Price, StillLife, tintStyle, useLocale } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../../shared/pick.ts';
import { useLandscape } from '../../shared/use-landscape.ts';
import { Awning } from '../awning.tsx';
import { useTag } from '../offer-tile.tsx';
import { type Slide, savingFen } from '../slides.ts';
import { CampaignPicture } from './campaign-picture.tsx';
import './attract.css';

/** The price of the card's campaign in this store, by its best item. */
function Best({ slide }: { slide: Slide }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const tag = useTag()(slide);
  const { item, offer } = slide;
  const isLandscape = useLandscape();
  return (
    <>
      <OfferTag kind={tag.kind} free>
        {tag.words}
      </OfferTag>
      <Price
        priceFen={item.offerFen}
        wasFen={item.priceFen}
        tone={savingFen(item) > 0 ? tag.kind : 'plain'}
        size={isLandscape ? 'l' : 'xl'}
      />
      <p className="k-stall-terms tl-second">
        <span>{pick(item.name, locale)}</span>
        {pick(item.size, locale) === '' ? null : <span>{pick(item.size, locale)}</span>}
        <span>{t('attract.until', { date: formatDate(offer.until, locale) })}</span>
      </p>
    </>
  );
}

/** A full stall of HQ's: its picture, its few words under it, and what it costs here. */
export function CardStall({ card, slide }: { card: KioskCard; slide: Slide | null }): ReactElement {
  const locale = useLocale();
  const category = categoryOf(slide?.item.pictogram ?? '');
  const pictogram = (
    <>
      <Awning />
      <div className="k-stall-picture">
        <StillLife category={category} />
      </div>
    </>
  );
  return (
    <section className="k-stall k-card-stall" style={tintStyle(category)}>
      <div className="k-stall-back tl-tint">
        <CampaignPicture picture={card.picture} instead={pictogram} />
      </div>
      <div className="k-stall-label">
        <p className="k-stall-name">{pick(card.title, locale)}</p>
        <p className="k-card-text">{pick(card.text, locale)}</p>
        {slide === null ? null : <Best slide={slide} />}
      </div>
    </section>
  );
}
