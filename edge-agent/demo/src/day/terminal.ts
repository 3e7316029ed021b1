import { type AnswerOf, type Arguments, CallError, callAgent, type RouteName } from '@tillside/agent-contract';
import { TillTotals } from './totals.ts';

const RETRIES = 40;
const RETRY_MS = 250;

export interface TerminalOptions {
  url: string;
  credential: string;
  deviceId: string;
  lane: string;
  cashierId: string;
  runId: string;
}

/**
 * A POS terminal as an integrator would write it: paired, every write under a key that its retries keep. It keeps its own totals of the day, to be reconciled with the
 * agent's.
 */
export class Terminal {
  readonly deviceId: string;
  readonly lane: string;
  readonly cashierId: string;
  readonly totals = new TillTotals();
  /** For the event stream. */
  protected readonly connection: { url: string; credential: string };
  #keyPrefix: string;
  #nextKey = 1;

  constructor({ url, credential, deviceId, lane, cashierId, runId }: TerminalOptions) {
    this.connection = { url, credential };
    this.deviceId = deviceId;
    this.lane = lane;
    this.cashierId = cashierId;
    this.#keyPrefix = `${runId}-${lane}`;
  }

  newKey(): string {
    return `${this.#keyPrefix}-k${this.#nextKey++}`;
  }

  /** Calls the agent once. */
  once<N extends RouteName>(name: N, args: Arguments<N>): Promise<AnswerOf<N>> {
    return callAgent(this.connection, name, args);
  }

  /** Calls the agent; while nobody answers it tries again under the same key, as a till must. */
  async call<N extends RouteName>(name: N, args: Arguments<N>): Promise<AnswerOf<N>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(name, args);
      } catch (error) {
        const away = error instanceof CallError && (error.status === 0 || error.code === 'NOT_READY');
        if (!away || attempt >= RETRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}
