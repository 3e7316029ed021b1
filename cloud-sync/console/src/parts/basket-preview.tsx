import type { CampaignSet, Decision } from '@tillside/decide';
import { Checkbox, Notice, Price } from '@tillside/ui';
import { type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PREVIEW_POINTS, preview, previewInstant, SAMPLE_BASKET, type SampleLine } from '../draft/preview.ts';
import { goodsOf } from '../words/goods.ts';
import { PreviewOutcome } from './preview-outcome.tsx';
import { useFormat } from './use-format.ts';

const DEMO_ZONE = 'Asia/Shanghai';

/** A till receipt that recomputes as the edition changes. */
export function BasketPreview({ set, storeId }: { set: CampaignSet; storeId: string }): ReactElement {
  const { t } = useTranslation();
  const [lines, setLines] = useState<readonly SampleLine[]>(SAMPLE_BASKET);
  const [isMember, setMember] = useState(true);
  const [isBirthday, setBirthday] = useState(false);
  const [paysWithPoints, setPaysWithPoints] = useState(false);
  const decision = useMemo(() => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || DEMO_ZONE;
    return preview(set, lines, {
      isMember,
      isBirthday,
      paysWithPoints,
      at: previewInstant(set, new Date()),
      zone,
      storeId,
    });
  }, [set, lines, isMember, isBirthday, paysWithPoints, storeId]);
  const change = (sku: string, more: Partial<SampleLine>): void =>
    setLines(lines.map((line) => (line.sku === sku ? { ...line, ...more } : line)));
  return (
    <div className="np-preview">
      <p className="tl-second">{t('draft.previewLead')}</p>
      <PreviewLines lines={lines} decision={decision} onChange={change} />
      <Checkbox isSelected={isMember} onChange={setMember}>
        {t('draft.member')}
      </Checkbox>
      {isMember ? (
        <Checkbox isSelected={paysWithPoints} onChange={setPaysWithPoints}>
          {t('draft.paysWithPoints', { points: PREVIEW_POINTS })}
        </Checkbox>
      ) : null}
      {isMember && set.campaigns.some(({ audience }) => audience?.birthdayDays !== undefined) ? (
        <Checkbox isSelected={isBirthday} onChange={setBirthday}>
          {t('draft.isBirthday')}
        </Checkbox>
      ) : null}
      {decision === undefined ? (
        <Notice kind="warning" title={t('draft.badBasket')} />
      ) : (
        <PreviewOutcome decision={decision} objective={set.policy.objective} />
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
                    {format.said(goodsOf(line.department))} / {format.said(goodsOf(line.category))}{' '}
                    <code className="np-keys">
                      {line.department} / {line.category}
                    </code>
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
