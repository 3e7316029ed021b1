import type { ItemView, LabelView, PromotionView } from '@tillside/agent-contract';
import { Button, Dialog, formatDateTime, formatMoney, formatShare, Notice, useLocale } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';
import { pick } from '../shared/pick.ts';
import { Follow } from './follow.tsx';
import { HeldBack } from './held-back.tsx';
import { ItemRow, ItemSearch } from './item-search.tsx';
import { staffWords } from './own-errors.ts';
import { PERIODS, type Period, previewFen, SHARES_BASIS_POINTS, untilOf } from './promotion.ts';

interface SetFormProps {
  client: Client;
  item: ItemView;
  onSet: () => void;
  onOther: () => void;
}

function SetForm({ client, item, onSet, onOther }: SetFormProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [off, setOff] = useState<number>(1_000);
  const [period, setPeriod] = useState<Period>('threeDays');
  const [error, setError] = useState<ApiError | null>(null);
  const [isWorking, setWorking] = useState(false);

  async function set(): Promise<void> {
    setWorking(true);
    const body = { sku: item.sku, percentOffBasisPoints: off, until: untilOf(period, new Date()) };
    const answer = await client.call('putPromotion', { body });
    setWorking(false);
    setError(answer.ok ? null : answer.error);
    if (answer.ok) onSet();
  }

  async function holdBack(): Promise<void> {
    setWorking(true);
    const answer = await client.call('putHeldBack', { body: { sku: item.sku, until: untilOf(period, new Date()) } });
    setWorking(false);
    setError(answer.ok ? null : answer.error);
    if (answer.ok) onOther();
  }

  const words = error ? staffWords(error, locale) : null;
  return (
    <div className="s-set">
      <div className="s-row">
        <ItemRow item={item} />
      </div>
      <fieldset className="s-choices">
        <legend>{t('promotions.percent')}</legend>
        {SHARES_BASIS_POINTS.map((share) => (
          <button
            key={share}
            type="button"
            className="s-filter tl-number"
            aria-pressed={off === share}
            onClick={() => setOff(share)}
          >
            {formatShare(share / 10_000, locale)}
          </button>
        ))}
      </fieldset>
      <fieldset className="s-choices">
        <legend>{t('promotions.days')}</legend>
        {PERIODS.map((one) => (
          <button
            key={one}
            type="button"
            className="s-filter"
            aria-pressed={period === one}
            onClick={() => setPeriod(one)}
          >
            {t(`promotions.${one}`)}
          </button>
        ))}
      </fieldset>
      {words ? <Notice kind="error" title={words.title} todo={words.todo} code={words.code} /> : null}
      <Button look="plain" onPress={onOther}>
        {t('promotions.other')}
      </Button>
      <Button look="quiet" isDisabled={isWorking} onPress={() => void holdBack()}>
        {t('promotions.holdBack')}
      </Button>
      <Button look="primary" size="large" wide isDisabled={isWorking} onPress={() => void set()}>
        {t('promotions.set', { price: formatMoney(previewFen(item.priceFen, off), locale) })}
      </Button>
    </div>
  );
}

function Live(props: {
  promotions: readonly PromotionView[];
  onEnd: (promotion: PromotionView) => void;
}): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <section className="s-live">
      <h2>{t('promotions.live')}</h2>
      {props.promotions.length === 0 ? <p className="tl-second">{t('promotions.none')}</p> : null}
      <ul className="s-rows">
        {props.promotions.map((promotion) => (
          <li key={promotion.campaignId} className="s-row">
            <span className="s-row-words">
              <strong>{pick(promotion.name, locale)}</strong>
              <span className="tl-second">
                {[
                  t(`promotions.${promotion.origin}`),
                  promotion.percentOffBasisPoints === undefined
                    ? ''
                    : t('promotions.off', { share: formatShare(promotion.percentOffBasisPoints / 10_000, locale) }),
                  promotion.priceFen === undefined ? '' : formatMoney(promotion.priceFen, locale),
                  promotion.state === 'live'
                    ? ''
                    : t('promotions.from', { date: formatDateTime(promotion.from, locale) }),
                  t('promotions.until', { date: formatDateTime(promotion.until, locale) }),
                ]
                  .filter((part) => part !== '')
                  .join(' · ')}
              </span>
            </span>
            {promotion.origin === 'store' ? (
              <Button look="quiet" onPress={() => props.onEnd(promotion)}>
                {t('promotions.end')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

export interface PromotionsProps {
  client: Client;
  labels: readonly LabelView[];
  promotions: readonly PromotionView[];
  onChanged: () => void;
}

/** Choose a product, a share and an end; then watch the label and the till follow. */
export function Promotions({ client, labels, promotions, onChanged }: PromotionsProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [item, setItem] = useState<ItemView | null>(null);
  const [followed, setFollowed] = useState<ItemView | null>(null);
  const [ending, setEnding] = useState<PromotionView | null>(null);
  const [error, setError] = useState<ApiError | null>(null);

  async function end(promotion: PromotionView): Promise<void> {
    setEnding(null);
    const answer = await client.call('endPromotion', { params: { campaignId: promotion.campaignId } });
    setError(answer.ok ? null : answer.error);
    onChanged();
  }

  const words = error ? staffWords(error, locale) : null;
  return (
    <div className="s-promotions">
      <h1>{followed ? pick(followed.name, locale) : t('promotions.title')}</h1>
      {words ? <Notice kind="error" title={words.title} todo={words.todo} code={words.code} /> : null}
      {followed ? (
        <Follow client={client} item={followed} labels={labels} onDone={() => setFollowed(null)} />
      ) : item ? (
        <SetForm
          client={client}
          item={item}
          onOther={() => setItem(null)}
          onSet={() => {
            setFollowed(item);
            setItem(null);
            onChanged();
          }}
        />
      ) : (
        <>
          <ItemSearch client={client} onPick={setItem} />
          <Live promotions={promotions} onEnd={setEnding} />
          <HeldBack client={client} />
        </>
      )}
      <Dialog
        isOpen={ending !== null}
        onOpenChange={(isOpen) => {
          if (!isOpen) setEnding(null);
        }}
        title={t('promotions.endTitle', { name: ending ? pick(ending.name, locale) : '' })}
        actions={
          <>
            <Button look="primary" wide onPress={() => (ending ? void end(ending) : undefined)}>
              {t('promotions.end')}
            </Button>
            <Button look="quiet" wide onPress={() => setEnding(null)}>
              {t('promotions.keep')}
            </Button>
          </>
        }
      >
        <p>{t('promotions.endText')}</p>
      </Dialog>
    </div>
  );
}
