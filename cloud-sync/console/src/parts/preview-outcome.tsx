import { type CampaignPolicy, type Decision, explain, explainGift, explainPoints } from '@tillside/decide';
import { Price } from '@tillside/ui';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SAMPLE_BASKET } from '../draft/preview.ts';
import { useFormat } from './use-format.ts';

interface OutcomeProps {
  readonly decision: Decision;
  readonly objective: CampaignPolicy['objective'];
}

/** What the shopper pays, gets and earns, what is within reach, and how good the answer is. */
export function PreviewOutcome({ decision, objective }: OutcomeProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const certainty = useCertainty({ decision, objective });
  const near = decision.notApplied.filter(({ unlock }) => unlock !== undefined);
  const others = decision.notApplied.filter(({ unlock }) => unlock === undefined);
  return (
    <div className="np-outcome" aria-live="polite">
      <div className="np-outcome-total">
        <span className="np-kicker">{t('draft.pays')}</span>
        <Price priceFen={decision.payableFen} wasFen={decision.listFen} size="l" />
      </div>
      <dl className="np-facts">
        {decision.applied
          .filter(({ amountFen }) => amountFen > 0)
          .map((one) => (
            <Row key={`${one.campaignId} ${one.couponId ?? ''}`} name={format.said(one.name)} saved>
              −{format.money(one.amountFen)}
            </Row>
          ))}
        <Given decision={decision} />
        {near.map((one) => (
          <NotApplied key={`${one.campaignId} ${one.couponId ?? ''}`} one={one} lead={t('draft.near')} />
        ))}
        {others.map((one) => (
          <NotApplied key={`${one.campaignId} ${one.couponId ?? ''}`} one={one} lead={t('draft.whyNot')} />
        ))}
      </dl>
      <p className="tl-second np-small">{certainty}</p>
    </div>
  );
}

/** How good the answer is. */
function useCertainty({ decision, objective }: OutcomeProps): string {
  const { t } = useTranslation();
  const { money } = useFormat();
  if (objective === 'priority-order') return t('draft.byPriority');
  return decision.provenOptimal ? t('draft.proven') : t('draft.gap', { gap: money(decision.gapFen) });
}

interface RowProps {
  readonly name: string;
  readonly saved?: boolean;
  readonly second?: boolean;
  readonly children: ReactNode;
}

function Row({ name, saved = false, second = false, children }: RowProps): ReactElement {
  return (
    <div className={second ? 'np-fact-row tl-second' : 'np-fact-row'}>
      <dt>{name}</dt>
      <dd className={saved ? 'np-saved' : undefined}>{children}</dd>
    </div>
  );
}

/** Gifts, points, tax, and what cash would pay. */
function Given({ decision }: { readonly decision: Decision }): ReactElement {
  const { t } = useTranslation();
  const { locale, money, said } = useFormat();
  const { applied, gifts, points, taxFen, totalFen, payableFen, cash } = decision;
  const earned = explainPoints(points, locale);
  return (
    <>
      {gifts.map((gift) => {
        const by = applied.find(({ campaignId }) => campaignId === gift.campaignId);
        return (
          <Row key={gift.campaignId} name={by === undefined ? t('draft.gift') : said(by.name)}>
            {explainGift(gift, locale)}
          </Row>
        );
      })}
      {earned === undefined ? null : <Row name={t('draft.points')}>{earned}</Row>}
      {taxFen === 0 ? null : <Row name={t('draft.tax')}>{money(taxFen)}</Row>}
      {totalFen === payableFen ? null : <Row name={t('draft.total')}>{money(totalFen)}</Row>}
      {cash === undefined ? null : <Row name={t('draft.cash')}>{money(cash.totalFen)}</Row>}
    </>
  );
}

interface NotAppliedProps {
  readonly one: Decision['notApplied'][number];
  /** Within reach, or not used. */
  readonly lead: string;
}

function NotApplied({ one, lead }: NotAppliedProps): ReactElement {
  const { t } = useTranslation();
  const { locale, said } = useFormat();
  const name = one.name === undefined ? one.campaignId : said(one.name);
  return (
    <Row name={t('draft.named', { lead, name })} second>
      {explain(one, locale, (sku) => SAMPLE_BASKET.find((line) => line.sku === sku))}
    </Row>
  );
}
