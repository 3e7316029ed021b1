import type { HubAnswer } from '@tillside/hub-contract';
import { Lines, Loading } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useHub } from '../hub/use-hub.ts';
import { useStoreNames } from '../hub/use-store-names.ts';
import { ReadingNotice } from './trouble-notice.tsx';
import { useFormat } from './use-format.ts';

type Statement = HubAnswer<'pointsOf'>;
type Line = Statement['lines'][number];
/** Fewer points make no line. */
const LEAST_FOR_CHART = 3;

const word = (line: Line, key: string): string => (typeof line[key] === 'string' ? line[key] : '');

/** Read once: each reading is a look that the access log holds. */
export function PointsColumn({ id, reason }: { id: string; reason: string }): ReactElement {
  const { t } = useTranslation();
  const reading = useHub('pointsOf', { params: { memberId: id }, query: { reason } }, null);
  if (reading.value === undefined) return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading />;
  const { lines } = reading.value;
  return (
    <>
      <ReadingNotice reading={reading} />
      {lines.length >= LEAST_FOR_CHART ? <Balance statement={reading.value} /> : null}
      {lines.length === 0 ? (
        <p className="tl-second">{t('member.noLines')}</p>
      ) : (
        <StatementTable statement={reading.value} />
      )}
    </>
  );
}

function Balance({ statement: { lines, endingNext } }: { statement: Statement }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const day = (ms: number): string => format.day(new Date(ms).toISOString().slice(0, 10));
  const title =
    endingNext === null
      ? t('member.endingNone')
      : t('member.endingNext', { points: format.number(endingNext.points), date: day(endingNext.atMs) });
  const oldestFirst = [...lines].reverse();
  return (
    <Lines
      title={title}
      note={t('member.balanceNote')}
      labels={oldestFirst.map(({ atMs }) => day(atMs))}
      series={[{ name: t('member.balance'), values: oldestFirst.map(({ balance }) => Math.max(0, balance)) }]}
      format={(value) => format.number(value)}
      labelHead={t('member.day')}
    />
  );
}

function StatementTable({ statement: { lines, beforePoints } }: { statement: Statement }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useStoreNames();
  const signed = (points: number): string => `${points > 0 ? '+' : ''}${format.number(points)}`;
  const where = (line: Line): string => {
    const place = word(line, 'where');
    return place === 'hq' || place === '' ? t('member.hq') : names(place);
  };
  const what = (line: Line): string => {
    const of = word(line, 'of');
    return line.kind === 'reverse' && of !== '' ? t(`member.reverseOf.${of}`) : t(`member.kinds.${line.kind}`);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll np-statement" aria-label={t('member.statement')} tabIndex={0}>
      <table className="tl-table">
        <thead>
          <tr>
            <th scope="col">{t('member.day')}</th>
            <th scope="col">{t('member.what')}</th>
            <th scope="col">{t('member.where')}</th>
            <th scope="col" data-align="end">
              {t('member.change')}
            </th>
            <th scope="col" data-align="end">
              {t('member.balance')}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two lines may agree in all that is shown
            <tr key={`${line.atMs} ${index}`}>
              <td className="np-until">{format.when(new Date(line.atMs).toISOString())}</td>
              <td className="np-row-name">
                {what(line)}
                <small className="tl-second">{word(line, 'reason') || word(line, 'reference')}</small>
              </td>
              <td>{where(line)}</td>
              <td data-align="end">
                <strong>{signed(line.points)}</strong>
              </td>
              <td data-align="end">{format.number(line.balance)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {beforePoints === 0 ? null : (
        <p className="tl-second">{t('member.before', { points: format.number(beforePoints) })}</p>
      )}
    </section>
  );
}
