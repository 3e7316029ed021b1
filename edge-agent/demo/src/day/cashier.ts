import {
  type AnswerOf,
  type Arguments,
  agentEvents,
  CallError,
  callAgent,
  type RouteName,
  type StreamEvent,
} from '@tillside/agent-contract';
import type { EscPosSimulator, Mettler8217Simulator, ScannerSimulator } from '@tillside/devices/simulators';

const RETRIES = 40;
const RETRY_MS = 250;
const SCAN_TIMEOUT_MS = 4_000;
const RECONNECT_MS = 200;

/** What stands on a lane's counter: the simulated scanner, scale and receipt printer. Absent where the machine could not give them a line. */
export interface Counter {
  scanner: ScannerSimulator;
  scale: Mettler8217Simulator;
  printer: EscPosSimulator;
}

type Scan = Extract<StreamEvent, { type: 'scan' }>;

/**
 * A POS terminal as an integrator would write it: paired, every write under a key that its retries keep, listening to its lane's scanner. It keeps its own
 * totals of the day, to be reconciled with the agent's.
 */
export class Cashier {
  readonly lane: string;
  readonly cashierId: string;
  readonly counter: Counter;
  readonly totals = { sales: 0, returns: 0, salesFen: 0, refundsFen: 0, tenders: {} as Record<string, number> };
  readonly decisionMs: number[] = [];
  #options: { url: string; credential: string };
  #keyPrefix: string;
  #nextKey = 1;
  #nextReceipt = 1;
  #listening = new AbortController();
  #waiting: { wanted: string; heard(scan: Scan): void } | undefined;

  constructor(options: {
    url: string;
    credential: string;
    lane: string;
    cashierId: string;
    counter: Counter;
    runId: string;
  }) {
    this.#options = { url: options.url, credential: options.credential };
    this.lane = options.lane;
    this.cashierId = options.cashierId;
    this.counter = options.counter;
    this.#keyPrefix = `${options.runId}-${options.lane}`;
  }

  start(): void {
    void this.#listen();
  }

  stop(): void {
    this.#listening.abort();
  }

  receiptNumber(): string {
    return `${this.#keyPrefix}-${this.#nextReceipt++}`;
  }

  newKey(): string {
    return `${this.#keyPrefix}-k${this.#nextKey++}`;
  }

  /** Calls the agent once. */
  once<N extends RouteName>(name: N, args: Arguments<N>): Promise<AnswerOf<N>> {
    return callAgent(this.#options, name, args);
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

  /** Pulls a code over the scanner and waits until it arrives through driver, device host, agent and event stream. */
  async scan(code: string, aim: string): Promise<Scan> {
    const heard = new Promise<Scan>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = undefined;
        reject(new Error(`lane ${this.lane}: the scan did not arrive`));
      }, SCAN_TIMEOUT_MS);
      this.#waiting = {
        wanted: code,
        heard: (scan) => {
          clearTimeout(timer);
          this.#waiting = undefined;
          resolve(scan);
        },
      };
    });
    await this.counter.scanner.scan(code, { aim });
    return heard;
  }

  async #listen(): Promise<void> {
    let lastId: string | undefined;
    while (!this.#listening.signal.aborted) {
      try {
        for await (const { id, event } of agentEvents(this.#options, this.#listening.signal, lastId)) {
          lastId = id;
          if (event.type === 'scan' && event.data.endsWith(this.#waiting?.wanted ?? '\n')) this.#waiting?.heard(event);
        }
      } catch {
        // The agent is away; it is asked again below, and the last id brings what was missed.
      }
      lastId = undefined;
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
  }
}
