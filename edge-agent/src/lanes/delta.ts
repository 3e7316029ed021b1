import type { BasketDelta } from '@tillside/agent-contract';
import type { Decision } from '@tillside/decide';
import type { StoredLine } from './basket.ts';

/** What was last shown of a basket, as far as the next change is compared with it. */
export interface Shown {
  /** Fen by line id. */
  readonly payableFen: Readonly<Record<string, number>>;
  readonly totalFen: number;
  readonly savingsFen: number;
  /** Campaigns that gave something. */
  readonly applied: readonly string[];
}

/** Of a basket that was never shown. */
export const NOTHING_SHOWN: Shown = { payableFen: {}, totalFen: 0, savingsFen: 0, applied: [] };

export const shownOf = ({ lines, payableFen, savingsFen, applied }: Decision): Shown => ({
  payableFen: Object.fromEntries(lines.map((line) => [line.lineId, line.payableFen])),
  totalFen: payableFen,
  savingsFen,
  applied: [...new Set(applied.map(({ campaignId }) => campaignId))],
});

/** A basket's lines and what was shown of them. */
export interface Scene {
  readonly lines: readonly StoredLine[];
  readonly shown: Shown;
}

/**
 * What a change did, lines whose price moved with it included: who applies the deltas of a basket one after the other, from its opening on, has what is shown of it now.
 * Lines that went come first; the rest stand in the basket's order.
 */
export function deltaOf(before: Scene, now: Scene): BasketDelta {
  const old = new Map(before.lines.map((stored) => [stored.line.lineId, stored]));
  const left = new Set(now.lines.map(({ line }) => line.lineId));
  const fen = (scene: Scene, lineId: string): number => scene.shown.payableFen[lineId] ?? 0;
  const entry = ({ line }: StoredLine, change: BasketDelta['lines'][number]['change']) => ({
    lineId: line.lineId,
    sku: line.sku,
    name: line.name,
    change,
    quantity: change === 'removed' ? 0 : line.quantity,
    payableFen: { before: fen(before, line.lineId), now: fen(now, line.lineId) },
  });
  const gone = before.lines.filter(({ line }) => !left.has(line.lineId)).map((stored) => entry(stored, 'removed'));
  const stayed = now.lines.flatMap((stored) => {
    const earlier = old.get(stored.line.lineId);
    if (earlier === undefined) return [entry(stored, 'added')];
    const changed = entry(stored, 'changed');
    const isSame = changed.payableFen.before === changed.payableFen.now && isSameGoods(earlier, stored);
    return isSame ? [] : [changed];
  });
  const applied = new Set(before.shown.applied);
  return {
    lines: [...gone, ...stayed],
    payableFen: { before: before.shown.totalFen, now: now.shown.totalFen },
    savingsFen: { before: before.shown.savingsFen, now: now.shown.savingsFen },
    applied: now.shown.applied.filter((campaignId) => !applied.has(campaignId)),
    lost: before.shown.applied.filter((campaignId) => !now.shown.applied.includes(campaignId)),
  };
}

/** Whether a line still says the same to a shopper, its price apart. */
const isSameGoods = ({ line: one }: StoredLine, { line: other }: StoredLine): boolean =>
  one.sku === other.sku &&
  one.quantity === other.quantity &&
  one.weightGrams === other.weightGrams &&
  one.unitPriceFen === other.unitPriceFen &&
  one.name.zh === other.name.zh &&
  one.name.en === other.name.en;
