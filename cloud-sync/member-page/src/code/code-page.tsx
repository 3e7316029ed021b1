import { CODE_STEP_MS } from '@tillside/decide';
import { formatNumber, Loading, Notice, QrCode, useLocale } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../phone/hub.ts';
import type { KeptPhone } from '../phone/store.ts';
import { Barcode } from './barcode.tsx';
import { useCodes } from './use-codes.ts';
import { useWakeLock } from './wake-lock.ts';

/** In threes, as people read digits out. */
const grouped = (digits: string): string => digits.replace(/(\d{3})(?=\d)/g, '$1 ');

/** The one thing that a shopper comes for: the code, on white, as large as the phone is wide. */
export function CodePage({ phone, trouble }: { phone: KeptPhone; trouble: Trouble | undefined }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { codes, leftMs } = useCodes(phone);
  useWakeLock();
  if (codes === undefined) return <Loading what={t('code.making')} />;
  const seconds = Math.ceil(leftMs / 1000);
  const home = phone.home?.value;
  return (
    <div className="m-code">
      <h1 className="tl-hidden">{t('code.title')}</h1>
      <div className="m-paper" data-code={codes.qr}>
        <QrCode text={codes.qr} label={t('code.qr')} />
        <div className="m-left" role="img" aria-label={t('code.left', { seconds })}>
          <svg className="m-left-track" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden>
            <rect className="m-left-bar" width={(leftMs / CODE_STEP_MS) * 100} height={1} />
          </svg>
          <span className="tl-number" aria-hidden>
            {t('code.left', { seconds })}
          </span>
        </div>
        {codes.digits === null ? null : (
          <figure className="m-linear">
            <Barcode digits={codes.digits} label={t('code.barcode')} />
            <figcaption className="m-digits tl-number">{grouped(codes.digits)}</figcaption>
          </figure>
        )}
      </div>
      {trouble?.kind === 'offline' ? (
        <Notice kind="offline" title={t('offline.title')} safe={t('offline.code')} />
      ) : (
        <p className="m-how">{t('code.how')}</p>
      )}
      {home === undefined ? null : (
        <p className="m-balance">
          <span>{t('points.available')}</span>
          <strong className="tl-number">{formatNumber(home.available, locale)}</strong>
        </p>
      )}
    </div>
  );
}
