import type { LifecycleState, SegmentRules } from '@tillside/hub-contract';
import { DAY_MS, daysSince, type MemberActivity } from './activity.ts';

interface Limits {
  readonly riskDays: number;
  readonly lostDays: number;
}

type Rules = Pick<SegmentRules, 'mode' | 'newDays' | 'riskDays' | 'lostDays' | 'wonBackDays' | 'rhythm'>;

/** Days without a purchase after which somebody with these orders between these instants is at risk and lost. */
function limitsOf(orders: number, fromMs: number, toMs: number, rules: Rules): Limits {
  const { mode, riskDays, lostDays, rhythm } = rules;
  if (mode === 'chain-days' || orders < rhythm.orders) return { riskDays, lostDays };
  const meanGap = (toMs - fromMs) / DAY_MS / (orders - 1);
  const gap = Math.min(Math.max(meanGap, rhythm.leastDays), rhythm.mostDays);
  return { riskDays: gap * rhythm.riskTimes, lostDays: gap * rhythm.lostTimes };
}

/**
 * The state of a member at `asOfMs`; the first that holds of: lost, at risk, won back, new, active. Won back: before the last purchase the member was lost by the rhythm until then. Pure.
 */
export function lifecycleOf(activity: MemberActivity, rules: Rules, asOfMs: number): LifecycleState {
  const { firstAt, lastAt, previousAt, orders } = activity;
  const [firstMs, lastMs] = [Date.parse(firstAt), Date.parse(lastAt)];
  const silentDays = daysSince(lastAt, asOfMs);
  const now = limitsOf(orders, firstMs, lastMs, rules);
  if (silentDays > now.lostDays) return 'lost';
  if (silentDays > now.riskDays) return 'at-risk';
  if (previousAt !== null && silentDays <= rules.wonBackDays) {
    const previousMs = Date.parse(previousAt);
    const then = limitsOf(orders - 1, firstMs, previousMs, rules);
    if ((lastMs - previousMs) / DAY_MS > then.lostDays) return 'won-back';
  }
  return daysSince(firstAt, asOfMs) <= rules.newDays ? 'new' : 'active';
}
