import type { PriceCheck } from '@tillside/agent-contract';
import { BarcodeIcon, Button, Empty, Loading, MapPinIcon, ScanIcon, useLocale } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiError } from '../../api/result.ts';
import { Page } from '../page.tsx';
import type { PropsOf } from '../screen-props.ts';
import { PriceCard } from './price-card.tsx';
import './products.css';
import type { Asked } from './state.ts';
import { StoreMapView } from './store-map.tsx';
import { useAsk } from './use-ask.ts';
import { productsEn } from './words-en.ts';
import { productsZh } from './words-zh.ts';

/** What something costs, by holding it to the scanner: no name, no sign-in, nothing that stays. */
export function PriceCheckPage(props: PropsOf<'price-check'>): ReactElement {
  const { screen, context, storeName, dispatch, wipe } = props;
  const { asked, turn, home, search } = screen;
  const { t } = useTranslation();
  // Of the question that it was opened for: the next scan shuts it.
  const [mapOf, setMapOf] = useState<number | null>(null);
  const { client } = context;
  const visit = home === undefined ? {} : { visit: home.visit };
  const body = asked && { ...asked, ...visit };
  const price = useAsk(body ? `${turn} ${JSON.stringify(asked)}` : null, () =>
    client.call('priceCheck', { body: body ?? {} }),
  );
  const map = useAsk('map', () => client.call('storeMap', {}));
  const leave = (): void => {
    if (search !== undefined) dispatch({ type: 'find', search });
    else if (home !== undefined) dispatch({ type: 'home' });
    else wipe();
  };
  const found = asked === undefined ? null : price.value;
  const { place } = found ?? {};
  const isMapOpen = mapOf === turn && place !== undefined && map.value?.map != null;
  const canShow = place !== undefined && map.value?.map != null;
  const foot = (
    <>
      {found && !isMapOpen ? <p className="k-hint tl-second">{t('products.price.again')}</p> : null}
      <div className="k-pair-actions">
        {canShow ? (
          <Button look="primary" size="large" onPress={() => setMapOf(isMapOpen ? null : turn)}>
            <MapPinIcon className="tl-icon" aria-hidden />
            {isMapOpen ? t('products.map.shut') : t('products.price.where')}
          </Button>
        ) : (
          <Button look="primary" size="large" onPress={() => dispatch({ type: 'find' })}>
            {t('products.tools.find')}
          </Button>
        )}
        <Button look="quiet" size="large" onPress={leave}>
          {search === undefined ? t('products.price.done') : t('back')}
        </Button>
      </div>
    </>
  );
  return (
    <Page storeName={storeName} onLeave={isMapOpen ? () => setMapOf(null) : leave} foot={foot}>
      {isMapOpen && place && map.value?.map ? (
        <StoreMapView map={map.value.map} here={map.value.here} place={place} />
      ) : (
        <Checked {...{ asked, found, error: price.error, isSlow: price.isSlow, isMember: home !== undefined }} />
      )}
    </Page>
  );
}

interface CheckedProps {
  asked: Asked | undefined;
  found: PriceCheck | null;
  error: ApiError | null;
  isSlow: boolean;
  isMember: boolean;
}

function Checked({ asked, found, error, isSlow, isMember }: CheckedProps): ReactElement {
  const { t } = useTranslation();
  if (isSlow) return <Loading what={t('products.price.wait')} />;
  if (asked !== undefined && error !== null) return <Refused error={error} />;
  if (found !== null) return <PriceCard found={found} isMember={isMember} />;
  return (
    <section className="k-scan k-scan-goods">
      <div className="k-scan-frame" aria-hidden>
        {asked === undefined ? <ScanIcon weight="light" /> : <BarcodeIcon weight="light" />}
      </div>
      <h1>{t('products.price.title')}</h1>
      <p className="k-lead">{t('products.price.how')}</p>
    </section>
  );
}

/** Why there is no price, kindly: what a till says to a cashier is not what helps a shopper. */
function Refused({ error }: { error: ApiError }): ReactElement {
  const locale = useLocale();
  const words: Readonly<Record<string, { title: string; todo: string }>> = (
    locale === 'zh-CN' ? productsZh : productsEn
  ).refused;
  const { title, todo } = words[error.code] ?? (locale === 'zh-CN' ? productsZh : productsEn).refused.OTHER;
  return (
    <div className="k-refused" role="alert">
      <Empty title={title} icon={BarcodeIcon} action={<small className="tl-second">{error.code}</small>}>
        {todo}
      </Empty>
    </div>
  );
}
