import type { DisplayView } from '@tillside/agent-contract';
import { LanguageSwitch, Loading, useLocale, WifiSlashIcon } from '@tillside/ui';
import { type ReactElement, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Attract } from '../kiosk/attract.tsx';
import { pick } from '../shared/pick.ts';
import type { PageContext } from '../shared/start.tsx';
import { BasketPage } from './basket.tsx';
import { PaidPage } from './paid.tsx';
import { useDisplay } from './use-display.ts';

function Body({ view, touched }: { view: DisplayView; touched: ReadonlySet<string> }): ReactElement {
  if (view.basket !== undefined) return <BasketPage basket={view.basket} touched={touched} />;
  if (view.paid !== undefined) return <PaidPage paid={view.paid} />;
  const { storeName, offers } = view;
  return <Attract offers={{ storeName, offers, campaignSetVersion: 0, online: true }} />;
}

/** What a shopper reads while the cashier scans: their goods, what each saving is for, and one number that is largest. */
export function DisplayApp({ context }: { context: PageContext }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { view, touched, isAway } = useDisplay(context.client, context.unpair);
  useEffect(() => {
    document.title = t('title');
  }, [t]);
  return (
    <div className="d-page" data-state={view?.state ?? 'loading'}>
      <header className="d-head">
        <strong className="k-store">{view === null ? 'Tillside' : pick(view.storeName, locale)}</strong>
        {view?.training ? <span className="d-training">{t('training')}</span> : null}
        <LanguageSwitch />
      </header>
      <main className="d-main">
        {view === null ? <Loading what={t('loading')} /> : <Body view={view} touched={touched} />}
      </main>
      {isAway && view !== null ? (
        <p className="d-away" role="status">
          <WifiSlashIcon className="tl-icon" aria-hidden />
          {t('away')}
        </p>
      ) : null}
    </div>
  );
}
