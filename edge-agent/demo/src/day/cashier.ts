import { agentEvents, type StreamEvent } from '@tillside/agent-contract';
import type { EscPosSimulator, Mettler8217Simulator, ScannerSimulator } from '@tillside/devices/simulators';
import { Terminal, type TerminalOptions } from './terminal.ts';

const SCAN_TIMEOUT_MS = 4_000;
const RECONNECT_MS = 200;

/** What stands on a lane's counter: the simulated scanner, scale and receipt printer. Absent where the machine could not give them a line. */
export interface Counter {
  scanner: ScannerSimulator;
  scale: Mettler8217Simulator;
  printer: EscPosSimulator;
}

type Scan = Extract<StreamEvent, { type: 'scan' }>;

/** A terminal with a counter: it listens to its lane's scanner. */
export class Cashier extends Terminal {
  readonly counter: Counter;
  readonly decisionMs: number[] = [];
  #listening = new AbortController();
  #waiting: { wanted: string; heard(scan: Scan): void } | undefined;

  constructor({ counter, ...options }: TerminalOptions & { counter: Counter }) {
    super(options);
    this.counter = counter;
  }

  start(): void {
    void this.#listen();
  }

  stop(): void {
    this.#listening.abort();
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
        for await (const { id, event } of agentEvents(this.connection, this.#listening.signal, lastId)) {
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
