import { PhoneCodes } from './codes.ts';
import type { MessagesConfig } from './config.ts';
import { httpMessages } from './http.ts';
import { MessageOutbox } from './outbox.ts';
import { Postman, type PostmanOptions } from './postman.ts';

/** How this store proves phones. */
export interface PhoneMessages {
  readonly codes: PhoneCodes;
  readonly postman: Postman;
  /** Where messages go onto a page instead of to phones. */
  readonly outbox: MessageOutbox | undefined;
}

/** Throws CONFIG_REFUSED for secrets that can't be read and for names that nobody fills in. */
export function createMessages(
  config: MessagesConfig,
  deps: Omit<PostmanOptions, 'codes' | 'port'> & ConstructorParameters<typeof PhoneCodes>[0],
): PhoneMessages {
  const codes = new PhoneCodes(deps);
  const outbox = config.kind === 'outbox' ? new MessageOutbox(deps) : undefined;
  const port = config.kind === 'http' ? httpMessages(config) : outbox;
  if (port === undefined) throw new TypeError('no such kind of messages');
  return { codes, outbox, postman: new Postman({ ...deps, codes, port }) };
}
