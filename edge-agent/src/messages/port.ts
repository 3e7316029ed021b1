import type { Locale } from '@tillside/agent-contract';

export interface Message {
  readonly requestId: string;
  /** E.164. */
  readonly phone: string;
  readonly code: string;
  readonly text: string;
  readonly locale: Locale;
  /** The code is good for so long. */
  readonly minutes: number;
}

/** `away`: nobody answered, or not now; `refused`: the provider does not want this message, or not from us. */
export type SendOutcome = { readonly outcome: 'sent' } | { readonly outcome: 'away' | 'refused'; readonly why: string };

/** Takes a message to a phone. Never rejects. A message that is sent twice does no harm: its code is the same. `why` holds nothing of the message. */
export interface MessagePort {
  send(message: Message, stopped: AbortSignal): Promise<SendOutcome>;
}
