import { type CarriedPoints, type Lot, MAX_LOTS } from './state.ts';

/** A lot while the fold runs. */
export interface OpenLot {
  readonly lotId: string;
  points: number;
  /** When it may be spent; -Infinity once it may. */
  fromMs: number;
  /** Infinity: never. */
  readonly untilMs: number;
}

export const isPending = ({ fromMs }: OpenLot): boolean => fromMs !== -Infinity;

/** The first to end first; of those the first to be spendable, then by id, so that every node takes the same. */
export const bySpending = (a: OpenLot, b: OpenLot): number => {
  if (a.untilMs !== b.untilMs) return a.untilMs < b.untilMs ? -1 : 1;
  if (a.fromMs !== b.fromMs) return a.fromMs < b.fromMs ? -1 : 1;
  return a.lotId < b.lotId ? -1 : a.lotId > b.lotId ? 1 : 0;
};

export const toLot = ({ lotId, points, fromMs, untilMs }: OpenLot): Lot => ({
  lotId,
  points,
  availableAtMs: Number.isFinite(fromMs) ? fromMs : null,
  expiresAtMs: Number.isFinite(untilMs) ? untilMs : null,
});

export const fromLot = ({ lotId, points, availableAtMs, expiresAtMs }: Lot): OpenLot => ({
  lotId,
  points,
  fromMs: availableAtMs ?? -Infinity,
  untilMs: expiresAtMs ?? Infinity,
});

/**
 * A state to hand over, of at most MAX_LOTS lots. More are told as one for each end; where there are more ends than that, the last of them as one that is spendable
 * with the last and ends with the first of them: who goes by it may let less be spent than there is, never more.
 */
export function carriedOf({ lots, owed }: { readonly lots: readonly Lot[]; readonly owed: number }): CarriedPoints {
  if (lots.length <= MAX_LOTS) return { lots: [...lots], debt: owed };
  const byEnd = new Map<string, Lot>();
  for (const lot of lots) {
    const end = `${lot.availableAtMs} ${lot.expiresAtMs}`;
    const held = byEnd.get(end);
    byEnd.set(end, held === undefined ? lot : { ...held, points: held.points + lot.points });
  }
  const merged = [...byEnd.values()];
  if (merged.length <= MAX_LOTS) return { lots: merged, debt: owed };
  const kept = merged.slice(0, MAX_LOTS - 1);
  const rest = merged.slice(MAX_LOTS - 1);
  const availableAtMs = rest.reduce((last: number | null, lot) => laterOf(last, lot.availableAtMs), null);
  const points = rest.reduce((sum, lot) => sum + lot.points, 0);
  const one = rest.slice(0, 1).map((lot) => ({ ...lot, points, availableAtMs }));
  return { lots: [...kept, ...one], debt: owed };
}

const laterOf = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
