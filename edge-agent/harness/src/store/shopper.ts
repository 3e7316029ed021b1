import { type AnswerOf, type Arguments, CallError, callAgent, type RouteName } from '@tillside/agent-contract';
import type { PairedTerminal } from './measured-store.ts';

const MAX_ATTEMPTS = 400;
const RETRY_MS = 100;

/** A till's client: every write under a key that its retries keep, until the agent answers. Counts what it had to repeat. */
export class TillClient {
  readonly terminal: PairedTerminal;
  readonly name: string;
  retries = 0;
  #nextKey = 1;
  #nextReceipt = 1;
  #alone = { prefix: '', next: 1 };
  #onCall: () => void;

  constructor(name: string, terminal: PairedTerminal, onCall: () => void = () => undefined) {
    this.name = name;
    this.terminal = terminal;
    this.#onCall = onCall;
  }

  newKey(): string {
    return `${this.name}-k${this.#nextKey++}`;
  }

  receiptNumber(): string {
    return `${this.name}-${this.#nextReceipt++}`;
  }

  /** Signs its cashier on; what it sells alone from then on has numbers of the series that the agent keeps for that. */
  async signOn(businessDate: string, openingFloatFen: number): Promise<AnswerOf<'openSession'>> {
    const body = { cashierId: this.name, businessDate, openingFloatFen };
    const session = await this.call('openSession', { body, key: this.newKey() });
    this.#alone = { ...session.numbering.alone };
    return session;
  }

  /** The next number of the series for sales without the agent. */
  aloneNumber(): string {
    return `${this.#alone.prefix}${String(this.#alone.next++).padStart(6, '0')}`;
  }

  /** Rejects with the agent's refusal; while nobody answers it asks again under the same key. */
  async call<N extends RouteName>(name: N, args: Arguments<N>): Promise<AnswerOf<N>> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.#onCall();
        return await callAgent(this.terminal, name, args);
      } catch (error) {
        const away = error instanceof CallError && (error.status === 0 || error.code === 'NOT_READY');
        if (!away || attempt >= MAX_ATTEMPTS) throw error;
        this.retries += 1;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Opens a basket with a member and these lines. */
  async fillBasket(
    lines: readonly { sku: string; quantity: number }[],
    memberCode?: string,
  ): Promise<AnswerOf<'openBasket'>> {
    let view = await this.call('openBasket', { body: { cashierId: this.name }, key: this.newKey() });
    const params = { basketId: view.basketId };
    if (memberCode !== undefined)
      view = await this.call('setMember', { params, body: { code: memberCode }, key: this.newKey() });
    for (const { sku, quantity } of lines)
      view = await this.call('addLine', { params, body: { sku, quantity }, key: this.newKey() });
    return view;
  }

  /** What a completing call sends for a basket that costs this much. */
  completion(basketId: string, payableFen: number, businessDate: string): Arguments<'completeBasket'> {
    return {
      params: { basketId },
      body: {
        cashierId: this.name,
        receiptNumber: this.receiptNumber(),
        businessDate,
        expectedPayableFen: payableFen,
        tenders: [{ kind: 'cash', amountFen: payableFen }],
      },
      key: this.newKey(),
    };
  }
}
