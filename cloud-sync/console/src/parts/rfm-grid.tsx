import type { SegmentRun } from '@tillside/hub-contract';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from './use-format.ts';

type Rfm = NonNullable<SegmentRun['rfm']>;

const FIVE = [1, 2, 3, 4, 5] as const;
const STEPS = 4;

/** Shares of the fullest cell in five steps, so that a glance finds where members are; the number in each cell says it without colour. */
const stepOf = (members: number, most: number): number =>
  members === 0 || most === 0 ? 0 : Math.max(1, Math.ceil((members / most) * STEPS));

export function RfmGrid({ grid, total }: { grid: Rfm['grid']; total: number }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const most = Math.max(...grid.map(({ members }) => members));
  const fullest = grid.find(({ members }) => members === most);
  const title =
    fullest === undefined
      ? t('segment.grid')
      : t('segment.gridTitle', {
          name: t(`segment.rfm.${fullest.segment}`),
          share: format.share(total === 0 ? 0 : most / total, 1),
        });
  return (
    <figure className="tl-chart">
      <figcaption>
        <h3 className="tl-chart-title">{title}</h3>
        <p className="tl-chart-note">{t('segment.gridNote')}</p>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section className="np-scroll" aria-label={t('segment.grid')} tabIndex={0}>
        <table className="np-heat">
          <thead>
            <tr>
              <th scope="col">{t('segment.corner')}</th>
              {FIVE.map((value) => (
                <th key={value} scope="col">
                  {t('segment.value', { score: value })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...FIVE].reverse().map((recency) => (
              <tr key={recency}>
                <th scope="row">{t('segment.recency', { score: recency })}</th>
                {grid
                  .filter((cell) => cell.recency === recency)
                  .map(({ value, segment, members }) => (
                    <td key={value} data-step={stepOf(members, most)}>
                      <strong>{format.share(total === 0 ? 0 : members / total, 1)}</strong>
                      <span>{t(`segment.rfm.${segment}`)}</span>
                    </td>
                  ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </figure>
  );
}
