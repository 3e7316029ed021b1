import type { CampaignSet } from '../schema/campaign.ts';
import { authoredOf, Work } from './authored.ts';
import type { CatalogueItem } from './catalogue.ts';
import { type Finding, finding } from './finding.ts';
import { AUTHORING_LIMITS } from './limits.ts';
import { alike } from './rules/alike.ts';
import { benefit } from './rules/benefit.ts';
import { bundleCosts } from './rules/bundle-cost.ts';
import { assortment } from './rules/catalogue.ts';
import { itemCosts } from './rules/cost.ts';
import { never } from './rules/never.ts';
import { priorities } from './rules/priority.ts';
import type { Rule } from './rules/rule.ts';
import { stackChoices } from './rules/stack-choices.ts';
import { stackCircles } from './rules/stack-circles.ts';
import { stackLists } from './rules/stack-lists.ts';

const RULES: readonly { readonly rule: Rule; readonly work: number }[] = [
  ...[never, benefit, stackLists, stackCircles, stackChoices, priorities, alike, assortment, bundleCosts].map(
    (rule) => ({
      rule,
      work: AUTHORING_LIMITS.maxWorkPerRule,
    }),
  ),
  { rule: itemCosts, work: AUTHORING_LIMITS.maxPricesWorkedOut },
];

/** At most so many of each code: one mistake that was copied a thousand times must not hide another. */
function capped(findings: readonly Finding[]): Finding[] {
  const counts = new Map<string, number>();
  const kept = findings.filter(({ code }) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    return count <= AUTHORING_LIMITS.maxFindingsPerCode;
  });
  return kept.slice(0, AUTHORING_LIMITS.maxFindings);
}

/**
 * What an author should look at before a set is sent out: campaigns that can never apply, stacking that doesn't work or leaves a choice,
 * rivals of one priority, twins, and, with a catalogue, names that nobody sells and prices below cost. The set is one that
 * `parseCampaignSet` accepted. Errors come first, then in the set's order. Pure, and bounded: where something was left out, the last
 * finding says so.
 */
export function checkCampaignSet(set: CampaignSet, catalogue?: readonly CatalogueItem[]): Finding[] {
  const authored = authoredOf(set, catalogue);
  let isStopped = false;
  const findings = RULES.flatMap(({ rule, work: most }) => {
    const work = new Work(most);
    const found = rule(authored, work);
    isStopped ||= !work.isWhole;
    return found;
  });
  const placeOf = ({ campaignIds: [id] }: Finding): number =>
    (id === undefined ? undefined : authored.byId.get(id)?.compiled.order) ?? -1;
  const sorted = findings
    .map((one) => ({ one, rank: one.severity === 'error' ? 0 : 1, place: placeOf(one) }))
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .map(({ one }) => one);
  const kept = capped(sorted);
  return isStopped || kept.length < findings.length ? [...kept, finding('CHECK_STOPPED', [], '', {})] : kept;
}
