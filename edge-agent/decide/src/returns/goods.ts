import { allocateFen, cumulativeShareFen } from '../money.ts';
import { type Counts, type OpenSale, savedFen, shareFen } from './sale.ts';

/** Lines that groups of one or more campaigns tie together, and what each was paid if a group's saving lay on all its units. */
interface TiedLines {
  readonly paidFen: readonly number[];
  readonly fairFen: readonly number[];
}

export interface Goods {
  /** Share of what was paid. */
  readonly goodsFen: number;
  /** Part of it that is held back. */
  readonly heldBackFen: number;
}

/**
 * The money of returned units. A saving on the cheap units of a group was given for the dear ones: who returns the dear ones and keeps the
 * cheap ones gets the lower of what the units were paid and what they would have been paid, had the group's saving been shared out by list
 * price. The rest is held back until the others come back too. Both measures only grow with what is returned, and the lower of the two
 * does so too.
 */
export class GoodsRule {
  readonly #sale: OpenSale;
  readonly #tied: readonly TiedLines[];

  constructor(sale: OpenSale) {
    this.#sale = sale;
    this.#tied = tiedLines(sale);
  }

  of(counts: Counts): Goods {
    const goodsFen = shareFen(this.#sale, this.#sale.paidFen, counts);
    let heldBackFen = 0;
    for (const { paidFen, fairFen } of this.#tied) {
      const aboveFen = shareFen(this.#sale, paidFen, counts) - shareFen(this.#sale, fairFen, counts);
      heldBackFen += Math.max(0, aboveFen);
    }
    return { goodsFen, heldBackFen };
  }
}

/** Group campaigns of which a unit may save and another not. A bundle's saving lies on all its units as it is. */
const UNEVEN: ReadonlySet<string | undefined> = new Set(['buy-get', 'nth-item']);

function tiedLines(sale: OpenSale): TiedLines[] {
  const { decision, campaigns } = sale;
  const shiftFen = decision.lines.map(() => 0);
  const root = decision.lines.map((_, index) => index);
  const tied = new Set<number>();
  for (const { campaignId: id } of decision.applied) {
    if (!UNEVEN.has(campaigns.get(id)?.campaign.kind)) continue;
    const weights = takenListFen(sale, id);
    const inside = weights.flatMap((_, line) => (takes(sale, line, id) ? [line] : []));
    const saved = savedFen(decision.lines, id);
    const totalFen = saved.reduce((sum, fen) => sum + fen, 0);
    if (inside.length < 2 || totalFen === 0) continue;
    const shared = allocateFen(totalFen, weights);
    for (const line of inside) {
      shiftFen[line] = (shiftFen[line] ?? 0) + (saved[line] ?? 0) - (shared[line] ?? 0);
      tied.add(line);
      const [from, to] = [root[line], root[inside[0] ?? line]];
      root.forEach((one, index) => {
        if (one === from) root[index] = to ?? one;
      });
    }
  }
  return [...new Set([...tied].map((line) => root[line]))].map((component) => {
    const only = (fen: number, line: number): number => (root[line] === component ? fen : 0);
    return {
      paidFen: sale.paidFen.map(only),
      fairFen: sale.paidFen.map((fen, line) => only(Math.max(0, fen + (shiftFen[line] ?? 0)), line)),
    };
  });
}

const takes = ({ decision }: OpenSale, line: number, campaignId: string): boolean =>
  decision.lines[line]?.adjustments.some((one) => one.campaignId === campaignId) ?? false;

/** List amounts of the units that a campaign took, line by line; those that saved nothing stand in the decision with an amount of 0. */
const takenListFen = ({ decision }: OpenSale, campaignId: string): number[] =>
  decision.lines.map(({ adjustments, listFen, quantity }) => {
    const units = adjustments.reduce((sum, one) => sum + (one.campaignId === campaignId ? one.units : 0), 0);
    return cumulativeShareFen(listFen, Math.min(units, quantity), quantity);
  });
