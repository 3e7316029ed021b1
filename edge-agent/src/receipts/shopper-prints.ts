import { AgentError } from '../errors.ts';

/** Prints that one kiosk may have waiting; a shopper who touches more often gets the same paper no sooner. */
const MAX_WAITING = 3;

interface Job {
  isDropped: boolean;
}

/**
 * Prints that shoppers ask for, one at a time for each kiosk. What waits here when its shopper has left never reaches the printer; nothing of it is kept. In memory: a restart forgets it
 * all.
 */
export class ShopperPrints {
  #waiting = new Map<string, Job[]>();
  #tails = new Map<string, Promise<unknown>>();

  /** Runs in this kiosk's turn. Rejects with PRINT_DROPPED where the shopper left before that, PRINTER_REFUSED where too many wait. */
  async inTurn<T>(kiosk: string, work: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(kiosk) ?? [];
    if (waiting.length >= MAX_WAITING) throw new AgentError('PRINTER_REFUSED', { detail: '(DEVICE_BUSY)' });
    const job: Job = { isDropped: false };
    this.#waiting.set(kiosk, [...waiting, job]);
    const before = this.#tails.get(kiosk) ?? Promise.resolve();
    const turn = before.then(() => {
      this.#leave(kiosk, job);
      if (job.isDropped) throw new AgentError('PRINT_DROPPED');
      return work();
    });
    const tail = turn.catch(() => undefined);
    this.#tails.set(kiosk, tail);
    try {
      return await turn;
    } finally {
      if (this.#tails.get(kiosk) === tail) this.#tails.delete(kiosk);
    }
  }

  /** The shopper at this kiosk has left. Returns how many prints will not come; one that the printer has begun does. */
  drop(kiosk: string): number {
    const waiting = this.#waiting.get(kiosk) ?? [];
    for (const job of waiting) job.isDropped = true;
    this.#waiting.delete(kiosk);
    return waiting.length;
  }

  waitingFor(kiosk: string): number {
    return this.#waiting.get(kiosk)?.length ?? 0;
  }

  #leave(kiosk: string, job: Job): void {
    const left = (this.#waiting.get(kiosk) ?? []).filter((other) => other !== job);
    if (left.length === 0) this.#waiting.delete(kiosk);
    else this.#waiting.set(kiosk, left);
  }
}
