import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoney, moneyParts } from '../locale/format.ts';
import { useLocale } from '../locale/ui-provider.tsx';

export interface PriceProps {
  priceFen: number;
  /** The higher price it replaces, struck. Left out when it isn't higher: a "was" must be true. */
  wasFen?: number | null | undefined;
  tone?: 'plain' | 'offer' | 'member';
  size?: 's' | 'm' | 'l' | 'xl';
  /** ISO 4217 code. */
  currency?: string;
}

/** A price as a market writes it: the yuan big, the fen small. Read aloud as one amount. */
export function Price({ priceFen, wasFen, tone = 'plain', size = 'm', currency = 'CNY' }: PriceProps): ReactElement {
  const { t } = useTranslation('ui');
  const locale = useLocale();
  const parts = moneyParts(priceFen, locale, currency);
  const was = typeof wasFen === 'number' && wasFen > priceFen ? formatMoney(wasFen, locale, currency) : null;
  const now = formatMoney(priceFen, locale, currency);
  const spoken = tone === 'member' ? t('memberPrice', { price: now }) : was ? t('nowPrice', { price: now }) : now;
  return (
    <span className="tl-price" data-tone={tone} data-size={size}>
      <span className="tl-hidden">{was ? `${spoken}, ${t('wasPrice', { price: was })}` : spoken}</span>
      <span className="tl-price-now" aria-hidden>
        <span className="tl-price-sign">
          {parts.sign}
          {parts.symbol}
        </span>
        {parts.major}
        <span className="tl-price-minor">{parts.minor}</span>
      </span>
      {was ? (
        <span className="tl-price-was" aria-hidden>
          {was}
        </span>
      ) : null}
    </span>
  );
}
