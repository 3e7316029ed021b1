import { QrCode } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

/** Hands the member code over to the shopper's own phone. */
export function MemberCode({ title, code }: { title: string; code: string }): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="k-welcome">
      <h1>{title}</h1>
      <div className="k-card">
        <QrCode text={code} label={t('welcome.qr')} />
        <p className="k-code tl-number">{code}</p>
      </div>
      <p className="k-lead">{t('welcome.how')}</p>
    </div>
  );
}
