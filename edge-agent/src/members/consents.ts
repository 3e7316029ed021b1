import type { ConsentInput, ConsentTexts } from '@tillside/agent-contract';
import type { z } from 'zod';
import type { KeyRing, Tx } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import { birthdayFor } from './birthday.ts';
import { checkTexts } from './consent-texts.ts';
import type { Member } from './members.ts';
import { profileOf } from './profile.ts';

/**
 * Gives or withdraws a consent from now on. Giving is to the text in force; a withdrawal is taken whatever text it names. Said again, it is said again: the record has both. Throws
 * CONSENT_TEXT_UNKNOWN.
 */
export function changeConsent(
  tx: Tx,
  { clock, texts, keys }: { clock: Clock; texts: ConsentTexts; keys: KeyRing },
  { memberId, consents: before, birthday }: Member,
  input: z.infer<typeof ConsentInput>,
): void {
  if (input.granted) checkTexts(texts, [input]);
  const at = instantOf(clock.now());
  const consents = [...before.filter((consent) => consent.purpose !== input.purpose), { ...input, at }];
  // Of who joined elsewhere the day goes with the consent, and comes back with what HQ tells next.
  const known = profileOf(tx, keys, memberId)?.birthday ?? birthday;
  tx.run(
    'UPDATE member SET consents = ?, birthday = ? WHERE member_id = ?',
    JSON.stringify(consents),
    birthdayFor(consents, known),
    memberId,
  );
  tx.append('tillside.consent.changed.v1', { memberId, ...input, at });
}
