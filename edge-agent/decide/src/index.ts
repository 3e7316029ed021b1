/** Pure decisions: what a basket costs, why, and what to show beside it. Till, kiosk, label and HQ's preview run this same code. */
export { type AgeVerdict, judgeAge } from './age.ts';
export { CatalogueItem, parseCatalogue } from './authoring/catalogue.ts';
export { checkCampaignSet } from './authoring/check.ts';
export { AUTHORING_FINDINGS, type Finding, type FindingCode } from './authoring/finding.ts';
export type { Severity } from './authoring/texts/text.ts';
export { type CompiledCampaigns, compileCampaigns, selectorsOf } from './compile.ts';
export * from './consent-texts.ts';
export * from './content-card.ts';
export { decide } from './decide.ts';
export { DECIDE_ERRORS, type DecideError, type DecideErrorCode, type ParseResult } from './errors.ts';
export { explain, explainGift, explainPoints, explainReason, KIND_NAMES, type SkuNames } from './explain.ts';
export * from './ledger/accounts.ts';
export { giveBackEnd, lotEnds } from './ledger/ends.ts';
export * from './ledger/entries.ts';
export * from './ledger/entry.ts';
export * from './ledger/fold.ts';
export { carriedOf } from './ledger/lots.ts';
export { type LedgerPart, newestPart } from './ledger/part.ts';
export * from './ledger/rules.ts';
export * from './ledger/set.ts';
export * from './ledger/state.ts';
export * from './ledger/statement.ts';
export { DECIDE_LIMITS } from './limits.ts';
export * from './member-code.ts';
export { allocateFen, formatFen, MONEY_RULE, weighedAmountFen } from './money.ts';
export { phoneOf } from './phone.ts';
export { DEFAULT_POINTS } from './points.ts';
export { closedToPerson } from './prepare.ts';
export {
  DEFAULT_PER_CATEGORY,
  RANK_POLICY,
  type RankDraws,
  type RankOptions,
  rankRecommendations,
} from './rank.ts';
export * from './rank-rules.ts';
export { saleSetOf } from './returns/campaigns.ts';
export { exchangeFor } from './returns/exchange.ts';
export { refundFor, returnFor } from './returns/settle.ts';
export * from './returns/types.ts';
export * from './schema/basket.ts';
export * from './schema/campaign.ts';
export * from './schema/common.ts';
export * from './schema/decision.ts';
export { lineListFen, parseBasket, parseCampaignSet, parseDecisionContext } from './schema/parse.ts';
export * from './schema/recommendation.ts';
export * from './tier-progress.ts';
export * from './tiers.ts';
export { isKnownZone, wallClockAt } from './time.ts';
export { roundCash } from './totals.ts';
export { confirmUnlocks, type ItemFacts, type UnlockOptions } from './unlock.ts';
