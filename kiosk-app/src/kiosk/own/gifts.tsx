import type { GiftOffer, MemberHome } from '@tillside/agent-contract';
import {
  CheckCircleIcon,
  categoryOf,
  Empty,
  formatDate,
  formatMoney,
  GiftIcon,
  Pictogram,
  tintStyle,
  useLocale,
} from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey } from '../../api/client.ts';
import { pick } from '../../shared/pick.ts';
import { Trouble } from '../page.tsx';
import { useVisitCall } from '../use-visit-call.ts';
import type { TakeProps } from './coupons.tsx';
import './own.css';

/** The home after a choice; the same gift again takes it back. */
export function withGift(home: MemberHome, campaignId: string, sku: string | undefined): MemberHome {
  return {
    ...home,
    giftOffers: home.giftOffers?.map((offer) => {
      if (offer.campaignId !== campaignId) return offer;
      const { chosen: _before, ...open } = offer;
      return sku === undefined ? open : { ...open, chosen: sku };
    }),
  };
}

function Choice({
  offer,
  isWorking,
  onChoose,
}: {
  offer: GiftOffer;
  isWorking: boolean;
  onChoose: (sku?: string) => void;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <section className="k-section">
      <h2>{pick(offer.name, locale)}</h2>
      <p>
        {pick(offer.text, locale)} · {t('own.coupons.until', { date: formatDate(offer.until, locale) })}
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: toggles side by side, named as a group */}
      <div className="k-gifts" role="group" aria-label={t('own.gifts.title')}>
        {offer.gifts.map((gift) => {
          const isChosen = offer.chosen === gift.sku;
          const category = categoryOf(gift.pictogram);
          const terms = [
            pick(gift.size, locale),
            gift.quantity > 1 ? t('own.gifts.pieces', { count: gift.quantity }) : '',
            gift.valueFen > 0 ? t('own.gifts.worth', { money: formatMoney(gift.valueFen, locale) }) : '',
          ].filter((term) => term !== '');
          return (
            <button
              key={gift.sku}
              type="button"
              className="k-gift"
              aria-pressed={isChosen}
              disabled={isWorking}
              style={tintStyle(category)}
              onClick={() => onChoose(isChosen ? undefined : gift.sku)}
            >
              <span className="k-gift-picture tl-tint">
                <Pictogram category={category} />
              </span>
              <strong>{pick(gift.name, locale)}</strong>
              <span className="tl-second">{terms.join(' · ')}</span>
              <span className="k-gift-mark">
                {isChosen ? (
                  <>
                    <CheckCircleIcon className="tl-icon" weight="fill" aria-hidden />
                    {t('own.gifts.chosen')}
                  </>
                ) : null}
              </span>
            </button>
          );
        })}
      </div>
    </section>
  );
}

/** Which gift a basket of this member takes. */
export function Gifts({ client, home, onHome }: TakeProps): ReactElement {
  const { t } = useTranslation();
  const { ask, error, isWorking } = useVisitCall();
  const offers = home.giftOffers ?? [];
  const choose = async (campaignId: string, sku: string | undefined): Promise<void> => {
    const body = { code: home.visit, campaignId, ...(sku === undefined ? {} : { sku }) };
    const answer = await ask(() => client.call('chooseOwnGift', { key: newKey(), body }));
    if (answer?.ok) onHome(withGift(home, campaignId, sku));
  };
  return (
    <div className="k-mine">
      <h1>{t('own.gifts.title')}</h1>
      <Trouble error={error} />
      {offers.length === 0 ? (
        <Empty title={t('own.gifts.none')} icon={GiftIcon}>
          {t('own.gifts.noneText')}
        </Empty>
      ) : (
        <p className="k-lead">{t('own.gifts.how')}</p>
      )}
      {offers.map((offer) => (
        <Choice
          key={offer.campaignId}
          offer={offer}
          isWorking={isWorking}
          onChoose={(sku) => void choose(offer.campaignId, sku)}
        />
      ))}
    </div>
  );
}
