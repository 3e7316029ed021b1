import { LIFECYCLE_STATES, type LifecycleState, type SegmentRun } from '@tillside/hub-contract';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from './use-format.ts';

type Whole = Pick<SegmentRun, 'members' | 'spentFen'>;
type Share = Pick<SegmentRun, 'members' | 'orders' | 'spentFen'>;
/** Stores shown at first; the others are one touch away. */
const STORES_SHOWN = 12;

const part = (some: number, all: number): number => (all === 0 ? 0 : some / all);

function Scroll({ label, children }: { label: string; children: ReactNode }): ReactElement {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

function ShareHeads(): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      {(['members', 'share', 'spend', 'perMember'] as const).map((key) => (
        <th key={key} scope="col" data-align="end">
          {t(`segment.${key}`)}
        </th>
      ))}
    </>
  );
}

function ShareCells({ share, whole }: { share: Share; whole: Whole }): ReactElement {
  const format = useFormat();
  return (
    <>
      <td data-align="end">{format.number(share.members)}</td>
      <td data-align="end">{format.share(part(share.members, whole.members), 1)}</td>
      <td data-align="end">
        <strong>{format.share(part(share.spentFen, whole.spentFen), 1)}</strong>
      </td>
      <td data-align="end">{share.members === 0 ? '–' : format.money(Math.round(share.spentFen / share.members))}</td>
    </>
  );
}

export function SegmentTable({
  segments,
  whole,
}: {
  segments: NonNullable<SegmentRun['rfm']>['segments'];
  whole: Whole;
}): ReactElement {
  const { t } = useTranslation();
  return (
    <Scroll label={t('segment.named')}>
      <table className="tl-table">
        <thead>
          <tr>
            <th scope="col">{t('segment.what')}</th>
            <ShareHeads />
            <th scope="col">{t('segment.todo')}</th>
          </tr>
        </thead>
        <tbody>
          {segments.map((share) => (
            <tr key={share.segment}>
              <th scope="row" className="np-row-name">
                {t(`segment.rfm.${share.segment}`)}
                <small className="tl-second">rfm-{share.segment}</small>
              </th>
              <ShareCells share={share} whole={whole} />
              <td>{t(`segment.rfmTodo.${share.segment}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

export function GroupTable({
  clusters,
  whole,
}: {
  clusters: NonNullable<SegmentRun['clusters']>;
  whole: Whole;
}): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const groups = [...clusters.groups].sort((a, b) => b.spentFen - a.spentFen);
  const tried = clusters.tried.map(({ k }) => k);
  return (
    <>
      <p className="tl-second">
        {t('segment.clustersNote', { k: clusters.k, least: tried[0] ?? clusters.k, most: tried.at(-1) ?? clusters.k })}
      </p>
      <Scroll label={t('segment.clusters')}>
        <table className="tl-table">
          <thead>
            <tr>
              <th scope="col">{t('segment.group')}</th>
              <ShareHeads />
              <th scope="col">{t('segment.centre')}</th>
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <tr key={group.id}>
                <th scope="row" className="np-row-name">
                  {format.said(group.words)}
                  <small className="tl-second">{group.id}</small>
                </th>
                <ShareCells share={group} whole={whole} />
                <td className="np-centre">
                  {t('segment.centreWords', {
                    days: format.number(Math.round(group.centre.recencyDays)),
                    count: Math.round(group.centre.orders),
                    basket: format.yuan(group.centre.basketFen),
                  })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

interface StoreLine {
  readonly key: string;
  readonly name: string;
  readonly members: number;
  /** Share of them who still come. */
  readonly staying: number;
  /** Members in each state of the lifecycle. */
  readonly states: Readonly<Partial<Record<LifecycleState, number>>>;
}

export function StoreTable({ rows, more }: { rows: readonly StoreLine[]; more: number }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const rest = rows.slice(STORES_SHOWN);
  const table = (some: readonly StoreLine[]): ReactElement => (
    <table className="tl-table">
      <thead>
        <tr>
          <th scope="col">{t('segment.store')}</th>
          <th scope="col" data-align="end">
            {t('segment.members')}
          </th>
          <th scope="col" data-align="end">
            {t('segment.staying')}
          </th>
          {LIFECYCLE_STATES.map((state) => (
            <th key={state} scope="col" data-align="end">
              {t(`segment.states.${state}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {some.map(({ key, name, members, staying, states }) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            <td data-align="end">{format.number(members)}</td>
            <td data-align="end">{format.share(staying, 1)}</td>
            {LIFECYCLE_STATES.map((state) => (
              <td key={state} data-align="end">
                {format.number(states[state] ?? 0)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
  return (
    <>
      <p className="tl-second">{t('segment.storesNote')}</p>
      <Scroll label={t('segment.stores')}>{table(rows.slice(0, STORES_SHOWN))}</Scroll>
      {rest.length > 0 ? (
        <details>
          <summary>{t('segment.moreStores', { count: rest.length + more })}</summary>
          {table(rest)}
        </details>
      ) : null}
    </>
  );
}
