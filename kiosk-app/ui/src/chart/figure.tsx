import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export interface ChartFigureProps {
  /** The message, as a sentence: what the reader should take away. */
  title: string;
  /** Period, source, how sure. */
  note?: string | undefined;
  head: readonly string[];
  rows: readonly (readonly string[])[];
  children: ReactNode;
}

/** The frame of every chart: the message above, and the same figures as a table below, one touch away. */
export function ChartFigure({ title, note, head, rows, children }: ChartFigureProps): ReactElement {
  const { t } = useTranslation('ui');
  return (
    <figure className="tl-chart">
      <figcaption>
        <h3 className="tl-chart-title">{title}</h3>
        {note ? <p className="tl-chart-note">{note}</p> : null}
      </figcaption>
      <div aria-hidden>{children}</div>
      <details className="tl-chart-table">
        <summary>{t('showTable')}</summary>
        <table className="tl-table">
          <thead>
            <tr>
              {head.map((cell, column) => (
                <th key={cell} scope="col" data-align={column === 0 ? 'start' : 'end'}>
                  {cell}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.join('|')}>
                {row.map((cell, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a row's cells never move
                  <td key={column} data-align={column === 0 ? 'start' : 'end'}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
