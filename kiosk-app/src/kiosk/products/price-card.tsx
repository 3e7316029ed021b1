import type { PriceCheck } from '@tillside/agent-contract';
import {
  categoryOf,
  formatDate,
  formatMoney,
  IdentificationCardIcon,
  OfferTag,
  Price,
  ProductTile,
  StillLife,
  TagIcon,
  tintStyle,
  useLocale,
} from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../../shared/pick.ts';
import { placeWords } from './place-words.ts';

const GRAMS_A_KG = 1_000;

/** Everything that stands on a shelf label and more, the price largest. */
export function PriceCard({ found, isMember }: { found: PriceCheck; isMember: boolean }): ReactElement {
  const category = categoryOf(found.pictogram);
  return (
    <div className="k-priced" style={tintStyle(category)} aria-live="polite">
      <div className="k-priced-picture tl-tint">
        <StillLife category={category} />
      </div>
      <div className="k-priced-label">
        <Naming found={found} />
        <Amount found={found} isMember={isMember} />
        <Facts found={found} />
      </div>
      <Offers found={found} />
      <Beside found={found} />
    </div>
  );
}

function Naming({ found }: { found: PriceCheck }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { weightGrams, quantity } = found;
  const size = [
    // That a price is for a kilogram stands beside the price.
    ...(found.soldBy === 'weight' ? [] : [pick(found.size, locale)]),
    ...(weightGrams === undefined ? [] : [t('products.price.weighed', { weight: weightGrams / GRAMS_A_KG })]),
    ...(quantity === 1 ? [] : [t('products.price.pack', { count: quantity })]),
  ];
  return (
    <div>
      <h1>{pick(found.name, locale)}</h1>
      <p className="tl-second">{size.filter(Boolean).join(' · ')}</p>
    </div>
  );
}

function Amount({ found, isMember }: { found: PriceCheck; isMember: boolean }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { price, unitPrice, memberFen, offers } = found;
  if (price === undefined) return <p className="k-lead">{t('products.price.keyed')}</p>;
  const isLower = price.payableFen < price.listFen;
  const isForMembers = isMember && isLower && offers.some((one) => one.state === 'applied' && one.membersOnly);
  const beneath = [
    ...(unitPrice ? [t(`products.price.unit.${unitPrice.per}`, { money: formatMoney(unitPrice.fen, locale) })] : []),
    ...(isLower && price.wasFen === undefined
      ? [t('products.price.before', { money: formatMoney(price.listFen, locale) })]
      : []),
    ...(isLower && price.until ? [t('products.price.until', { date: formatDate(price.until, locale) })] : []),
  ];
  return (
    <div className="k-priced-amount">
      <p className="k-priced-now">
        <Price
          priceFen={price.payableFen}
          wasFen={isLower ? price.wasFen : undefined}
          tone={isForMembers ? 'member' : isLower ? 'offer' : 'plain'}
          size="xl"
        />
        {price.per === 'kg' ? <span className="k-per">{t('products.price.perKg')}</span> : null}
      </p>
      {isForMembers ? <p className="k-small k-member-words">{t('products.price.yours')}</p> : null}
      {beneath.length > 0 ? (
        <p className="k-terms tl-second">
          {beneath.map((term) => (
            <span key={term}>{term}</span>
          ))}
        </p>
      ) : null}
      {memberFen === undefined ? null : (
        <p className="k-member-price">
          <OfferTag kind="member" free>
            {t('products.price.member')}
          </OfferTag>
          <Price priceFen={memberFen} tone="member" size="l" />
        </p>
      )}
    </div>
  );
}

function Facts({ found }: { found: PriceCheck }): ReactElement | null {
  const { t } = useTranslation();
  const locale = useLocale();
  const { goodThrough, lotId, minAge, place } = found;
  const facts = [
    ...(place ? [placeWords(place, locale, t)] : []),
    ...(goodThrough ? [t('products.price.goodThrough', { date: formatDate(`${goodThrough}T12:00:00Z`, locale) })] : []),
    ...(lotId ? [t('products.price.lot', { lot: lotId })] : []),
    ...(minAge === undefined ? [] : [t('products.price.age', { age: minAge })]),
  ].filter(Boolean);
  if (facts.length === 0) return null;
  return (
    <ul className="k-priced-facts">
      {facts.map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
    </ul>
  );
}

function Offers({ found }: { found: PriceCheck }): ReactElement | null {
  const { t } = useTranslation();
  const locale = useLocale();
  if (found.offers.length === 0) return null;
  return (
    <section className="k-section k-priced-offers">
      <h2>{t('products.price.offers')}</h2>
      <ul>
        {found.offers.map((offer) => {
          const Icon = offer.membersOnly ? IdentificationCardIcon : TagIcon;
          return (
            <li key={offer.campaignId} className="k-coupon" data-kind={offer.membersOnly ? 'member' : 'offer'}>
              <Icon className="tl-icon" weight="duotone" aria-hidden />
              <div>
                <h3>{pick(offer.name, locale)}</h3>
                <p>{pick(offer.text, locale)}</p>
                <p className="k-small">
                  {offer.state === 'applied' ? t('products.price.has') : pick(offer.why, locale)}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Beside({ found }: { found: PriceCheck }): ReactElement | null {
  const { t } = useTranslation();
  const locale = useLocale();
  if (found.beside.length === 0) return null;
  return (
    <section className="k-section k-priced-beside">
      <h2>{t('products.price.beside')}</h2>
      <ul className="k-tiles">
        {found.beside.map((item) => (
          <li key={item.sku}>
            <ProductTile
              category={categoryOf(item.pictogram)}
              name={pick(item.name, locale)}
              size={pick(item.size, locale)}
              priceFen={item.priceFen}
              why={pick(item.reason.text, locale)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
