import type { Names } from '../schema/common.ts';
import type { Entry } from './authored.ts';
import { benefitTexts } from './texts/benefit.ts';
import { costTexts } from './texts/cost.ts';
import { neverTexts } from './texts/never.ts';
import { rivalTexts } from './texts/rivals.ts';
import { stackingTexts } from './texts/stacking.ts';
import { type FindingText, findingText, type Severity } from './texts/text.ts';

/** Every code of the authoring checks. */
export const AUTHORING_FINDINGS = {
  ...stackingTexts,
  ...rivalTexts,
  ...neverTexts,
  ...benefitTexts,
  ...costTexts,
  CHECK_STOPPED: findingText('warning', (_: Record<never, never>) => ({
    zh: '活动太多，未能全部比对或全部列出。请先处理已列出的问题，再检查一次。',
    en: 'There are too many campaigns to compare or list them all. Mend what is listed, then check again.',
  })),
};
export type FindingCode = keyof typeof AUTHORING_FINDINGS;

type ArgsOf<C extends FindingCode> = Parameters<(typeof AUTHORING_FINDINGS)[C]['text']>[0];

/** Figures of a case, where it has them: amounts in fen, `units` pieces together. */
export interface FindingData {
  readonly sku?: string;
  /** SKUs (or categories, departments) that the finding is about, at most `AUTHORING_LIMITS.maxNamed`. */
  readonly names?: readonly string[];
  readonly units?: number;
  /** What `units` pieces are sold at. */
  readonly priceFen?: number;
  /** What `units` pieces cost the store. */
  readonly costFen?: number;
  readonly listFen?: number;
}

/** Something that the author of a set should look at. */
export interface Finding extends FindingData {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The campaigns that it takes, the one to change first; empty where it is the policy. */
  readonly campaignIds: readonly string[];
  /** Where in the set, such as `campaigns[2].stackWith[0]`. */
  readonly path: string;
  readonly message: Names;
}

/** Builds a finding of the registry. `place` is the rest of the path within the first campaign. */
export function finding<C extends FindingCode>(
  code: C,
  entries: readonly Entry[],
  place: string,
  args: ArgsOf<C>,
  data: FindingData = {},
): Finding {
  // The arguments' type is that of this code; a union of all codes' functions can't say so.
  const { severity, text } = AUTHORING_FINDINGS[code] as FindingText<ArgsOf<C>>;
  const path = [entries[0]?.path, place].filter((part) => part !== undefined && part !== '').join('.');
  return { code, severity, campaignIds: entries.map((entry) => entry.campaign.id), path, message: text(args), ...data };
}
