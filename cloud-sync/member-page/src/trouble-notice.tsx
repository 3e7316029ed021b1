import { HUB_ERRORS } from '@tillside/hub-contract';
import { Notice, useLocale } from '@tillside/ui';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from './phone/hub.ts';

/** What happened, what stays safe, what to do. `asOf`: of when what is shown beside it is. */
export function TroubleNotice({
  trouble,
  asOf,
  actions,
}: {
  trouble: Trouble;
  asOf?: string | undefined;
  actions?: ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const safe = asOf === undefined ? undefined : t('offline.asOf', { at: asOf });
  if (trouble.kind === 'offline')
    return <Notice kind="offline" title={t('offline.title')} safe={safe} todo={t('offline.todo')} actions={actions} />;
  if (trouble.kind === 'strange')
    return <Notice kind="error" title={t('strange.title')} safe={safe} todo={t('strange.todo')} actions={actions} />;
  const { cause, hint } = HUB_ERRORS[trouble.code];
  const language = locale === 'en' ? 'en' : 'zh';
  return (
    <Notice
      kind="error"
      title={cause[language]}
      safe={safe}
      todo={hint[language]}
      code={trouble.code}
      actions={actions}
    />
  );
}
