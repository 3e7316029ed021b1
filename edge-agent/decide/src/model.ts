import type { CompiledCampaign } from './compile.ts';
import type { BasketLine } from './schema/basket.ts';

/** A basket line ready for the search. Lines stand in the order of their ids; `unitFen` is the list price of one unit. */
export interface PreparedLine {
  readonly line: BasketLine;
  readonly unitFen: number;
  readonly quantity: number;
  readonly listFen: number;
}

/** A live campaign that touches the basket. `lines` are indices of prepared lines, rising. */
export interface LiveCampaign {
  readonly compiled: CompiledCampaign;
  readonly lines: readonly number[];
  /** The coupon that lets it act, for a campaign that requires one. */
  readonly couponId?: string;
}

/** An item-layer campaign as the search sees it. `saveFen[line]` is what one discounted unit of that line saves. */
export interface ItemPromo {
  readonly live: LiveCampaign;
  readonly saveFen: readonly number[];
  /** Units (for groups: units of whole groups) that it may spend in this basket. */
  readonly maxUnits: number;
  /** Units of a group and how many of them, the cheapest, are discounted; absent for a saving on each unit by itself. */
  readonly group?: { readonly size: number; readonly get: number };
}

/** A saving of one campaign on one line. */
export interface Saving {
  readonly live: LiveCampaign;
  readonly line: number;
  readonly amountFen: number;
  readonly units: number;
}

/** The item layer's answer: what each line still costs, and through which savings. */
export interface ItemOutcome {
  readonly afterFen: readonly number[];
  readonly savings: readonly Saving[];
  readonly savedFen: number;
}

/**
 * Counts the search's work down in steps of its inner loops (a threshold looked at, a promo summed, a line of an outcome worked out), so
 * that the limit bounds real cost and the same inputs stop at the same place. `spend` is false once the limit is reached.
 */
export class WorkBudget {
  private readonly whole: WorkBudget | undefined;
  private own: number;

  constructor(steps: number, whole?: WorkBudget) {
    this.own = steps;
    this.whole = whole;
  }

  get left(): number {
    return this.whole ? Math.min(this.own, this.whole.left) : this.own;
  }

  spend(steps: number): boolean {
    if (this.own <= 0) return false;
    this.own -= steps;
    return this.whole ? this.whole.spend(steps) : true;
  }

  /** A part of this budget: at most `steps`, and never more than the whole has left. */
  share(steps: number): WorkBudget {
    return new WorkBudget(steps, this);
  }
}
