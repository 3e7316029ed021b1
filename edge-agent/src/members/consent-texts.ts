import type { ConsentInput, ConsentTexts } from '@tillside/agent-contract';
import type { z } from 'zod';
import { contentInForce } from '../desired/record.ts';
import { readTerms } from '../desired/terms.ts';
import { AgentError } from '../errors.ts';
import type { Reader } from '../journal/index.ts';

/** The texts in force: HQ's, else `own` of the store's configuration. What this agent can't read any more (it was set back to an older version) counts for nothing. */
export function textsInForce(reader: Reader, own: ConsentTexts): ConsentTexts {
  const content = contentInForce(reader, 'terms');
  const terms = content === undefined ? undefined : readTerms(content);
  return typeof terms === 'object' ? (terms.consentTexts ?? own) : own;
}

/** A consent is to a text that is in force. Throws CONSENT_TEXT_UNKNOWN. */
export function checkTexts({ version }: ConsentTexts, consents: readonly z.infer<typeof ConsentInput>[]): void {
  if (consents.some(({ textVersion }) => textVersion !== version)) throw new AgentError('CONSENT_TEXT_UNKNOWN');
}
