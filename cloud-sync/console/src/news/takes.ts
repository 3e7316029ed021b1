import type { TakeRow } from '@tillside/hub-contract';

export interface Taken {
  readonly shown: number;
  readonly added: number;
  readonly bought: number;
}

/** What made answers: a model, itself or standing in for another, or a rule. */
export interface Maker {
  readonly key: string;
  readonly source: TakeRow['source'];
  /** Of models alone: a rule may be named beside the model that it stood in for. */
  readonly modelId: string | null;
  readonly answers: number;
  /** All items, explored ones included. */
  readonly all: Taken;
  readonly explored: Taken;
  readonly firstDay: string;
}

const NONE: Taken = { shown: 0, added: 0, bought: 0 };
const plus = (a: Taken, b: Taken): Taken => ({
  shown: a.shown + b.shown,
  added: a.added + b.added,
  bought: a.bought + b.bought,
});

/** Share of what was shown that was bought; null where nothing was shown. */
export const takeRate = ({ shown, bought }: Taken): number | null => (shown === 0 ? null : bought / shown);

const isModel = (source: TakeRow['source']): boolean => source === 'model' || source === 'previous-model';
const keyOf = ({ source, modelId }: Pick<TakeRow, 'source' | 'modelId'>): string =>
  isModel(source) ? `${source} ${modelId ?? ''}` : source;

/** Who made answers, by how much each showed. */
export function makersOf(rows: readonly TakeRow[]): Maker[] {
  const makers = new Map<string, Maker>();
  for (const row of rows) {
    const key = keyOf(row);
    const { source, day } = row;
    const modelId = isModel(source) ? row.modelId : null;
    const held = makers.get(key) ?? { key, source, modelId, answers: 0, all: NONE, explored: NONE, firstDay: day };
    makers.set(key, {
      ...held,
      answers: held.answers + row.answers,
      all: plus(held.all, row),
      explored: row.explored ? plus(held.explored, row) : held.explored,
      firstDay: day.localeCompare(held.firstDay) < 0 ? day : held.firstDay,
    });
  }
  return [...makers.values()].sort((a, b) => b.all.shown - a.all.shown || a.key.localeCompare(b.key));
}

export const allOf = (makers: readonly Maker[]): Taken => makers.reduce((sum, { all }) => plus(sum, all), NONE);
export const exploredOf = (makers: readonly Maker[]): Taken =>
  makers.reduce((sum, { explored }) => plus(sum, explored), NONE);

const DAY_MS = 86_400_000;
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 'YYYY-MM-DD'.length);
/** The Monday of a day's week. */
const mondayOf = (day: string): string => {
  const ms = Date.parse(day);
  return dateOf(ms - ((new Date(ms).getUTCDay() + 6) % 7) * DAY_MS);
};

export type Step = 'day' | 'week';

/** Days, or Mondays, from one day to another, both included. */
export function pointsOf(from: string, to: string, step: Step): string[] {
  const points: string[] = [];
  const start = Date.parse(step === 'week' ? mondayOf(from) : from);
  for (let ms = start; ms <= Date.parse(to); ms += (step === 'week' ? 7 : 1) * DAY_MS) points.push(dateOf(ms));
  return points;
}

/** Fewer items say nothing of a rate. */
const MIN_OF_POINT = 30;

/** A maker's take rate at each point; null where too little was shown. */
export function ratesOf(
  rows: readonly TakeRow[],
  key: string,
  points: readonly string[],
  step: Step,
): (number | null)[] {
  const sums = new Map<string, Taken>();
  for (const row of rows) {
    if (keyOf(row) !== key) continue;
    const point = step === 'week' ? mondayOf(row.day) : row.day;
    sums.set(point, plus(sums.get(point) ?? NONE, row));
  }
  return points.map((point) => {
    const sum = sums.get(point);
    return sum === undefined || sum.shown < MIN_OF_POINT ? null : takeRate(sum);
  });
}

/** Items that each of two models has to have shown before their rates are held against each other. */
export const MIN_COMPARED = 1_000;

/** The model that came last, and the one before it; undefined where there are not two. */
export function replaced(makers: readonly Maker[]): { readonly next: Maker; readonly before: Maker } | undefined {
  const [next, before] = makers
    .filter(({ source }) => source === 'model')
    .sort((a, b) => b.firstDay.localeCompare(a.firstDay) || b.key.localeCompare(a.key));
  return next === undefined || before === undefined ? undefined : { next, before };
}
