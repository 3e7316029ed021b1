import type { Chance } from '../random.ts';
import type { MeasuredStore } from '../store/measured-store.ts';

/** Calls of all tills together before the agent is killed for the first time, and calls of one till between later kills: between two of them all tills get something done. */
const FIRST_AFTER_CALLS = [15, 60] as const;
const LATER_AFTER_CALLS = [15, 60] as const;
/** The chosen call is on its way this long, at most, when the kill comes: before, while and after the commit. */
const MAX_DELAY_MS = 25;

/** Ends the agent with SIGKILL at random points of the tills' calls and starts it again. */
export class Killer {
  kills = 0;
  #store: MeasuredStore;
  #chance: Chance;
  #tills: number;
  #calls = 0;
  #killAt: number;
  #killing: Promise<void> | undefined;
  #stopped = false;
  #failure: unknown;

  /** `tills`: how many call at once. */
  constructor(store: MeasuredStore, chance: Chance, tills: number) {
    this.#store = store;
    this.#chance = chance;
    this.#tills = tills;
    this.#killAt = chance.between(...FIRST_AFTER_CALLS);
  }

  /** To be told of each call that a till sends. */
  called(): void {
    this.#calls += 1;
    if (this.#stopped || this.#killing !== undefined || this.#calls < this.#killAt) return;
    this.#killing = this.#kill()
      .catch((error: unknown) => {
        this.#failure = error;
        this.#stopped = true;
      })
      .finally(() => {
        this.#killAt = this.#calls + this.#chance.between(...LATER_AFTER_CALLS) * this.#tills;
        this.#killing = undefined;
      });
  }

  /** No more kills; the agent is up when this resolves. Rejects when it could not be started again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#killing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #kill(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#chance.next() * MAX_DELAY_MS));
    await this.#store.demo.stopAgent('SIGKILL');
    this.kills += 1;
    await this.#store.demo.startAgent();
  }
}
