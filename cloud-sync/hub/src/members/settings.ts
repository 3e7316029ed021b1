import { isKnownZone, PointsRules, TierRules } from '@tillside/decide';
import { z } from 'zod';
import type { HubStorage } from '../storage/port.ts';

/** How a chain keeps members: people at HQ change it as one document, over the version that they read. */
export const MemberSettings = z.strictObject({
  points: PointsRules.prefault({}),
  /** Absent: tiers are as they are told, and nothing moves them. */
  tiers: TierRules.optional(),
  /**
   * Every sign-up proves its phone (by a message with a number, say) before it is kept. Only then is one phone one person; otherwise anybody can join with somebody else's number, and a
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
