import type { PublicOffers } from '@tillside/agent-contract';
import {
  Button,
  categoryOf,
  DeviceMobileIcon,
  Empty,
  formatDate,
  IdentificationCardIcon,
  OfferTag,
  Price,
  StillLife,
  StorefrontIcon,
  tintStyle,
  useLocale,
} from '@tillside/ui';
import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../shared/pick.ts';
import { useLandscape } from '../shared/use-landscape.ts';
import { CardStall } from './attract/card-stall.tsx';
import { Awning } from './awning.tsx';
import { OfferTile, useTag } from './offer-tile.tsx';
import { Tools } from './products/tools.tsx';
import { greetingAt, type Slide, savingFen, scenesOf, slidesOf, windowOf } from './slides.ts';
import type { OpenScreen } from './state.ts';

/** Long enough to read a name and a price twice from two metres. */
export const SLIDE_MS = 9_000;
const BESIDE = 3;

function Stall({ slide }: { slide: Slide }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const tag = useTag()(slide);
  const { offer, item } = slide;
  const category = categoryOf(item.pictogram);
  const until = t('attract.until', { date: formatDate(offer.until, locale) });
  const terms = [pick(item.size, locale), pick(offer.text, locale), until].filter((term) => term !== '');
  return (
    <section className="k-stall" style={tintStyle(category)}>
      <div className="k-stall-back tl-tint">
        <Awning />
        <div className="k-stall-picture">
          <StillLife category={category} />
        </div>
      </div>
      <div className="k-stall-label">
        <OfferTag kind={tag.kind} free>
          {tag.words}
        </OfferTag>
        <p className="k-stall-name">{pick(item.name, locale)}</p>
        <Price
          priceFen={item.offerFen}
          wasFen={item.priceFen}
          tone={savingFen(item) > 0 ? tag.kind : 'plain'}
          size="xl"
        />
        <p className="k-stall-terms tl-second">
          {[...new Set(terms)].map((term) => (
            <span key={term}>{term}</span>
          ))}
        </p>
      </div>
    </section>
  );
}

/** Touching it leads to what a passer-by most likely wants: all offers, joining, or their own. */
export function AttractActions({ onOpen }: { onOpen: (screen: OpenScreen) => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <Tools
        onPrice={() => onOpen('price-check')}
        onFind={() => onOpen('finder')}
        onReceipt={() => onOpen('receipt')}
      />
      <div className="k-attract-actions">
        <Button look="member" size="large" onPress={() => onOpen('join')}>
          <DeviceMobileIcon className="tl-icon" aria-hidden />
          <span className="k-two-lines">
            {t('attract.join')}
            <small>{t('attract.joinWhy')}</small>
          </span>
        </Button>
        <Button look="primary" size="large" onPress={() => onOpen('sign-in')}>
          <IdentificationCardIcon className="tl-icon" aria-hidden />
          <span className="k-two-lines">
            {t('attract.member')}
            <small>{t('attract.memberWhy')}</small>
          </span>
        </Button>
      </div>
    </>
  );
}

export interface AttractProps {
  offers: PublicOffers;
  /** Nothing changes by itself: who asked for larger text, a voice or time reads at their own pace (WCAG 2.2.2). */
  isStill?: boolean;
}

export function Attract({ offers, isStill = false }: AttractProps): ReactElement {
  const { t } = useTranslation();
  const isLandscape = useLandscape();
  const slides = useMemo(() => slidesOf(offers.offers), [offers]);
  const scenes = useMemo(() => scenesOf(slides, offers.offers, offers.cards ?? []), [slides, offers]);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (isStill || scenes.length < 2) return undefined;
    const timer = setInterval(() => setTurn((now) => now + 1), SLIDE_MS);
    return () => clearInterval(timer);
  }, [scenes, isStill]);
  const { main, others } = windowOf(scenes, slides, turn, BESIDE);
  if (main === null) {
    return (
      <Empty title={t('attract.emptyTitle')} icon={StorefrontIcon}>
        {t('attract.emptyText')}
      </Empty>
    );
  }
  return (
    <div className="k-attract" data-scene={main.kind} data-alone={others.length === 0}>
      <div className="k-attract-title">
        <h1>{t(`attract.${greetingAt(new Date().getHours())}`)}</h1>
      </div>
      {main.kind === 'card' ? (
        <CardStall key={main.key} card={main.card} slide={main.slide} />
      ) : (
        <>
          <Stall key={main.key} slide={main.slide} />
          <ul className="k-beside">
            {others.map((slide) => (
              <li key={slide.item.sku}>
                <OfferTile slide={slide} layout={isLandscape ? 'row' : 'shelf'} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
