import {
  ConsentTexts,
  DEFAULT_CONSENT_TEXTS,
  haveSameWords,
  isKnownZone,
  PointsRules,
  TierRules,
} from '@tillside/decide';
import { z } from 'zod';
import { HubFault } from '../fault.ts';
import type { HubStorage } from '../storage/port.ts';

/** How a chain keeps members: people at HQ change it as one document, over the version that they read. */
export const MemberSettings = z.strictObject({
  points: PointsRules.prefault({}),
  /** What people are asked to agree to. Absent: what each store's own configuration says. A version is never given to other words. */
  consentTexts: ConsentTexts.optional(),
  /** Absent: tiers are as they are told, and nothing moves them. */
  tiers: TierRules.optional(),
  /**
   * Every sign-up proves its phone (by a message with a number, say) before it is kept. A store that sends codes itself says so of each member, and that counts; this is of those of whom
   * nobody said anything. Only with a proof is one phone one person; otherwise anybody can join with somebody else's number, and a
   * second thing must agree before two are merged by themselves.
   */
  phonesVerified: z.boolean().default(false),
  /** IANA, of the months that points and tiers go by. */
  zone: z.string().max(64).refine(isKnownZone, 'a zone like Asia/Shanghai').default('Asia/Shanghai'),
});
export type MemberSettings = z.infer<typeof MemberSettings>;

/** Version 0: nobody has set any yet. */
export async function memberSettingsOf({
  members,
}: Pick<HubStorage, 'members'>): Promise<{ version: number; settings: MemberSettings }> {
  const held = await members.settings.get();
  const read = MemberSettings.safeParse(held?.body ?? {});
  // A document of an older hub that can't be read any more counts for nothing, and is replaced with its number.
  return { version: held?.version ?? 0, settings: read.data ?? MemberSettings.parse({}) };
}

/** The texts that HQ itself asks by: those that it set, else the default. */
export const textsOf = async (storage: Pick<HubStorage, 'members'>): Promise<ConsentTexts> =>
  (await memberSettingsOf(storage)).settings.consentTexts ?? DEFAULT_CONSENT_TEXTS;

/** Texts with other words need another version, of those in force and of those before: a consent to a version is to its words. Throws HUB_TEXT_VERSION_USED. */
export async function checkTextVersion(
  { members }: Pick<HubStorage, 'members'>,
  { consentTexts }: MemberSettings,
): Promise<void> {
  if (consentTexts === undefined) return;
  const before = [{ consentTexts: DEFAULT_CONSENT_TEXTS }, ...(await members.settings.kept())];
  for (const body of before) {
    const { data: texts } = ConsentTexts.safeParse((body as { consentTexts?: unknown }).consentTexts);
    if (texts?.version === consentTexts.version && !haveSameWords(texts, consentTexts))
      throw new HubFault('HUB_TEXT_VERSION_USED', consentTexts.version);
  }
}
