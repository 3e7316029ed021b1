import type { Footfall } from '@tillside/agent-contract';
import { Bars, Empty, FootprintsIcon, formatNumber, useLocale } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** One number, said for what it is: devices in range, never visitors. */
export function FootfallPage({ footfall }: { footfall: Footfall }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const busiest = footfall.hours.reduce<Footfall['hours'][number] | null>(
    (most, hour) => (most === null || hour.devices > most.devices ? hour : most),
    null,
  );
  if (busiest === null) {
    return (
      <Empty title={t('footfall.none')} icon={FootprintsIcon}>
        {t('footfall.noneText')}
      </Empty>
    );
  }
  return (
    <div className="s-footfall">
      <h1 className="tl-hidden">{t('footfall.title')}</h1>
      <p className="s-now">
        <strong className="tl-number">{formatNumber(footfall.now.devices, locale)}</strong>
        <span>{t('footfall.now')}</span>
        <span className="tl-second">{t('footfall.associated', { count: footfall.now.associated })}</span>
      </p>
      <Bars
        title={t('footfall.message', { hour: busiest.hour, count: busiest.devices })}
        note={t('footfall.note')}
        bars={footfall.hours.map((hour) => ({
          label: t('footfall.hour', { hour: hour.hour }),
          value: hour.devices,
          isEmphasised: hour === busiest,
        }))}
        format={(value) => formatNumber(value, locale)}
        head={[t('footfall.head'), t('footfall.devices')]}
      />
    </div>
  );
}
