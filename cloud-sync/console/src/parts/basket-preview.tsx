import type { CampaignSet, Decision } from '@tillside/decide';
import { Checkbox, Notice, Price } from '@tillside/ui';
import { type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { preview, previewInstant, SAMPLE_BASKET, type SampleLine } from '../draft/preview.ts';
import { type Format, useFormat } from './use-format.ts';

const DEMO_ZONE = 'Asia/Shanghai';

/** A till receipt that recomputes as the edition changes. */
export function BasketPreview({ set, storeId }: { set: CampaignSet; storeId: string }): ReactElement {
  const { t } = useTranslation();
  const [lines, setLines] = useState<readonly SampleLine[]>(SAMPLE_BASKET);
  const [isMember, setMember] = useState(true);
  const decision = useMemo(() => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || DEMO_ZONE;
    return preview(set, lines, { isMember, at: previewInstant(set, new Date()), zone, storeId });
  }, [set, lines, isMember, storeId]);
  const change = (sku: string, more: Partial<SampleLine>): void =>
    setLines(lines.map((line) => (line.sku === sku ? { ...line, ...more } : line)));
  return (
    <div className="np-preview">
      <p className="tl-second">{t('draft.previewLead')}</p>
      <PreviewLines lines={lines} decision={decision} onChange={change} />
      <Checkbox isSelected={isMember} onChange={setMember}>
        {t('draft.member')}
      </Checkbox>
      {decision === undefined ? (
        <Notice kind="warning" title={t('draft.badBasket')} />
      ) : (
        <Outcome decision={decision} />
      )}
    </div>
  );
}

function PreviewLines({
  lines,
  decision,
  onChange,
}: {
  lines: readonly SampleLine[];
  decision: Decision | undefined;
  onChange: (sku: string, more: Partial<SampleLine>) => void;
}): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll" aria-label={t('draft.preview')} tabIndex={0}>
      <table className="tl-table np-receipt">
        <thead>
          <tr>
            <th scope="col">{t('draft.line')}</th>
            <th scope="col" data-align="end">
              {t('draft.price')}
            </th>
            <th scope="col" data-align="end">
              {t('draft.quantity')}
            </th>
            <th scope="col" data-align="end">
              {t('draft.pays')}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => {
            const name = format.said(line);
            const decided = decision?.lines[index];
            return (
              <tr key={line.sku}>
                <th scope="row" className="np-row-name">
                  {name}
                  <small className="tl-second">
                    {line.department} / {line.category}
                  </small>
                </th>
                <td data-align="end">
                  <input
                    className="np-cell-input"
                    inputMode="decimal"
                    aria-label={`${name} ${t('draft.price')}`}
                    value={line.priceYuan}
                    onChange={(event) => onChange(line.sku, { priceYuan: event.target.value })}
                  />
                </td>
                <td data-align="end">
                  <input
                    className="np-cell-input"
                    inputMode="numeric"
                    aria-label={`${name} ${t('draft.quantity')}`}
                    value={line.quantity}
                    onChange={(event) => onChange(line.sku, { quantity: event.target.value })}
                  />
                </td>
                <td data-align="end">
                  {decided === undefined ? null : (
                    <Price
                      priceFen={decided.payableFen}
                      wasFen={decided.listFen}
                      size="s"
                      tone={decided.payableFen < decided.listFen ? 'offer' : 'plain'}
                    />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Outcome({ decision }: { decision: Decision }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = (name: { zh: string; en: string } | undefined): string =>
    name === undefined ? '' : format.said(name);
  return (
    <div className="np-outcome" aria-live="polite">
      <div className="np-outcome-total">
        <span className="np-kicker">{t('draft.pays')}</span>
        <Price priceFen={decision.payableFen} wasFen={decision.listFen} size="l" />
      </div>
      <dl className="np-facts">
        {decision.applied.map((one) => (
          <div key={`${one.campaignId} ${one.couponId ?? ''}`} className="np-fact-row">
            <dt>{nameOf(one.name)}</dt>
            <dd className="np-saved">−{format.money(one.amountFen)}</dd>
          </div>
        ))}
        {decision.notApplied.map((one) => (
          <div key={`${one.campaignId} ${one.couponId ?? ''}`} className="np-fact-row tl-second">
            <dt>
              {t('draft.whyNot')}: {nameOf(one.name)}
            </dt>
            <dd>
              {t(`draft.code.${one.code}`)}
              {unlockWords(one.unlock, t, format)}
            </dd>
          </div>
        ))}
      </dl>
      <p className="tl-second np-small">
        {decision.provenOptimal ? t('draft.proven') : t('draft.gap', { gap: format.money(decision.gapFen) })}
      </p>
    </div>
  );
}

type Unlock = Decision['notApplied'][number]['unlock'];

function unlockWords(unlock: Unlock, t: ReturnType<typeof useTranslation>['t'], format: Format): string {
  if (unlock?.needFen !== undefined) return t('draft.needFen', { amount: format.money(unlock.needFen) });
  if (unlock?.needUnits !== undefined) return t('draft.needUnits', { count: unlock.needUnits });
  return '';
}
