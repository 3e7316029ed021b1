import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from './use-format.ts';

/** A secret that the hub shows this once. */
export function SecretOnce({ secret, olderUntil }: { secret: string; olderUntil?: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="np-code" role="status">
      <p className="np-kicker">{t('hook.secret')}</p>
      <p className="np-secret">
        <code>{secret}</code>
      </p>
      <p>{t('hook.secretOnce')}</p>
      {olderUntil === undefined ? null : (
        <p className="tl-second">{t('hook.secretOlder', { until: format.until(olderUntil) })}</p>
      )}
    </div>
  );
}
