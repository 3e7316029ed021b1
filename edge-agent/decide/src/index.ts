/** Pure decisions: what a basket costs, why, and what to show beside it. Till, kiosk, label and HQ's preview run this same code. */
export { type CompiledCampaigns, compileCampaigns } from './compile.ts';
export { decide } from './decide.ts';
export { DECIDE_ERRORS, type DecideError, type DecideErrorCode, type ParseResult } from './errors.ts';
export { explain, explainReason } from './explain.ts';
export { DECIDE_LIMITS } from './limits.ts';
export { allocateFen, formatFen, MONEY_RULE, weighedAmountFen } from './money.ts';
export { DEFAULT_PER_CATEGORY, type RankOptions, rankRecommendations } from './rank.ts';
export { type RefundLine, type RefundResult, type ReturnedUnits, refundFor } from './refund.ts';
export * from './schema/basket.ts';
export * from './schema/campaign.ts';
export * from './schema/common.ts';
export * from './schema/decision.ts';
export { lineListFen, parseBasket, parseCampaignSet, parseDecisionContext } from './schema/parse.ts';
export * from './schema/recommendation.ts';
