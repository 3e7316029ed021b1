import { writeFileSync } from 'node:fs';
import { HarnessError } from '../errors.ts';
import type { Result } from '../output/schema.ts';

/** Tillside's colours: ours in jade, what it is held against in the second ink; the second metric of each is hatched. */
const PAPER = '#FBF7F0';
const INK = '#1C1A17';
const SECOND_INK = '#5E574D';
const LINE = '#E6DED1';
const JADE = '#0F766E';

const WIDTH = 800;
const NAME_WIDTH = 176;
const VALUE_WIDTH = 88;
const BAR_HEIGHT = 24;
const GROUP_GAP = 16;
const TOP = 96;

/** Writes bars of some metrics, case by case, from zero, each with its value. Throws HARNESS_DATA_MISSING where it can't. */
export function writePlot(path: string, title: string, results: readonly Result[], metrics: readonly string[]): void {
  try {
    writeFileSync(path, plotOf(title, results, metrics));
  } catch (error) {
    throw new HarnessError(
      'HARNESS_DATA_MISSING',
      `${path} can't be written: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
}

/** What the bars say, in words: the model's share of `what`, and that of the strongest of the others. */
export function headline(results: readonly Result[], metric: string, what: string): string {
  const shares = results
    .filter((result) => result.metric === metric && !result.case.includes('.'))
    .sort((left, right) => right.value - left.value)
    .map((result): [string, string] => [result.case, `${(100 * result.value).toFixed(1)} %`]);
  const ours = shares.find(([name]) => name === 'ours');
  const [name, share] = shares.find(([other]) => other !== 'ours') ?? [];
  const rival = name === undefined ? '' : `${name} ${share}`;
  if (ours === undefined) return `Ten suggestions find ${what}: ${rival}`;
  return `Ten suggestions find ${ours[1]} ${what}${rival === '' ? '' : `, ${rival}`}`;
}

/** @returns an SVG document */
export function plotOf(title: string, results: readonly Result[], metrics: readonly string[]): string {
  const cases = [...new Set(results.map((result) => result.case))].filter((name) => !name.includes('.'));
  const figureOf = (name: string, metric: string): number =>
    results.find((result) => result.case === name && result.metric === metric)?.value ?? 0;
  const most = Math.max(Number.MIN_VALUE, ...cases.flatMap((name) => metrics.map((metric) => figureOf(name, metric))));
  const groupHeight = metrics.length * BAR_HEIGHT + GROUP_GAP;
  const height = TOP + cases.length * groupHeight + GROUP_GAP;
  const bars = cases.map((name, row) => {
    const top = TOP + row * groupHeight;
    const middle = top + (metrics.length * BAR_HEIGHT) / 2;
    const label = `<text x="${NAME_WIDTH - 16}" y="${middle}" text-anchor="end" dominant-baseline="middle">${escaped(name)}</text>`;
    const lines = metrics.map((metric, place) => {
      const value = figureOf(name, metric);
      const width = round(((WIDTH - NAME_WIDTH - VALUE_WIDTH) * value) / most);
      const y = top + place * BAR_HEIGHT;
      return (
        `<rect x="${NAME_WIDTH}" y="${y + 2}" width="${width}" height="${BAR_HEIGHT - 4}" ${paintOf(name, place)}/>` +
        `<text x="${NAME_WIDTH + width + 8}" y="${y + BAR_HEIGHT / 2}" dominant-baseline="middle">${value.toFixed(4)}</text>`
      );
    });
    return [label, ...lines].join('\n');
  });
  const legend = metrics.map((metric, place) => (place === 0 ? metric : `${metric} (hatched)`)).join(', ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="Inter, 'Noto Sans SC', sans-serif" font-size="15" fill="${INK}">
<title>${escaped(title)}</title>
<defs>${[JADE, SECOND_INK].map(hatch).join('')}</defs>
<rect width="${WIDTH}" height="${height}" fill="${PAPER}"/>
<text x="24" y="40" font-size="19" font-weight="600">${escaped(title)}</text>
<text x="24" y="66" fill="${SECOND_INK}">${escaped(legend)}</text>
<path d="M${NAME_WIDTH} ${TOP - 8}V${height - GROUP_GAP}" stroke="${LINE}" stroke-width="2"/>
${bars.join('\n')}
</svg>
`;
}

function paintOf(name: string, place: number): string {
  const colour = name === 'ours' ? JADE : SECOND_INK;
  return place === 0 ? `fill="${colour}"` : `fill="url(#${idOf(colour)})" stroke="${colour}"`;
}

const idOf = (colour: string): string => `hatch-${colour.slice(1)}`;

const hatch = (colour: string): string =>
  `<pattern id="${idOf(colour)}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
  `<path d="M0 0V6" stroke="${colour}" stroke-width="3"/></pattern>`;

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
