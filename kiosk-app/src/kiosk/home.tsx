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
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../shared/pick.ts';
import { OfferList } from './offer-tile.tsx';
import { CouponsToTake, type TakeProps } from './own/coupons.tsx';
import { Tier } from './own/tier.tsx';
import { PointsAhead } from './points.tsx';
import type { MinePart } from './state.ts';

/** Coupons that wait for the till, but for those that were just taken above. */
function Coupons({ home, taken }: { home: MemberHome; taken: ReadonlySet<string> }): ReactElement | null {
  const { t } = useTranslation();
  const locale = useLocale();
  const coupons = home.coupons.filter(({ campaignId }) => !taken.has(campaignId));
  if (coupons.length === 0) return null;
  return (
    <section className="k-section">
      <h2>{t('home.coupons')}</h2>
      <ul className="k-coupons">
        {coupons.map((coupon) => (
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
    <section className="k-section k-picks">
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

export interface HomeProps extends TakeProps {
  onOpen: (part: MinePart) => void;
}

/** Further pages, each with what it is for. */
function Ways({ home, onOpen }: Pick<HomeProps, 'home' | 'onOpen'>): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const gifts = home.giftOffers ?? [];
  const chosen = gifts.flatMap(({ gifts: all, chosen: sku }) => all.find((gift) => gift.sku === sku) ?? [])[0];
  const giftWhy =
    chosen === undefined ? t('own.gifts.wayWhy') : t('own.gifts.whyChosen', { name: pick(chosen.name, locale) });
  const ways: readonly { part: MinePart; title: string; why: string }[] = [
    ...(gifts.length === 0 ? [] : [{ part: 'gifts' as const, title: t('own.gifts.way'), why: giftWhy }]),
    { part: 'coupons', title: t('own.coupons.all'), why: t('own.coupons.allWhy') },
    { part: 'receipts', title: t('own.receipts.way'), why: t('own.receipts.wayWhy') },
    { part: 'privacy', title: t('mine.title'), why: home.personalised ? t('home.personalOn') : t('home.personalOff') },
  ];
  return (
    <nav>
      {ways.map(({ part, title, why }) => (
        <button key={part} type="button" className="k-way" onClick={() => onOpen(part)}>
          <span className="k-two-lines">
            <strong>{title}</strong>
            <small>{why}</small>
          </span>
          <ArrowRightIcon className="tl-icon" aria-hidden />
        </button>
      ))}
    </nav>
  );
}

/** What is the shopper's own, coupons first: they are what can be used at the till in a minute. */
export function Home({ client, home, onHome, onOpen }: HomeProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [offered] = useState(() => new Set(home.couponOffers?.map(({ campaignId }) => campaignId)));
  return (
    <div className="k-home">
      <div className="k-home-head">
        <h1>{t('home.greeting')}</h1>
        <p className="k-points">
          <strong className="tl-number">{formatNumber(home.pointsBalance, locale)}</strong> {t('home.points')}
        </p>
      </div>
      <div className="k-home-own">
        <CouponsToTake {...{ client, home, onHome }} />
        <div className="k-standing">
          <Tier client={client} home={home} />
          <PointsAhead points={home.points} />
          <button type="button" className="k-way" onClick={() => onOpen('points')}>
            <strong>{t('points.title')}</strong>
            <ArrowRightIcon className="tl-icon" aria-hidden />
          </button>
        </div>
        <Coupons home={home} taken={offered} />
      </div>
      <Picks home={home} />
      <Ways home={home} onOpen={onOpen} />
      {home.offers.length > 0 ? (
        <section className="k-section">
          <h2>{t('home.offers')}</h2>
          <OfferList offers={home.offers} />
        </section>
      ) : null}
    </div>
  );
}
