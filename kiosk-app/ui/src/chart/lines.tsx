import type { ReactElement } from 'react';
import { ChartFigure } from './figure.tsx';
import { fromZero, roundAbove, spread } from './scale.ts';

export interface Series {
  name: string;
  /** One value for each of the chart's labels; null where there is none. */
  values: readonly (number | null)[];
}

export interface LinesProps {
  title: string;
  note?: string;
  /** Names of the points along x, oldest first. */
  labels: readonly string[];
  /** At most three read well; more are drawn alike. */
  series: readonly Series[];
  format: (value: number) => string;
  /** Column head of the labels in the table. */
  labelHead: string;
}

const WIDTH = 640;
const HEIGHT = 220;
const PLOT = { left: 4, right: 520, top: 16, bottom: 190 };
/** Dashes differ besides the colours, so that the lines can be told apart without colour. */
const STROKES = [
  { color: 'var(--series-1)', dash: undefined },
  { color: 'var(--series-2)', dash: '7 4' },
  { color: 'var(--series-3)', dash: '2 4' },
] as const;
const REST = { color: 'var(--series-rest)', dash: undefined } as const;

function linePath(
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let isOpen = false;
  values.forEach((value, index) => {
    if (value === null) {
      isOpen = false;
      return;
    }
    path += `${isOpen ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    isOpen = true;
  });
  return path;
}

/** Lines over time from a zero base line, each named at its end instead of in a legend. */
export function Lines({ title, note, labels, series, format, labelHead }: LinesProps): ReactElement {
  const top = roundAbove(Math.max(0, ...series.flatMap((one) => one.values.map((value) => value ?? 0))));
  const up = fromZero([top], PLOT.bottom - PLOT.top);
  const x = (index: number): number =>
    PLOT.left + (labels.length < 2 ? 0 : (index / (labels.length - 1)) * (PLOT.right - PLOT.left));
  const y = (value: number): number => PLOT.bottom - up(value);
  const ends = series.map((one) => one.values.findLast((value) => value !== null) ?? 0);
  const nameY = spread(ends.map(y), 32);
  const rows = labels.map((label, index) => [
    label,
    ...series.map((one) => {
      const value = one.values[index];
      return value === null || value === undefined ? '–' : format(value);
    }),
  ]);
  return (
    <ChartFigure title={title} note={note} head={[labelHead, ...series.map((one) => one.name)]} rows={rows}>
      <svg className="tl-line-plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <line x1={PLOT.left} x2={PLOT.right} y1={PLOT.top} y2={PLOT.top} stroke="var(--line)" />
        <text x={PLOT.left} y={PLOT.top - 4}>
          {format(top)}
        </text>
        <line x1={PLOT.left} x2={PLOT.right} y1={PLOT.bottom} y2={PLOT.bottom} stroke="var(--ink)" strokeWidth="1.5" />
        {series.map((one, index) => {
          const stroke = STROKES[index] ?? REST;
          const end = ends[index] ?? 0;
          return (
            <g key={one.name}>
              <path
                d={linePath(one.values, x, y)}
                fill="none"
                stroke={stroke.color}
                strokeWidth="2.5"
                strokeDasharray={stroke.dash}
                strokeLinejoin="round"
              />
              <text
                className="tl-line-name"
                x={PLOT.right + 10}
                y={(nameY[index] ?? 0) + 4}
                style={{ fill: stroke.color }}
              >
                {one.name}
              </text>
              <text x={PLOT.right + 10} y={(nameY[index] ?? 0) + 19}>
                {format(end)}
              </text>
            </g>
          );
        })}
        <text x={PLOT.left} y={HEIGHT - 10}>
          {labels[0]}
        </text>
        {labels.length > 1 ? (
          <text x={PLOT.right} y={HEIGHT - 10} textAnchor="end">
            {labels.at(-1)}
          </text>
        ) : null}
      </svg>
    </ChartFigure>
  );
}
