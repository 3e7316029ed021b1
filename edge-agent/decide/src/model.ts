import type { CompiledCampaign } from './compile.ts';
import type { BasketLine } from './schema/basket.ts';

/** A basket line ready for the search. Lines stand in the order of their ids; `unitFen` is the list price of one unit. */
export interface PreparedLine {
  readonly line: BasketLine;
  readonly unitFen: number;
  readonly quantity: number;
  readonly listFen: number;
}

/** A live campaign that touches the basket. `lines` are indices of prepared lines, rising; `roles` says what a unit of each may be. */
export interface LiveCampaign {
  readonly compiled: CompiledCampaign;
  readonly lines: readonly number[];
  readonly roles: readonly (readonly number[])[];
  /** The coupon that lets it act, for a campaign that requires one. */
  readonly couponId?: string;
  /** What is left of its budget; infinite without one. */
  readonly budgetFen: number;
}

/** A saving of one campaign on one line. */
export interface Saving {
  readonly live: LiveCampaign;
  readonly line: number;
  readonly amountFen: number;
  readonly units: number;
}

/** How units of one line may be taken in the item layer: by one campaign in a role, or by a stack of campaigns. */
export interface Claim {
  readonly line: number;
  /** The campaigns that take the unit, in the order in which they act. */
  readonly live: readonly LiveCampaign[];
  /** What each of them saves on a unit. Empty parts (0) for bundles with a price or an amount: those are worked out together. */
  readonly partsFen: readonly number[];
  readonly saveFen: number;
  /** Place in a group: 0 for units that are paid in full, then one for each discounted place; a bundle's slot; a bulk price's tier. */
  readonly role: number;
}

/** A claim with the number of units that it takes. */
export interface Take {
  readonly claim: Claim;
  readonly units: number;
}

/** A choice of everything: which units are taken, and which campaigns of the basket and coupon layers act. */
export interface Plan {
  readonly takes: readonly Take[];
  readonly wide: readonly LiveCampaign[];
}
