import { CallError } from '@tillside/agent-contract';
import type { PoolItem } from '../../bench/generator.ts';
import type { Chance } from '../../random.ts';
import type { CrewTill } from './crew.ts';
import type { Ledger } from './ledger.ts';

/** Baskets that may wait on the shelf at once; any till may take one. The agent lists fifty. */
const MAX_SHELF = 25;
/** Coupons that tills come with at one time. */
const WANTED_COUPONS = 3;
/** Of a coupon's code, before its id. */
export const COUPON_CODE = 'c-';

const couponIdOf = (code: string): string => code.slice(COUPON_CODE.length);

/** What the tills of the soak share: goods, members, coupons, suspended baskets, and who is at which basket. */
export class Floor {
  readonly pool: readonly PoolItem[];
  readonly memberCodes: readonly string[];
  readonly couponCodes: readonly string[];
  readonly businessDate: string;
  readonly ledger: Ledger;
  readonly tills: readonly CrewTill[];
  /** Sales that goods may come back of. */
  readonly returnable: { saleId: string; till: CrewTill; lineIds: string[] }[] = [];
  readonly #shelf: string[] = [];
  readonly #owners = new Map<string, string>();

  constructor(of: Pick<Floor, 'pool' | 'memberCodes' | 'couponCodes' | 'businessDate' | 'ledger' | 'tills'>) {
    this.pool = of.pool;
    this.memberCodes = of.memberCodes;
    this.couponCodes = of.couponCodes;
    this.businessDate = of.businessDate;
    this.ledger = of.ledger;
    this.tills = of.tills;
  }

  /** A till was told that it has the basket. Two at once is what must never be. */
  takes(basketId: string, till: CrewTill): void {
    const owner = this.#owners.get(basketId);
    if (owner !== undefined && owner !== till.terminalId)
      this.ledger.fail('BASKET_SHARED', `${basketId} of ${owner} was given to ${till.name} too`);
    this.#owners.set(basketId, till.terminalId);
    this.ledger.baskets.add(basketId);
  }

  /** To be called before the till asks to give the basket away or up, or crashes: from then on another may have it. */
  releases(basketId: string): void {
    this.#owners.delete(basketId);
  }

  get shelfHasRoom(): boolean {
    return this.#shelf.length < MAX_SHELF;
  }

  putOnShelf(basketId: string): void {
    this.#shelf.push(basketId);
  }

  /** A basket that waits; it stays there, since asking for it may fail. */
  lookAtShelf(chance: Chance): string | undefined {
    return this.#shelf.length === 0 ? undefined : chance.pick(this.#shelf);
  }

  takeFromShelf(basketId: string): void {
    const place = this.#shelf.indexOf(basketId);
    if (place >= 0) this.#shelf.splice(place, 1);
  }

  /** The next few that nobody spent yet, so that two tills come with the same, and one that somebody may have. */
  wantedCoupons(): string[] {
    const unspent = this.couponCodes.filter((code) => !this.ledger.spentCoupons.has(couponIdOf(code)));
    return [...unspent.slice(0, WANTED_COUPONS), ...this.couponCodes.slice(0, 1)];
  }

  anotherTill(chance: Chance, than: CrewTill): CrewTill {
    const others = this.tills.filter((till) => till !== than);
    return others.length === 0 ? than : chance.pick(others);
  }
}

/** The refusal's code; rethrows what is none. */
export function codeOf(error: unknown): string {
  if (error instanceof CallError) return error.code;
  throw error;
}
