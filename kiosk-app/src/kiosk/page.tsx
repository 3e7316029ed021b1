import { ArrowLeftIcon, Button, KioskPage, LanguageSwitch, Notice, SignOutIcon, useLocale } from '@tillside/ui';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiError } from '../api/result.ts';
import './long-names.css';
import { type OwnWords, shopperWords } from './own-errors.ts';

interface PageProps {
  storeName: string;
  onLeave: (() => void) | null;
  foot?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of every screen: the way back and the languages above, what to touch beneath. */
export function Page({ storeName, onLeave, foot, actions, children }: PageProps): ReactElement {
  const { t } = useTranslation();
  const head = (
    <>
      {onLeave === null ? (
        <strong className="k-store">{storeName}</strong>
      ) : (
        <Button look="plain" onPress={onLeave} data-way-back>
          <ArrowLeftIcon className="tl-icon" aria-hidden />
          {t('back')}
        </Button>
      )}
      <div className="k-head-actions">
        {actions}
        <LanguageSwitch />
      </div>
    </>
  );
  return (
    <KioskPage head={head} foot={foot}>
      {children}
    </KioskPage>
  );
}

/** What went wrong, as a shopper reads it; nothing while nothing did. */
export function Trouble({ error, own }: { error: ApiError | null; own?: OwnWords | undefined }): ReactElement | null {
  const locale = useLocale();
  if (error === null) return null;
  const { title, todo, code } = shopperWords(error, locale, own);
  return <Notice kind="warning" title={title} todo={todo} code={code} />;
}

export function Finish({ onPress }: { onPress: () => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <Button look="quiet" size="large" wide onPress={onPress}>
      <SignOutIcon className="tl-icon" aria-hidden />
      {t('home.leave')}
    </Button>
  );
}
