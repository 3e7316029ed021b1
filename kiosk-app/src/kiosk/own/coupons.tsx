import type { CouponOffer, CouponView, MemberHome } from '@tillside/agent-contract';
import { Button, CheckCircleIcon, Empty, formatDate, Loading, TicketIcon, useLocale } from '@tillside/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Client, newKey } from '../../api/client.ts';
import type { ApiError } from '../../api/result.ts';
import { pick } from '../../shared/pick.ts';
import { Trouble } from '../page.tsx';
import { useVisitCall } from '../use-visit-call.ts';
import './own.css';

/** The home after a coupon was taken: it is no offer any more, and waits for the till. */
export function withCoupon(home: MemberHome, coupon: CouponView): MemberHome {
  return {
    ...home,
    couponOffers: home.couponOffers?.filter(({ campaignId }) => campaignId !== coupon.campaignId),
    coupons: [...home.coupons.filter(({ couponId }) => couponId !== coupon.couponId), coupon],
  };
}

export interface TakeProps {
  client: Client;
  home: MemberHome;
  onHome: (home: MemberHome) => void;
}

/** Takes a coupon by one touch; a second touch meanwhile takes nothing more. */
function useTake({ client, home, onHome }: TakeProps) {
  const { ask, error, isWorking } = useVisitCall();
  const [taking, setTaking] = useState<string | null>(null);
  const take = async (campaignId: string): Promise<boolean> => {
    setTaking(campaignId);
    const body = { code: home.visit, campaignId };
    const answer = await ask(() => client.call('activateCoupon', { key: newKey(), body }));
    if (answer?.ok) onHome(withCoupon(home, answer.value));
    return answer?.ok === true;
  };
  return { take, error, taking: isWorking ? taking : null };
}

function Ticket({ offer, taking, onTake }: { offer: CouponOffer; taking: string | null; onTake: () => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const isOpen = offer.state === 'open';
  return (
    <li className="k-ticket" data-state={offer.state}>
      <TicketIcon className="tl-icon" weight="duotone" aria-hidden />
      <div>
        <strong>{pick(offer.name, locale)}</strong>
        <p>{pick(offer.text, locale)}</p>
        {isOpen || offer.state === 'taken' ? (
          <p className="k-small">{t('own.coupons.until', { date: formatDate(offer.until, locale) })}</p>
        ) : null}
      </div>
      {isOpen ? (
        <Button
          look="primary"
          isDisabled={taking !== null}
          onPress={onTake}
          aria-label={`${t('own.coupons.take')}: ${pick(offer.name, locale)}`}
        >
          {t(taking === offer.campaignId ? 'own.coupons.taking' : 'own.coupons.take')}
        </Button>
      ) : (
        <span className="k-ticket-state">
          {offer.state === 'taken' ? <CheckCircleIcon className="tl-icon" aria-hidden /> : null}
          {t(`own.coupons.state.${offer.state}`)}
        </span>
      )}
    </li>
  );
}

/** On the home: what may be taken now. Taken here it stays in its place for as long as the home stands, so that nothing jumps. */
export function CouponsToTake(props: TakeProps): ReactElement | null {
  const { t } = useTranslation();
  const { take, taking, error } = useTake(props);
  const [offered] = useState(props.home.couponOffers ?? []);
  if (offered.length === 0) return null;
  const open = new Set(props.home.couponOffers?.map(({ campaignId }) => campaignId));
  return (
    <section className="k-section">
      <h2>{t('own.coupons.toTake')}</h2>
      <ul className="k-tickets">
        {offered.map((offer) => (
          <Ticket
            key={offer.campaignId}
            offer={open.has(offer.campaignId) ? offer : { ...offer, state: 'taken' }}
            taking={taking}
            onTake={() => void take(offer.campaignId)}
          />
        ))}
      </ul>
      <p className="k-small" aria-live="polite">
        {open.size < offered.length ? t('own.coupons.taken') : ''}
      </p>
      <Trouble error={error} />
    </section>
  );
}

/** All of them: to be taken, taken, used, over. */
export function Coupons(props: TakeProps): ReactElement {
  const { t } = useTranslation();
  const { client, home } = props;
  const { take, taking, error } = useTake(props);
  const [offers, setOffers] = useState<CouponOffer[] | null>(null);
  const [trouble, setTrouble] = useState<ApiError | null>(null);
  const { visit } = home;
  useEffect(() => {
    let isHere = true;
    void client.call('ownCoupons', { body: { code: visit } }).then((answer) => {
      if (!isHere) return;
      if (answer.ok) setOffers(answer.value.coupons);
      else setTrouble(answer.error);
    });
    return () => {
      isHere = false;
    };
  }, [client, visit]);
  const took = async (campaignId: string): Promise<void> => {
    if (!(await take(campaignId))) return;
    setOffers(
      (before) => before?.map((one) => (one.campaignId === campaignId ? { ...one, state: 'taken' } : one)) ?? [],
    );
  };
  if (trouble !== null) return <Trouble error={trouble} />;
  if (offers === null) return <Loading what={t('loading')} />;
  // What HQ gave, and what the store's own campaigns gave, is no offer: it waits for the till.
  const given: CouponOffer[] = home.coupons
    .filter(({ campaignId }) => !offers.some((offer) => offer.campaignId === campaignId))
    .map(({ campaignId, name, text, until }) => ({ campaignId, name, text, until, state: 'taken' }));
  const all = [...offers.filter(({ state }) => state === 'open' || state === 'taken'), ...given];
  const gone = offers.filter(({ state }) => state === 'used' || state === 'over');
  return (
    <div className="k-mine">
      <h1>{t('own.coupons.all')}</h1>
      <Trouble error={error} />
      {all.length + gone.length === 0 ? (
        <Empty title={t('own.coupons.none')} icon={TicketIcon}>
          {t('own.coupons.noneText')}
        </Empty>
      ) : (
        <ul className="k-tickets">
          {[...all, ...gone].map((offer) => (
            <Ticket
              key={`${offer.campaignId} ${offer.until}`}
              offer={offer}
              taking={taking}
              onTake={() => void took(offer.campaignId)}
            />
          ))}
        </ul>
      )}
    </div>
  );
}
