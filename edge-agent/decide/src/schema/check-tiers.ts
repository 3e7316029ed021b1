import { type DecideError, decideError } from '../errors.ts';
import type { BulkTier, SpendSaveCampaign, SpendSaveTier } from './campaign.ts';

/** A threshold is an amount or a number of units, never both and never neither. */
export function checkThreshold(threshold: Pick<SpendSaveTier, 'spendFen' | 'units'>, path: string): DecideError[] {
  const isOne = (threshold.spendFen === undefined) !== (threshold.units === undefined);
  return isOne ? [] : [decideError('THRESHOLD_NOT_ONE', path)];
}

function checkTier(tier: SpendSaveTier, repeat: SpendSaveCampaign['repeat'], path: string): DecideError[] {
  const errors = checkThreshold(tier, path);
  const { saveFen, percentOffBp, spendFen, maxSaveFen } = tier;
  if ((saveFen === undefined) === (percentOffBp === undefined)) errors.push(decideError('SAVING_NOT_ONE', path));
  if (maxSaveFen !== undefined && percentOffBp === undefined) {
    errors.push(decideError('CAP_WITHOUT_PERCENT', `${path}.maxSaveFen`));
  }
  if (percentOffBp !== undefined && repeat === 'per-step') {
    errors.push(decideError('PERCENT_CANNOT_REPEAT', `${path}.percentOffBp`));
  }
  if (saveFen !== undefined && spendFen !== undefined && saveFen > spendFen) {
    errors.push(decideError('SAVE_ABOVE_SPEND', `${path}.saveFen`));
  }
  return errors;
}

const thresholdOf = (tier: SpendSaveTier): number => tier.spendFen ?? tier.units ?? 0;
const savingOf = (tier: SpendSaveTier): number => tier.saveFen ?? tier.percentOffBp ?? 0;

/** Tiers of one kind, each whole in itself, rising in threshold and in saving. */
export function checkSpendSaveTiers(campaign: SpendSaveCampaign, path: string): DecideError[] {
  const { tiers, repeat } = campaign;
  const errors = tiers.flatMap((tier, index) => checkTier(tier, repeat, `${path}[${index}]`));
  // What is not whole can't be compared: one problem is told once.
  if (errors.some(({ code }) => code === 'THRESHOLD_NOT_ONE' || code === 'SAVING_NOT_ONE')) return errors;
  const [first] = tiers;
  tiers.forEach((tier, index) => {
    const before = tiers[index - 1];
    if (!first || !before) return;
    const sameKind =
      (tier.units === undefined) === (first.units === undefined) &&
      (tier.saveFen === undefined) === (first.saveFen === undefined);
    if (!sameKind) errors.push(decideError('TIERS_OF_TWO_KINDS', `${path}[${index}]`));
    else if (thresholdOf(tier) <= thresholdOf(before) || savingOf(tier) <= savingOf(before)) {
      errors.push(decideError('TIERS_NOT_ASCENDING', `${path}[${index}]`));
    }
  });
  return errors;
}

/** Bulk tiers rise in `minUnits`. Whether a later one is worth reaching is for `checkCampaignSet` to say. */
export function checkBulkTiers(tiers: readonly BulkTier[], path: string): DecideError[] {
  return tiers.flatMap((tier, index) => {
    const before = tiers[index - 1];
    if (!before || tier.minUnits > before.minUnits) return [];
    return [
      decideError(
        'TIERS_NOT_ASCENDING',
        `${path}[${index}].minUnits`,
        'Tiers do not rise in minUnits.',
        'Sort tiers by minUnits, each once.',
      ),
    ];
  });
}
