import { BasketIcon } from '@phosphor-icons/react/Basket';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IconComponent } from '../product/pictogram.tsx';

export interface EmptyProps {
  title: string;
  /** Why there is nothing, and what would put something here. */
  children?: ReactNode;
  icon?: IconComponent;
  action?: ReactNode;
}

export function Empty({ title, children, icon: Icon = BasketIcon, action }: EmptyProps): ReactElement {
  return (
    <div className="tl-state">
      <Icon className="tl-icon" weight="duotone" aria-hidden />
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
      {action}
    </div>
  );
}

/** Below this, a wait is better left unseen. */
export const QUIET_WAIT_MS = 400;

/** Says what is being waited for, but only when it takes long enough to be noticed. */
export function Loading({ what }: { what?: string }): ReactElement {
  const { t } = useTranslation('ui');
  const [isNoticed, setNoticed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setNoticed(true), QUIET_WAIT_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="tl-state" role="status" aria-busy="true">
      {isNoticed ? (
        <>
          <div className="tl-waiting" />
          <p>{what ?? t('loading')}</p>
        </>
      ) : null}
    </div>
  );
}
