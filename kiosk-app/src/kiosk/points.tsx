import type { MemberHome, PointsStatement } from '@tillside/agent-contract';
import { Empty, formatLongDate, formatNumber, Loading, Notice, TicketIcon, useLocale } from '@tillside/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';
import { kindOf, newestLines, placeOf, type StatementLine } from '../shared/statement-lines.ts';
import { shopperWords } from './own-errors.ts';

/** Lines that a page of a kiosk shows; the phone page has more. */
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

function LineRow({ line }: { line: StatementLine }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const place = placeOf(line, { here: t('points.here'), hq: t('points.hq') });
  const date = formatLongDate(line.at, locale);
  return (
    <li>
      <span>{t(`points.line.${kindOf(line)}`)}</span>
      <span className="tl-second">{place === undefined ? date : `${place} · ${date}`}</span>
      <strong className="tl-number">{`${line.points > 0 ? '+' : ''}${formatNumber(line.points, locale)}`}</strong>
    </li>
  );
}

/** What moved a member's points; in this store alone while HQ is out of reach, which it says. */
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
  const { shown, before } = newestLines(statement, LINES_SHOWN);
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
          {shown.map((line) => (
            <LineRow key={`${line.at} ${line.kind} ${line.balance}`} line={line} />
          ))}
        </ol>
      )}
      {before === 0 ? null : (
        <p className="tl-second">
          {t(statement.isWhole ? 'points.before' : 'points.beforeHere', { points: formatNumber(before, locale) })}
        </p>
      )}
      {statement.isWhole ? null : <p>{t('points.away')}</p>}
    </div>
  );
}
