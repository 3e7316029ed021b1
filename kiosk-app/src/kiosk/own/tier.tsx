import type { MemberHome, TierStanding, TierWay } from '@tillside/agent-contract';
import { formatDateTime, formatLongDate, formatMoney, formatNumber, formatShare, useLocale } from '@tillside/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../../api/client.ts';
import { pick } from '../../shared/pick.ts';
import './own.css';

const shareOf = ({ have, need }: TierWay): number => Math.min(1, have / need);

/** The way that is nearest its end: any one of them is enough. */
export const nearestWay = (ways: readonly TierWay[]): TierWay | undefined =>
  [...ways].sort((a, b) => shareOf(b) - shareOf(a))[0];

/** What the home said, until HQ has counted anew; that it could not is `isNow` false. */
function useTier(client: Client, home: MemberHome): { standing: TierStanding | undefined; isNow: boolean | undefined } {
  const [told, setTold] = useState<{ standing: TierStanding; isNow: boolean } | null>(null);
  const { visit } = home;
  useEffect(() => {
    let isHere = true;
    void client.call('ownTier', { body: { code: visit } }).then((answer) => {
      if (isHere && answer.ok) setTold(answer.value);
    });
    return () => {
      isHere = false;
    };
  }, [client, visit]);
  return told ?? { standing: home.tierStanding, isNow: undefined };
}

function Way({ way, next }: { way: TierWay; next: NonNullable<TierStanding['next']> }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const name = pick(next.name, locale);
  const left = way.need - way.have;
  const kind = next.months === 1 ? (`this${way.by[0]?.toUpperCase()}${way.by.slice(1)}` as 'thisSpend') : way.by;
  const words =
    left <= 0
      ? t('own.tier.reached', { name })
      : t(`own.tier.${kind}`, {
          name,
          months: next.months,
          money: formatMoney(left, locale),
          count: formatNumber(left, locale),
        });
  const share = shareOf(way);
  return (
    <>
      <div
        className="k-tier-bar"
        role="progressbar"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(share * 100)}
        aria-valuetext={words}
        aria-label={t('own.tier.bar', { name, share: formatShare(share, locale) })}
      >
        <span style={{ inlineSize: `${share * 100}%` }} />
      </div>
      <p className="k-tier-words">{words}</p>
    </>
  );
}

/** The tier, until when, and what the next one takes. Nothing where the store knows no names of tiers. */
export function Tier({ client, home }: { client: Client; home: MemberHome }): ReactElement | null {
  const { t } = useTranslation();
  const locale = useLocale();
  const { standing, isNow } = useTier(client, home);
  if (standing?.name === undefined) return null;
  const { name, until, next, isTop, asOf } = standing;
  const way = next && nearestWay(next.ways);
  return (
    <div className="k-tier">
      <p className="k-tier-name">
        <strong>{pick(name, locale)}</strong>
        {until === undefined ? null : (
          <span>{t('own.tier.until', { date: formatLongDate(`${until}T12:00:00`, locale) })}</span>
        )}
      </p>
      {next !== undefined && way !== undefined ? <Way way={way} next={next} /> : null}
      {isTop ? <p className="k-tier-words">{t('own.tier.top')}</p> : null}
      {isNow === false ? (
        <p className="k-small">
          {asOf === undefined ? t('own.tier.unknown') : t('own.tier.asOf', { date: formatDateTime(asOf, locale) })}
        </p>
      ) : null}
    </div>
  );
}
