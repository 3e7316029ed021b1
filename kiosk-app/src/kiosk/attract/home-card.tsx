import type { PublicOffers } from '@tillside/agent-contract';
import { categoryOf, Pictogram, tintStyle, useLocale } from '@tillside/ui';
import type { ReactElement } from 'react';
import { pick } from '../../shared/pick.ts';
import { slideOf } from '../slides.ts';
import { CampaignPicture } from './campaign-picture.tsx';
import './attract.css';

/** The most urgent of HQ's cards for a member's home: one, and the same for everybody. */
export function HomeCard({ offers }: { offers: PublicOffers | null }): ReactElement | null {
  const locale = useLocale();
  const card = offers?.cards?.find(({ places }) => places.includes('home'));
  if (offers === null || card === undefined) return null;
  const category = categoryOf(slideOf(card, offers.offers)?.item.pictogram ?? '');
  return (
    <section className="k-home-card" style={tintStyle(category)}>
      <div className="k-home-card-picture tl-tint">
        <CampaignPicture picture={card.picture} shape="landscape" instead={<Pictogram category={category} />} />
      </div>
      <div className="k-home-card-words">
        <h2>{pick(card.title, locale)}</h2>
        <p>{pick(card.text, locale)}</p>
      </div>
    </section>
  );
}
