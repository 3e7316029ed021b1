import { ArrowRightIcon, Button, Loading, Notice, WifiSlashIcon } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { AS_USUAL } from './access/access.ts';
import { useKiosk } from './access/provider.tsx';
import { Attract, AttractActions } from './attract.tsx';
import { Page } from './page.tsx';
import type { PropsOf } from './screen-props.ts';
import type { OpenScreen } from './state.ts';

export function AttractPage({ storeName, isAway, offers, dispatch }: PropsOf<'attract'>): ReactElement {
  const { t } = useTranslation();
  const isStill = useKiosk().access !== AS_USUAL;
  const open = (screen: OpenScreen): void => dispatch({ type: 'open', screen });
  const hint =
    offers && !offers.online && !isAway ? (
      <p className="k-hint tl-second">
        <WifiSlashIcon className="tl-icon" aria-hidden />
        {t('hqAway')}
      </p>
    ) : null;
  const all = (
    <Button look="quiet" onPress={() => open('offers')}>
      {t('attract.all')}
      <ArrowRightIcon className="tl-icon" aria-hidden />
    </Button>
  );
  const foot = isAway ? (
    <Notice kind="offline" title={t('away.title')} safe={t('away.safe')} todo={t('away.todo')} />
  ) : (
    <>
      {hint}
      <AttractActions onOpen={open} />
    </>
  );
  return (
    <Page storeName={storeName} onLeave={null} foot={foot} actions={offers && offers.offers.length > 0 ? all : null}>
      {offers === null ? <Loading what={t('loading')} /> : <Attract offers={offers} isStill={isStill} />}
    </Page>
  );
}
