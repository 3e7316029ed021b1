import { itemPromoOf } from './item-promos.ts';
import type { BasketOutcome } from './layers.ts';
import { spendSaveFen, sumOver } from './layers.ts';
import type { LiveCampaign } from './model.ts';
import type { PreparedBasket, RuledOut } from './prepare.ts';
import type { NotApplied, NotAppliedCode, Unlock } from './schema/decision.ts';

interface Reason {
  readonly code: NotAppliedCode;
  readonly unlock?: Unlock;
}

/** What the search's answer says about the campaigns that did not save. */
export interface Answer {
  readonly prepared: PreparedBasket;
  readonly outcome: BasketOutcome;
  readonly couponsPerBasket: number;
}

function afterItemsFen(answer: Answer): number[] {
  const amounts = answer.prepared.lines.map((line) => line.listFen);
  for (const saving of answer.outcome.savings) {
    const { campaign } = saving.live.compiled;
    if (saving.live.couponId === undefined && campaign.kind !== 'spend-save') {
      amounts[saving.line] = (amounts[saving.line] ?? 0) - saving.amountFen;
    }
  }
  return amounts;
}

/** What is missing before a campaign can give anything, if that is what keeps it away. */
function missing(live: LiveCampaign, answer: Answer): Reason | undefined {
  const { campaign } = live.compiled;
  if (campaign.kind === 'spend-save') {
    const listFen = answer.prepared.lines.map((line) => line.listFen);
    const baseFen = sumOver(live.lines, campaign.base === 'list' ? listFen : afterItemsFen(answer));
    const [first] = [...campaign.tiers].sort((a, b) => a.spendFen - b.spendFen);
    if (!first || spendSaveFen(campaign, baseFen) > 0) return undefined;
    return { code: 'SPEND_NOT_REACHED', unlock: { needFen: first.spendFen - baseFen, saveFen: first.saveFen } };
  }
  if (campaign.kind !== 'buy-get') return undefined;
  const units = live.lines.reduce((sum, line) => sum + (answer.prepared.lines[line]?.quantity ?? 0), 0);
  const needUnits = campaign.buy + campaign.get - units;
  if (needUnits <= 0) return undefined;
  return { code: 'UNITS_NOT_REACHED', unlock: { needUnits, percentOffBp: campaign.percentOffBp } };
}

function reasonOf(live: LiveCampaign, answer: Answer, takenGroups: ReadonlySet<string>): Reason {
  const lacking = missing(live, answer);
  if (lacking) return lacking;
  const group = live.compiled.campaign.exclusiveGroup;
  if (group !== undefined && takenGroups.has(group)) return { code: 'EXCLUSIVE_GROUP_TAKEN' };
  const used = new Set(answer.outcome.savings.flatMap((saving) => saving.live.couponId ?? []));
  if (live.couponId !== undefined && used.size >= answer.couponsPerBasket) return { code: 'COUPON_LIMIT' };
  const { campaign } = live.compiled;
  const ownLayer = live.couponId === undefined && campaign.kind !== 'spend-save';
  // In the item layer a line that is free by now was made free by a rival; later layers find nothing left there.
  const free = !ownLayer && live.lines.every((line) => answer.outcome.lineFen[line] === 0);
  const worthless =
    campaign.kind !== 'spend-save' &&
    itemPromoOf(live, answer.prepared.lines).saveFen.every((saveFen) => saveFen === 0);
  if (free || worthless) return { code: 'NOTHING_LEFT_TO_SAVE' };
  return { code: 'OTHER_IS_BETTER' };
}

function fromRuledOut({ campaignId, couponId, code, compiled }: RuledOut): NotApplied {
  return {
    campaignId,
    code,
    ...(couponId === undefined ? {} : { couponId }),
    ...(compiled ? { name: compiled.campaign.name } : {}),
  };
}

/** Every campaign that touches the basket and every presented coupon that saved nothing, with its reason. */
export function notAppliedOf(answer: Answer): NotApplied[] {
  const { prepared, outcome } = answer;
  const applied = new Set(outcome.savings.map((saving) => saving.live));
  const takenGroups = new Set([...applied].flatMap((live) => live.compiled.campaign.exclusiveGroup ?? []));
  const idle = [...prepared.items, ...prepared.basket, ...prepared.coupons].filter((live) => !applied.has(live));
  return [
    ...idle.map((live) => ({
      campaignId: live.compiled.campaign.id,
      ...(live.couponId === undefined ? {} : { couponId: live.couponId }),
      name: live.compiled.campaign.name,
      ...reasonOf(live, answer, takenGroups),
    })),
    ...prepared.ruledOut.map(fromRuledOut),
  ];
}
