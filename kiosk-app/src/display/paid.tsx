import type { DisplayView } from '@tillside/agent-contract';
import { formatMoney, formatNumber, Price, useLocale } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** The change is what a hand waits for; without change it is the thanks that stand largest. */
export function PaidPage({ paid }: { paid: NonNullable<DisplayView['paid']> }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const total = t('paidTotal', { money: formatMoney(paid.totalFen, locale) });
  const earned = paid.pointsEarned > 0;
  return (
    <section className="d-paid" aria-live="polite">
      <h1>{t('paid')}</h1>
      {paid.changeFen > 0 ? (
        <div className="d-change">
          <p>{t('change')}</p>
          <Price priceFen={paid.changeFen} size="xl" />
        </div>
      ) : null}
      <p className="d-paid-total">{total}</p>
      {paid.savingsFen > 0 ? (
        <p className="d-saved">{t('paidSaved', { money: formatMoney(paid.savingsFen, locale) })}</p>
      ) : null}
      {paid.pointsBalance === undefined ? null : (
        <p className="d-member">
          {earned ? <span>{t('paidPoints', { earn: formatNumber(paid.pointsEarned, locale) })}</span> : null}
          <span>{t('paidBalance', { balance: formatNumber(paid.pointsBalance, locale) })}</span>
        </p>
      )}
    </section>
  );
}
