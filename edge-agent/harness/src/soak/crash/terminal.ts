import { type AnswerOf, type Arguments, CallError, callAgent, type RouteName } from '@tillside/agent-contract';
import type { Chance } from '../../random.ts';
import type { PairedTerminal } from '../../store/measured-store.ts';
import type { CrashLedger, Place } from './ledger.ts';

const MAX_LINES = 3;
const MAX_QUANTITY = 4;
const CANCELS = 0.1;
/** A power cut in the middle of a call: it is asked again under its key until somebody answers. */
const MAX_ATTEMPTS = 10_000;
const RETRY_MS = 5;

export interface TerminalPorts {
  readonly ledger: CrashLedger;
  readonly skus: readonly string[];
  readonly businessDate: string;
  /** Where the logs stand now. */
  place(): Place;
  /** Resolves when an agent answers again. */
  up(): Promise<void>;
  /** Whether a refusal passes, so that the call is asked again under its key. */
  passes(refusal: CallError): boolean;
  /** To be told of each answer. */
  answered(): void;
}

/** A till that sells one basket after the other and never gives a call up. */
export class CrashTerminal {
  readonly #name: string;
  readonly #paired: PairedTerminal;
  readonly #ports: TerminalPorts;
  #calls = 0;

  constructor(name: string, paired: PairedTerminal, ports: TerminalPorts) {
    this.#name = name;
    this.#paired = paired;
    this.#ports = ports;
  }

  /** Sells until `stopped` says so. */
  async work(chance: Chance, stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      try {
        await this.#sell(chance);
      } catch (error) {
        this.#ports.ledger.fail('CALL_REFUSED', `${this.#name}: ${(error as Error).message}`);
        return;
      }
    }
  }

  async #sell(chance: Chance): Promise<void> {
    const { ledger, skus, businessDate } = this.#ports;
    const cashierId = this.#name;
    let view = await this.#call('openBasket', { body: { cashierId }, key: this.#key() });
    const params = { basketId: view.basketId };
    for (const sku of chance.sample(skus, chance.between(1, MAX_LINES))) {
      const body = { sku, quantity: chance.between(1, MAX_QUANTITY) };
      view = await this.#call('addLine', { params, body, key: this.#key() });
    }
    if (chance.happens(CANCELS)) {
      await this.#call('cancelBasket', { params, key: this.#key() });
      return;
    }
    const { payableFen } = view.decision;
    ledger.asked.set(view.basketId, payableFen);
    const key = this.#key();
    const sale = await this.#call('completeBasket', {
      params,
      body: {
        cashierId,
        receiptNumber: key,
        businessDate,
        expectedPayableFen: payableFen,
        tenders: [{ kind: 'cash', amountFen: payableFen }],
      },
      key,
    });
    ledger.acknowledged.push({
      saleId: sale.saleId,
      basketId: sale.basketId,
      amountFen: sale.decision.payableFen,
      terminalId: this.#paired.deviceId,
      key,
      at: this.#ports.place(),
    });
  }

  #key(): string {
    this.#calls += 1;
    return `${this.#name}-${this.#calls}`;
  }

  async #call<N extends RouteName>(name: N, args: Arguments<N>): Promise<AnswerOf<N>> {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await callAgent(this.#paired, name, args);
        this.#ports.answered();
        return answer;
      } catch (error) {
        const passes = error instanceof CallError && this.#ports.passes(error);
        if (!passes || attempt >= MAX_ATTEMPTS) throw error;
        this.#ports.ledger.retries += 1;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        await this.#ports.up();
      }
    }
  }
}
