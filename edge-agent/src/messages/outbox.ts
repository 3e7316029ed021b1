import type { Clock } from '../ports.ts';
import { instantOf } from '../ports.ts';
import type { Message, MessagePort } from './port.ts';

/** Messages that the page shows; in memory. */
const MAX_SHOWN = 50;

export interface OutboxMessage extends Message {
  readonly at: string;
}

/** For a demo and a desk without a provider: messages go onto a page of this machine. */
export class MessageOutbox implements MessagePort {
  #clock: Clock;
  #messages: OutboxMessage[] = [];

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  async send(message: Message): Promise<{ outcome: 'sent' }> {
    this.#messages = [{ ...message, at: instantOf(this.#clock.now()) }, ...this.#messages].slice(0, MAX_SHOWN);
    return { outcome: 'sent' };
  }

  /** The newest first. */
  list(): readonly OutboxMessage[] {
    return this.#messages;
  }
}
