import type { ItemView, LabelView } from '@tillside/agent-contract';
import {
  Button,
  Dialog,
  formatMoney,
  formatNumber,
  LightbulbIcon,
  Notice,
  Price,
  Status,
  useLocale,
} from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';
import { pick } from '../shared/pick.ts';
import { ItemSearch } from './item-search.tsx';
import { tailOf, toneOf } from './label-view.ts';
import { staffWords } from './own-errors.ts';

export interface LabelPageProps {
  client: Client;
  label: LabelView;
  onChanged: () => void;
  onGone: () => void;
}

function LabelFace({ label }: { label: LabelView }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <section className="s-face" aria-label={t('label.showing')}>
      <p className="s-face-name">{label.name ? pick(label.name, locale) : t('labels.unpairedName')}</p>
      {label.priceFen === undefined ? (
        <p className="tl-second">–</p>
      ) : (
        <Price
          priceFen={label.priceFen}
          wasFen={label.wasPriceFen}
          tone={label.wasPriceFen === undefined ? 'plain' : 'offer'}
          size="l"
        />
      )}
      <p className="s-face-tag tl-second tl-number">
        {t('labels.tag', { tail: tailOf(label.tagId) })}
        {label.batteryMv === undefined
          ? null
          : ` · ${t('label.battery', { volts: formatNumber(label.batteryMv / 1000, locale, 2) })}`}
        {label.rssiDbm === undefined ? null : ` · ${t('label.signal', { dbm: formatNumber(label.rssiDbm, locale) })}`}
      </p>
    </section>
  );
}

/** One label: what it shows, whether that is proven, and which product it stands for. */
export function LabelPage({ client, label, onChanged, onGone }: LabelPageProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [isChoosing, setChoosing] = useState(label.state === 'unpaired');
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [isFlashed, setFlashed] = useState(false);
  const params = { tagId: label.tagId };

  async function pair(item: ItemView): Promise<void> {
    const body = { sku: item.sku, expectedSku: label.sku ?? null };
    const answer = await client.call('pairLabel', { params, body });
    setError(answer.ok ? null : answer.error);
    if (answer.ok) setChoosing(false);
    onChanged();
  }
  async function unpair(): Promise<void> {
    setAsking(false);
    const answer = await client.call('unpairLabel', { params });
    setError(answer.ok ? null : answer.error);
    onChanged();
    if (answer.ok) onGone();
  }
  async function flash(): Promise<void> {
    const answer = await client.call('flashLabel', { params });
    setError(answer.ok ? null : answer.error);
    setFlashed(answer.ok);
  }

  const words = error ? staffWords(error, locale) : null;
  return (
    <div className="s-label">
      <LabelFace label={label} />
      <div className="s-state">
        <Status tone={toneOf(label.state)}>{t(`labels.state.${label.state}`)}</Status>
        <p>{t(`labels.codeText.${label.code}`)}</p>
        {label.shownFen === undefined || label.shownFen === label.priceFen ? null : (
          <p>{t('label.shows', { price: formatMoney(label.shownFen, locale) })}</p>
        )}
        {label.reason === undefined ? null : <p className="s-code tl-second">{label.reason}</p>}
      </div>
      {words ? <Notice kind="error" title={words.title} todo={words.todo} code={words.code} /> : null}
      {isChoosing ? (
        <>
          <h2>{t('label.choose')}</h2>
          <ItemSearch client={client} onPick={(item) => void pair(item)} />
        </>
      ) : (
        <Button look="primary" wide onPress={() => setChoosing(true)}>
          {t('label.change')}
        </Button>
      )}
      <div className="s-two">
        <Button look="quiet" wide onPress={() => void flash()}>
          <LightbulbIcon className="tl-icon" aria-hidden />
          {isFlashed ? t('label.flashed') : t('label.flash')}
        </Button>
        {label.state === 'unpaired' ? null : (
          <Button look="quiet" wide onPress={() => setAsking(true)}>
            {t('label.unpair')}
          </Button>
        )}
      </div>
      <Dialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={t('label.unpairTitle')}
        actions={
          <>
            <Button look="primary" wide onPress={() => void unpair()}>
              {t('label.unpair')}
            </Button>
            <Button look="quiet" wide onPress={() => setAsking(false)}>
              {t('label.keep')}
            </Button>
          </>
        }
      >
        <p>{t('label.unpairText')}</p>
      </Dialog>
    </div>
  );
}
