import type { MemberHome, PointsStatement } from '@tillside/agent-contract';
import { Empty, formatLongDate, formatNumber, Loading, Notice, TicketIcon, useLocale } from '@tillside/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';
import { shopperWords } from './own-errors.ts';

/** Lines that a page of a kiosk shows; the phone page has them all. */
const LINES_SHOWN = 12;

/** What is to come of points, in a sentence each; nothing where nothing is. */
export function PointsAhead({ points }: { points: MemberHome['points'] }): ReactElement | null {
  const { t } = useTranslation();
  const locale = useLocale();
  const number = (count: number): string => formatNumber(count, locale);
  const { pending, owed, endingNext, availableNext } = points;
  const said = [
    ...(pending > 0
      ? [
          availableNext === undefined
            ? t('points.pending', { points: number(pending) })
            : t('points.pendingUntil', { points: number(pending), date: formatLongDate(availableNext.at, locale) }),
        ]
      : []),
    ...(endingNext === undefined
      ? []
      : [t('points.ending', { points: number(endingNext.points), date: formatLongDate(endingNext.at, locale) })]),
    ...(owed > 0 ? [t('points.owed', { points: number(owed) })] : []),
  ];
  if (said.length === 0) return null;
  return (
    <ul className="k-ahead tl-second">
      {said.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

type Line = PointsStatement['lines'][number];
const wordOf = ({ kind, of }: Line) => (kind === 'reverse' && of === 'burn' ? 'givenBack' : kind);

/** What moved a member's points in this store. */
export function Points({ client, visit }: { client: Client; visit: string }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [statement, setStatement] = useState<PointsStatement | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  useEffect(() => {
    let isHere = true;
    void client.call('ownStatement', { body: { code: visit } }).then((answer) => {
      if (!isHere) return;
      if (answer.ok) setStatement(answer.value);
      else setError(answer.error);
    });
    return () => {
      isHere = false;
    };
  }, [client, visit]);
  const words = error ? shopperWords(error, locale) : null;
  if (words) return <Notice kind="warning" title={words.title} todo={words.todo} code={words.code} />;
  if (statement === null) return <Loading what={t('loading')} />;
  const signed = (points: number): string => `${points > 0 ? '+' : ''}${formatNumber(points, locale)}`;
  return (
    <div className="k-mine">
      <h1 className="k-points-now">
        <strong className="tl-number">{formatNumber(statement.available, locale)}</strong> {t('home.points')}
      </h1>
      <PointsAhead points={statement} />
      {statement.lines.length === 0 ? (
        <Empty title={t('points.none')} icon={TicketIcon}>
          {t('points.noneText')}
        </Empty>
      ) : (
        <ol className="k-sales">
          {statement.lines.slice(0, LINES_SHOWN).map((line) => (
            <li key={`${line.at} ${line.kind} ${line.balance}`}>
              <span>{t(`points.line.${wordOf(line)}`)}</span>
              <span className="tl-second">{formatLongDate(line.at, locale)}</span>
              <strong className="tl-number">{signed(line.points)}</strong>
            </li>
          ))}
        </ol>
      )}
      {statement.beforePoints === 0 ? null : (
        <p className="tl-second">{t('points.before', { points: formatNumber(statement.beforePoints, locale) })}</p>
      )}
    </div>
  );
}
