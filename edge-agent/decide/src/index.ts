/** Pure decisions: what a basket costs, why, and what to show beside it. Till, kiosk, label and HQ's preview run this same code. */
export { DECIDE_LIMITS } from './limits.ts';
export * from './schema/basket.ts';
export * from './schema/campaign.ts';
export * from './schema/common.ts';
export * from './schema/decision.ts';
export * from './schema/recommendation.ts';
