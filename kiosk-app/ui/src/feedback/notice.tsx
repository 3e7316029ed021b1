import { CheckCircleIcon } from '@phosphor-icons/react/CheckCircle';
import { InfoIcon } from '@phosphor-icons/react/Info';
import { WarningIcon } from '@phosphor-icons/react/Warning';
import { WarningCircleIcon } from '@phosphor-icons/react/WarningCircle';
import { WifiSlashIcon } from '@phosphor-icons/react/WifiSlash';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../locale/ui-provider.tsx';
import type { IconComponent } from '../product/pictogram.tsx';

export type NoticeKind = 'offline' | 'error' | 'warning' | 'info' | 'success';

const ICONS: Readonly<Record<NoticeKind, IconComponent>> = {
  offline: WifiSlashIcon,
  error: WarningCircleIcon,
  warning: WarningIcon,
  info: InfoIcon,
  success: CheckCircleIcon,
};

export interface NoticeProps {
  kind: NoticeKind;
  /** What happened. */
  title: string;
  /** What stays safe, in one sentence. */
  safe?: string | undefined;
  /** What to do now, in one sentence. */
  todo?: string | undefined;
  /** For whoever is called to help; never the message itself. */
  code?: string | undefined;
  actions?: ReactNode;
}

export function Notice({ kind, title, safe, todo, code, actions }: NoticeProps): ReactElement {
  const { t } = useTranslation('ui');
  const locale = useLocale();
  const Icon = ICONS[kind];
  // Chinese sentences follow each other without a space.
  const sentences = [safe, todo].filter(Boolean).join(locale === 'zh-CN' ? '' : ' ');
  return (
    <div className="tl-notice" data-kind={kind} role={kind === 'error' ? 'alert' : 'status'}>
      <Icon className="tl-icon" aria-hidden />
      <div className="tl-notice-words">
        <strong>{title}</strong>
        {sentences === '' ? null : <span>{sentences}</span>}
        {code ? <span className="tl-notice-code">{t('code', { code })}</span> : null}
      </div>
      {actions ? <div className="tl-notice-actions">{actions}</div> : null}
    </div>
  );
}
