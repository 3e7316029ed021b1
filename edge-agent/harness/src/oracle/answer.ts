import type { Any, Problem, SpendSave } from './problem.ts';
import type { Taken } from './spend.ts';

interface Units {
  readonly line: number;
  readonly units: number;
}
interface OfCampaign extends Units {
  /** Index of the problem's item campaign. */
  readonly campaign: number;
}

/** What some units of a line are taken for. */
export type StackTake = Units & { readonly as: 'stack'; readonly campaigns: readonly number[] };
export type TierTake = OfCampaign & { readonly as: 'tier'; readonly tier: number };
export type BuyGetTake = OfCampaign & { readonly as: 'buy' | 'get' };
export type RungTake = OfCampaign & { readonly as: 'rung'; readonly rung: number };
export type SlotTake = OfCampaign & { readonly as: 'slot'; readonly slot: number };
export type GroupTake = TierTake | BuyGetTake | RungTake | SlotTake;
export type Take = StackTake | GroupTake;

/** An answer: who takes which units, and which campaigns of the layers above apply. */
export interface Answer {
  readonly takes: readonly Take[];
  readonly spends: readonly SpendSave[];
}

/** What an answer is found to take, save and break. */
export interface Ledger {
  readonly problem: Problem;
  readonly taken: Taken[];
  readonly savedFen: Map<Any, number>;
  readonly faults: string[];
  /** Set where the rules leave open what the answer costs, or whether it is allowed. */
  unclear: boolean;
}

export function book(ledger: Ledger, campaign: Any, fen: number): void {
  ledger.savedFen.set(campaign, (ledger.savedFen.get(campaign) ?? 0) + fen);
}
