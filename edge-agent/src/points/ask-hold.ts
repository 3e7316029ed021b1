import type { HubQuestions } from '@tillside/link';
import type { Journal } from '../journal/index.ts';
import { readBasket } from '../lanes/basket.ts';
import { shortOf } from '../lanes/points.ts';
import type { Clock } from '../ports.ts';
import { dropHold, heardHolds, holdIdOf, idleHolds, keepHold, markReleased } from './holds.ts';

export interface HoldDeps {
  readonly journal: Journal;
  readonly clock: Clock;
  /** Undefined: this store has no HQ. */
  readonly hub: HubQuestions | undefined;
  online(): boolean;
}

/** Asks HQ to hold points for a basket, where this store alone may not let them be spent. HQ that is away changes nothing. */
export class Holds {
  readonly #deps: HoldDeps;
  #isSettling = false;

  constructor(deps: HoldDeps) {
    this.#deps = deps;
  }

  /** Before the till's own transaction; the id of a hold that was got. Rejects with BASKET_UNKNOWN. */
  async prepare(basketId: string, points: number): Promise<string | undefined> {
    const { journal, clock, hub } = this.#deps;
    if (hub === undefined || !this.#deps.online()) return undefined;
    const basket = readBasket(journal, basketId);
    const { memberId, training } = basket;
    if (memberId === undefined || training) return undefined;
    const short = shortOf(journal, basket, points, clock.now());
    if (short?.allowance.limit !== 'offline') return undefined;
    const holdId = holdIdOf(basketId, short.wished);
    const answer = await hub.holdPoints({ holdId, memberId, points: short.wished }).catch(() => undefined);
    if (answer?.ok !== true || answer.value.points === 0) return undefined;
    const held = answer.value;
    journal.write((tx) => keepHold(tx, memberId, held, clock.now()));
    return holdId;
  }

  /** What is held for a basket that does not need it any more, but for `exceptId`, is everybody's again; HQ that is away lets it lapse. Never rejects. */
  release(basketId: string, exceptId?: string): Promise<void> {
    return this.#letGo(basketId, exceptId).catch(() => undefined);
  }

  /** To be called about once a second: gives back what was spent as soon as HQ has heard of it. Never rejects. */
  async settle(): Promise<void> {
    const { journal, hub } = this.#deps;
    if (hub === undefined || this.#isSettling || !this.#deps.online()) return;
    this.#isSettling = true;
    try {
      for (const holdId of heardHolds(journal)) {
        await hub.releaseHold(holdId);
        journal.writeMarks((tx) => markReleased(tx, holdId));
      }
    } catch {
      // HQ is away: the next tick asks again, or the hold lapses.
    } finally {
      this.#isSettling = false;
    }
  }

  async #letGo(basketId: string, exceptId: string | undefined): Promise<void> {
    const { journal, hub } = this.#deps;
    const idle = idleHolds(journal, basketId, exceptId);
    if (idle.length === 0) return;
    journal.write((tx) => {
      for (const holdId of idle) dropHold(tx, holdId);
    });
    for (const holdId of idle) await hub?.releaseHold(holdId).catch(() => undefined);
  }
}
