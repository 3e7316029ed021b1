import type { ItemView, LabelView } from '@tillside/agent-contract';
import { Button, formatMoney, Notice, Price, Status, useLocale } from '@tillside/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import { followState, tailOf, toneOf } from './label-view.ts';

/** The till's price has no event of its own; while a change is followed it is asked for at this pace. */
const ASK_MS = 700;

export interface FollowProps {
  client: Client;
  item: ItemView;
  labels: readonly LabelView[];
  onDone: () => void;
}

/** A changed price on its way: what the till charges now, and what each label has proven. */
export function Follow({ client, item, labels, onDone }: FollowProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [tillFen, setTillFen] = useState<number | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const ask = (): void => {
      void client.call('findItems', { query: { q: item.sku, limit: 20 } }).then((answer) => {
        const found = answer.ok ? answer.value.items.find((one) => one.sku === item.sku) : undefined;
        if (isCurrent && found) setTillFen(found.shelfPriceFen);
      });
    };
    ask();
    const timer = setInterval(ask, ASK_MS);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [client, item.sku]);

  const own = labels.filter((label) => label.sku === item.sku);
  const state = tillFen === null ? 'waiting' : followState(own, tillFen);
  const title = {
    agree: t('follow.agree', { price: formatMoney(tillFen ?? 0, locale) }),
    waiting: t('follow.waiting'),
    'no-label': t('follow.noLabel'),
    trouble: own.some((label) => label.state === 'silent')
      ? t('labels.codeText.LABEL_SILENT')
      : t('labels.codeText.LABEL_RETRYING'),
  }[state];
  return (
    <section className="s-follow" aria-label={t('follow.title')}>
      <div className="s-versus">
        <div className="s-side">
          <h2>{t('follow.label')}</h2>
          {own.length === 0 ? <p className="tl-second">{t('follow.noLabelShort')}</p> : null}
          {own.map((label) => (
            <div key={label.tagId} className="s-side-label">
              {label.priceFen === undefined ? null : <Price priceFen={label.priceFen} tone="offer" size="l" />}
              <Status tone={toneOf(label.state)}>{t(`labels.state.${label.state}`)}</Status>
              <span className="tl-second tl-number">{t('labels.tag', { tail: tailOf(label.tagId) })}</span>
            </div>
          ))}
        </div>
        <div className="s-side">
          <h2>{t('follow.till')}</h2>
          {tillFen === null ? null : (
            <Price
              priceFen={tillFen}
              wasFen={item.priceFen}
              tone={tillFen < item.priceFen ? 'offer' : 'plain'}
              size="l"
            />
          )}
        </div>
      </div>
      <Notice
        kind={state === 'agree' || state === 'no-label' ? 'success' : state === 'trouble' ? 'warning' : 'info'}
        title={title}
      />
      <Button look="primary" size="large" wide onPress={onDone}>
        {t('follow.done')}
      </Button>
    </section>
  );
}
