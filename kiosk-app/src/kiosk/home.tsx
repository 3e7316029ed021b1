import type { MemberHome } from '@tillside/agent-contract';
import {
  ArrowRightIcon,
  categoryOf,
  formatDate,
  formatNumber,
  LightbulbIcon,
  ProductTile,
  TicketIcon,
  useLocale,
} from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../shared/pick.ts';
import { OfferList } from './offer-tile.tsx';
import { PointsAhead } from './points.tsx';

function Coupons({ home }: { home: MemberHome }): ReactElement | null {
  const { t } = useTranslation();
  const locale = useLocale();
  if (home.coupons.length === 0) return null;
  return (
    <section className="k-section">
      <h2>{t('home.coupons')}</h2>
      <ul className="k-coupons">
        {home.coupons.map((coupon) => (
          <li key={coupon.couponId} className="k-coupon">
            <TicketIcon className="tl-icon" weight="duotone" aria-hidden />
            <div>
              <strong>{pick(coupon.name, locale)}</strong>
              <p>{pick(coupon.text, locale)}</p>
              <p className="k-small">{t('home.couponUntil', { date: formatDate(coupon.until, locale) })}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Picks({ home }: { home: MemberHome }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { items, source } = home.recommendations;
  return (
    <section className="k-section">
      <h2>{home.personalised ? t('home.picks') : t('home.picksOff')}</h2>
      {items.length === 0 ? (
        <p className="tl-second">{t('home.noPicks')}</p>
      ) : (
        <>
          <p className="k-by tl-second">
            <LightbulbIcon className="tl-icon" aria-hidden />
            {t(`home.${home.personalised ? 'by' : 'byForAll'}.${source}`)}
          </p>
          <ul className="k-tiles">
            {items.map((item) => (
              <li key={item.sku}>
                <ProductTile
                  category={categoryOf(item.pictogram)}
                  name={pick(item.name, locale)}
                  size={pick(item.size, locale)}
                  priceFen={item.priceFen}
                  why={pick(item.reason.text, locale)}
                  tag={item.offer ? { kind: 'offer', words: pick(item.offer.text, locale) } : null}
                />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

export interface HomeProps {
  home: MemberHome;
  onOpen: (part: 'points' | 'privacy') => void;
}

/** What is the shopper's own, coupons first: they are what can be used at the till in a minute. */
export function Home({ home, onOpen }: HomeProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <div className="k-home">
      <div className="k-home-head">
        <h1>{t('home.greeting')}</h1>
        <p className="k-points">
          <strong className="tl-number">{formatNumber(home.pointsBalance, locale)}</strong> {t('home.points')}
        </p>
      </div>
      <div>
        <PointsAhead points={home.points} />
        <button type="button" className="k-way" onClick={() => onOpen('points')}>
          <strong>{t('points.title')}</strong>
          <ArrowRightIcon className="tl-icon" aria-hidden />
        </button>
      </div>
      <Coupons home={home} />
      <Picks home={home} />
      <button type="button" className="k-way" onClick={() => onOpen('privacy')}>
        <span className="k-two-lines">
          <strong>{t('mine.title')}</strong>
          <small>{home.personalised ? t('home.personalOn') : t('home.personalOff')}</small>
        </span>
        <ArrowRightIcon className="tl-icon" aria-hidden />
      </button>
      {home.offers.length > 0 ? (
        <section className="k-section">
          <h2>{t('home.offers')}</h2>
          <OfferList offers={home.offers} />
        </section>
      ) : null}
    </div>
  );
}
