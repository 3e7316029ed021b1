import { type DecideError, type DecideErrorCode, decideError } from '../errors.ts';
import type { Campaign, CampaignWindow, ItemSelector } from './campaign.ts';
import { checkInstant, duplicates } from './check-common.ts';
import { checkBulkTiers, checkSpendSaveTiers, checkThreshold } from './check-tiers.ts';
import type { CampaignPolicy } from './policy.ts';

/** In `stackWith` a name that begins so means a layer, so that no campaign may be called it. */
const LAYER_PREFIX = 'layer:';

function checkWindow(window: CampaignWindow, path: string): DecideError[] {
  const errors = [...checkInstant(window.from, `${path}.from`), ...checkInstant(window.to, `${path}.to`)];
  if (Date.parse(window.to) <= Date.parse(window.from)) errors.push(decideError('WINDOW_REVERSED', `${path}.to`));
  window.hours?.forEach((range, index) => {
    if (range.from === range.to) errors.push(decideError('HOURS_EMPTY', `${path}.hours[${index}]`));
  });
  return errors;
}

function checkSelector(items: ItemSelector, path: string): DecideError[] {
  const named = items.skus ?? items.categories ?? items.departments ?? items.all;
  return named === undefined ? [decideError('SELECTOR_EMPTY', path)] : [];
}

function checkUnique(keys: readonly string[], code: DecideErrorCode, path: string): DecideError[] {
  return duplicates(keys).map(({ index }) => decideError(code, `${path}[${index}]`));
}

/** What every kind has in common. */
function checkCommon(campaign: Campaign, path: string): DecideError[] {
  const { id, window, audience, fundedBy, stackWith } = campaign;
  const errors = checkWindow(window, `${path}.window`);
  if (id.startsWith(LAYER_PREFIX)) errors.push(decideError('CAMPAIGN_ID_RESERVED', `${path}.id`));
  if (typeof fundedBy === 'object' && fundedBy.storeBp + fundedBy.brandBp !== 10_000) {
    errors.push(decideError('FUNDING_SHARES_SUM', `${path}.fundedBy`));
  }
  // A segment may choose who is given a coupon; it never sets the price of a thing.
  if (!campaign.requiresCoupon) {
    if (audience?.tags) errors.push(decideError('SEGMENT_SETS_PRICE', `${path}.audience.tags`));
    if (audience?.segments) errors.push(decideError('SEGMENT_SETS_PRICE', `${path}.audience.segments`));
  }
  if (campaign.requiresCoupon && (campaign.kind === 'points' || campaign.kind === 'points-pay')) {
    errors.push(decideError('COUPON_ON_POINTS', `${path}.requiresCoupon`));
  }
  if (campaign.claimable && !campaign.requiresCoupon) {
    errors.push(decideError('CLAIMABLE_WITHOUT_COUPON', `${path}.claimable`));
  }
  if (stackWith) errors.push(...checkUnique(stackWith, 'DUPLICATE_STACK_WITH', `${path}.stackWith`));
  return errors;
}

function checkKind(campaign: Campaign, path: string): DecideError[] {
  switch (campaign.kind) {
    case 'markdown':
      // A space is in no id: two lots of two SKUs can't read as one.
      return checkUnique(
        campaign.lots.map(({ sku, lotId }) => `${sku} ${lotId}`),
        'DUPLICATE_LOT',
        `${path}.lots`,
      );
    case 'member-price':
      return duplicates(campaign.prices.map((price) => price.sku)).map(({ key, index }) =>
        decideError('DUPLICATE_MEMBER_PRICE', `${path}.prices[${index}]`, `SKU ${key} is priced twice.`),
      );
    case 'bundle':
      return campaign.slots.flatMap((slot, index) => checkSelector(slot.items, `${path}.slots[${index}].items`));
    case 'buy-get': {
      if (!campaign.getItems) return [];
      const errors = checkSelector(campaign.getItems, `${path}.getItems`);
      if (campaign.match === 'same-sku') errors.push(decideError('MATCH_WITH_GET_ITEMS', `${path}.match`));
      return errors;
    }
    case 'nth-item':
      return campaign.ladderBp.some((stepBp) => stepBp > 0)
        ? []
        : [decideError('LADDER_WITHOUT_DISCOUNT', `${path}.ladderBp`)];
    case 'bulk-price':
      return checkBulkTiers(campaign.tiers, `${path}.tiers`);
    case 'spend-save':
      return checkSpendSaveTiers(campaign, `${path}.tiers`);
    case 'gift':
      return [
        ...checkThreshold(campaign, path),
        ...checkUnique(
          campaign.gifts.map((gift) => gift.sku),
          'DUPLICATE_GIFT',
          `${path}.gifts`,
        ),
      ];
    case 'points':
      return campaign.earn.by === 'bonus' ? checkThreshold(campaign.earn, `${path}.earn`) : [];
    default:
      return [];
  }
}

/** What fields of a campaign of the right shape say about each other. */
export function checkCampaign(campaign: Campaign, path: string): DecideError[] {
  const errors = checkCommon(campaign, path);
  if ('items' in campaign) errors.push(...checkSelector(campaign.items, `${path}.items`));
  return [...errors, ...checkKind(campaign, path)];
}

/** What fields of a policy say about each other. */
export function checkPolicy(policy: CampaignPolicy): DecideError[] {
  const { returns } = policy;
  if (returns?.expiredCoupons !== 'extend' || returns.extendDays !== undefined) return [];
  return [
    decideError('MISSING_FIELD', 'policy.returns.extendDays', 'Coupons that live on after a return need the days.'),
  ];
}
