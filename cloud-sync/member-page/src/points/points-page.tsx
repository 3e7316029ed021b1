import type { MyHome } from '@tillside/hub-contract';
import { Empty, formatDate, formatDateTime, formatNumber, Loading, useLocale } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../phone/hub.ts';
import type { KeptPhone } from '../phone/store.ts';
import { TroubleNotice } from '../trouble-notice.tsx';

type Line = MyHome['lines'][number];
const LONG_MS = 24 * 3_600_000;

export function PointsPage({ phone, trouble }: { phone: KeptPhone; trouble: Trouble | undefined }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  if (phone.home === null)
    return trouble === undefined ? <Loading what={t('points.reading')} /> : <TroubleNotice trouble={trouble} />;
  const { value: home, atMs } = phone.home;
  const number = (points: number): string => formatNumber(points, locale);
  return (
    <div className="m-points">
      <h1>
        <span className="m-label">{t('points.available')}</span>
        <strong className="m-big tl-number">{number(home.available)}</strong>
      </h1>
      <dl className="m-facts">
        {home.pending > 0 ? (
          <Fact
            name={t('points.pending')}
            value={number(home.pending)}
            note={
              home.availableNext === null
                ? undefined
                : t('points.pendingNote', {
                    points: number(home.availableNext.points),
                    day: formatDate(home.availableNext.atMs, locale),
                  })
            }
          />
        ) : null}
        {home.endingNext === null ? null : (
          <Fact
            name={t('points.ending')}
            value={number(home.endingNext.points)}
            note={t('points.endingNote', { day: dayOf(home.endingNext.atMs, locale) })}
          />
        )}
        {home.owed > 0 ? <Fact name={t('points.owed')} value={number(home.owed)} note={t('points.owedNote')} /> : null}
      </dl>
      {trouble === undefined ? null : <TroubleNotice trouble={trouble} asOf={formatDateTime(atMs, locale)} />}
      <section className="m-statement">
        <h2>{t('points.statement')}</h2>
        {home.lines.length === 0 ? (
          <Empty title={t('points.none')}>{t('points.noneHint')}</Empty>
        ) : (
          <ol>
            {home.lines.map((line) => (
              <StatementLine
                key={[line.kind, line.where, line.reference, line.atMs, line.balance].join(' ')}
                line={line}
                stores={home.stores}
              />
            ))}
            {home.beforePoints === 0 ? null : (
              <li className="m-line">
                <span className="m-line-what">{t('points.before')}</span>
                <span className="m-line-points tl-number">{number(home.beforePoints)}</span>
              </li>
            )}
          </ol>
        )}
        <p className="m-note">{t('points.late')}</p>
      </section>
    </div>
  );
}

function Fact({ name, value, note }: { name: string; value: string; note: string | undefined }): ReactElement {
  return (
    <div className="m-fact">
      <dt>{name}</dt>
      <dd>
        <strong className="tl-number">{value}</strong>
        {note === undefined ? null : <span className="m-note">{note}</span>}
      </dd>
    </div>
  );
}

function StatementLine({ line, stores }: { line: Line; stores: MyHome['stores'] }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { kind, of, points, where, atMs, availableAtMs } = line;
  const what =
    kind === 'reverse' ? t(`points.kind.${of === 'burn' ? 'givenBack' : 'takenBack'}`) : t(`points.kind.${kind}`);
  const place = where === 'hq' ? t('points.hq') : (stores[where] ?? where);
  const pending = availableAtMs !== undefined && availableAtMs > Date.now();
  return (
    <li className="m-line">
      <span className="m-line-what">
        <span>{what}</span>
        <span className="m-note">
          {place} · {atMs > Date.now() - LONG_MS * 300 ? formatDateTime(atMs, locale) : dayOf(atMs, locale)}
        </span>
        {pending ? (
          <span className="m-note">{t('points.from', { day: formatDate(availableAtMs, locale) })}</span>
        ) : null}
      </span>
      <span className="m-line-points tl-number" data-way={points > 0 ? 'in' : 'out'}>
        {points > 0 ? '+' : '−'}
        {formatNumber(Math.abs(points), locale)}
      </span>
    </li>
  );
}

/** With its year: a lot may live for years. */
const dayOf = (atMs: number, locale: 'zh-CN' | 'en'): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
  }).format(new Date(atMs));
