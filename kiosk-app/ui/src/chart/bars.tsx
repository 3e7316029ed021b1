import { Fragment, type ReactElement } from 'react';
import { ChartFigure } from './figure.tsx';
import { fromZero } from './scale.ts';

export interface Bar {
  label: string;
  /** Zero or more. */
  value: number;
  /** The bar the title speaks of. */
  isEmphasised?: boolean;
}

export interface BarsProps {
  title: string;
  note?: string;
  bars: readonly Bar[];
  format: (value: number) => string;
  /** Column heads of the table: what the labels are, what the values are. */
  head: readonly [string, string];
}

/** Lying bars from zero, each labelled directly. */
export function Bars({ title, note, bars, format, head }: BarsProps): ReactElement {
  const width = fromZero(
    bars.map((bar) => bar.value),
    78,
  );
  return (
    <ChartFigure title={title} note={note} head={head} rows={bars.map((bar) => [bar.label, format(bar.value)])}>
      <div className="tl-bars">
        {bars.map((bar) => (
          <Fragment key={bar.label}>
            <span className="tl-bar-label">{bar.label}</span>
            <span className="tl-bar-track">
              <span
                className="tl-bar"
                data-emphasis={bar.isEmphasised === true}
                style={{ width: `${width(bar.value)}%` }}
              />
              <span className="tl-bar-value">{format(bar.value)}</span>
            </span>
          </Fragment>
        ))}
      </div>
    </ChartFigure>
  );
}
