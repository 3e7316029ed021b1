import { z } from 'zod';
import { type DecideError, decideError, type ParseResult } from '../errors.ts';
import { DECIDE_LIMITS } from '../limits.ts';
import { Basket, DecisionContext } from './basket.ts';
import { Campaign, CampaignSet } from './campaign.ts';
import { checkBasket, checkContext } from './check-basket.ts';
import { checkCampaign, checkPolicy } from './check-campaign.ts';
import { duplicates } from './check-common.ts';
import { objectsForOthers } from './misplaced.ts';
import { codedErrors } from './problems.ts';

export { lineListFen } from './check-basket.ts';

/** Shape first, then what fields say about each other. A list that is too long is refused before its entries are looked at. */
export function parseWith<T>(schema: z.ZodType<T>, input: unknown, check: (value: T) => DecideError[]): ParseResult<T> {
  let parsed: z.ZodSafeParseResult<T>;
  try {
    parsed = schema.safeParse(input);
  } catch (error) {
    const errors = objectsForOthers(schema, input);
    if (errors.length === 0) throw error;
    return { ok: false, errors };
  }
  if (!parsed.success) return { ok: false, errors: codedErrors(schema, input, parsed.error.issues) };
  const errors = check(parsed.data).slice(0, DECIDE_LIMITS.maxErrors);
  return errors.length > 0 ? { ok: false, errors } : { ok: true, value: parsed.data };
}

/** A set whose campaigns are not looked at yet: they are read one by one, so that a file of rubbish is given up early. */
const Envelope = CampaignSet.extend({ campaigns: z.array(z.unknown()).max(DECIDE_LIMITS.maxCampaigns) });

interface CampaignsRead {
  readonly campaigns: readonly Campaign[];
  readonly errors: readonly DecideError[];
}

function readCampaigns(inputs: readonly unknown[]): CampaignsRead {
  const campaigns: Campaign[] = [];
  const errors: DecideError[] = [];
  for (const [index, input] of inputs.entries()) {
    if (errors.length >= DECIDE_LIMITS.maxErrors) break;
    const path = `campaigns[${index}]`;
    const read = parseWith(Campaign, input, () => []);
    if (read.ok) {
      campaigns.push(read.value);
      errors.push(...checkCampaign(read.value, path));
      continue;
    }
    errors.push(
      ...read.errors.map((error) => ({ ...error, path: error.path === '' ? path : `${path}.${error.path}` })),
    );
  }
  return { campaigns, errors };
}

function checkIds(campaigns: readonly Campaign[]): DecideError[] {
  return duplicates(campaigns.map((campaign) => campaign.id)).map(({ key, index }) =>
    decideError('DUPLICATE_CAMPAIGN_ID', `campaigns[${index}].id`, `Campaign ${key} is there twice.`),
  );
}

/** Reads a campaign set; what is wrong comes back as coded errors, each with the field's path. Time grows with the set's size only. */
export function parseCampaignSet(input: unknown): ParseResult<CampaignSet> {
  const envelope = parseWith(Envelope, input, (set) => checkPolicy(set.policy));
  const inputs = listed(input);
  const { campaigns, errors: campaignErrors } = readCampaigns(inputs);
  const errors = [...(envelope.ok ? [] : envelope.errors), ...campaignErrors];
  // Places are those of the input only where every campaign could be read.
  if (campaigns.length === inputs.length) errors.push(...checkIds(campaigns));
  if (errors.length > 0 || !envelope.ok) return { ok: false, errors: errors.slice(0, DECIDE_LIMITS.maxErrors) };
  return { ok: true, value: { ...envelope.value, campaigns: [...campaigns] } };
}

/** The campaigns of an input that may be anything; none where their list is itself refused. */
function listed(input: unknown): readonly unknown[] {
  const list = typeof input === 'object' && input !== null && 'campaigns' in input ? input.campaigns : [];
  return Array.isArray(list) && list.length <= DECIDE_LIMITS.maxCampaigns ? list : [];
}

/** Reads a basket: shape, unique ids, weighed amounts, and totals inside the exact range. */
export function parseBasket(input: unknown): ParseResult<Basket> {
  return parseWith(Basket, input, checkBasket);
}

/** Reads a decision's context; the zone must be one that this runtime knows. */
export function parseDecisionContext(input: unknown): ParseResult<DecisionContext> {
  return parseWith(DecisionContext, input, checkContext);
}
