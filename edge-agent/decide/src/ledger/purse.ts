import { type Account, type Accounts, type Moves, noPoints } from './accounts.ts';
import { bySpending, isPending, type OpenLot } from './lots.ts';
import type { PointsRules } from './rules.ts';

/** Points of a lot that a burn took: where they go back to. */
export interface Taken {
  readonly untilMs: number;
  readonly points: number;
}

/** When points end that come back. */
export interface GiveBackEnds {
  readonly leastMs: number;
  readonly elseMs: number;
}

/** What time alone does to lots. */
export interface Passed {
  readonly kind: 'release' | 'expire';
  readonly atMs: number;
  readonly lotId: string;
  readonly moves: Moves;
}

/** A member's lots, debt and accounts at an instant that only goes forward. Each of its moves sums to zero over the accounts. */
export class Purse {
  readonly #lots: OpenLot[] = [];
  readonly #accounts: Record<Account, number> = noPoints();
  readonly #negative: PointsRules['negative'];
  /** Points of a lot that ended unspent. */
  readonly #expired = new Map<string, number>();
  /** Nothing changes by itself before. */
  #nextMs = Infinity;

  constructor(negative: PointsRules['negative']) {
    this.#negative = negative;
  }

  get accounts(): Accounts {
    return this.#accounts;
  }

  get lots(): readonly OpenLot[] {
    return this.#lots;
  }

  /** Takes over a state; no debt is paid by it. */
  carry(lots: readonly OpenLot[], debt: number): Moves {
    const moves: Record<Account, number> = noPoints();
    for (const lot of lots) {
      this.#insert({ ...lot });
      moves[isPending(lot) ? 'pending' : 'available'] += lot.points;
      moves.carried -= lot.points;
    }
    moves.owed -= debt;
    moves.carried += debt;
    return this.#book(moves);
  }

  /** Time goes on to `atMs`: pending lots may be spent, others end. Told in the order of time. */
  advance(atMs: number): Passed[] {
    if (atMs < this.#nextMs) return [];
    const passed: Passed[] = [];
    for (;;) {
      const due = this.#due(atMs);
      if (due === undefined) break;
      this.#lots.splice(this.#lots.indexOf(due.lot), 1);
      const { lot, kind } = due;
      const { lotId, points } = lot;
      let moves: Moves;
      if (kind === 'release') {
        moves = { pending: -points, available: points };
        lot.fromMs = -Infinity;
        this.#insert(lot);
      } else {
        moves = { [isPending(lot) ? 'pending' : 'available']: -points, expired: points };
        this.#expired.set(lotId, (this.#expired.get(lotId) ?? 0) + points);
      }
      passed.push({ kind, atMs: due.atMs, lotId, moves: this.#book(moves) });
    }
    this.#nextMs = this.#lots.reduce((next, lot) => Math.min(next, nextOf(lot)), Infinity);
    return passed;
  }

  /** Points that come: debt is paid first, the rest is a lot. `from` is the programme's side. */
  give(lot: OpenLot, from: Account): Moves {
    const moves: Record<Account, number> = noPoints();
    moves[from] -= lot.points;
    const paid = this.#payDebt(lot.points, moves);
    this.#put({ ...lot, points: lot.points - paid }, moves);
    return this.#book(moves);
  }

  /** Points that go, from `lotId` before others. What there is not is owed, or absorbed. */
  take(points: number, to: Account, lotId?: string): { readonly moves: Moves; readonly taken: Taken[] } {
    const moves: Record<Account, number> = noPoints();
    moves[to] += points;
    const taken: Taken[] = [];
    let left = points;
    for (const lot of this.#toTake(lotId)) {
      const part = Math.min(left, lot.points);
      lot.points -= part;
      left -= part;
      moves[isPending(lot) ? 'pending' : 'available'] -= part;
      taken.push({ untilMs: lot.untilMs, points: part });
      if (lot.points === 0) this.#lots.splice(this.#lots.indexOf(lot), 1);
      if (left === 0) break;
    }
    moves[this.#negative === 'owe' ? 'owed' : 'absorbed'] -= left;
    return { moves: this.#book(moves), taken };
  }

  /** What was earned is taken back: what of its lot ended unspent is gone already. */
  takeBack(points: number, lotId: string): Moves {
    const ended = Math.min(points, this.#expired.get(lotId) ?? 0);
    if (ended === 0) return this.take(points, 'issued', lotId).moves;
    this.#expired.set(lotId, (this.#expired.get(lotId) ?? 0) - ended);
    const gone = this.#book({ issued: ended, expired: -ended });
    if (ended === points) return gone;
    return added(gone, this.take(points - ended, 'issued', lotId).moves);
  }

  /**
   * What was spent comes back, into lots that end when those did of which it was taken, and live until `leastMs` at least. What was owed and is paid by now, or taken of
   * lots that are not known here (`taken` undefined), ends `elseMs`.
   */
  giveBack(points: number, lotId: string, taken: Taken[] | undefined, ends: GiveBackEnds): Moves {
    const moves: Record<Account, number> = noPoints();
    moves.redeemed -= points;
    let left = points - this.#payDebt(points, moves);
    // Of what was taken the last to end comes back first.
    while (left > 0 && taken !== undefined && taken.length > 0) {
      const last = taken.pop() as Taken;
      const part = Math.min(left, last.points);
      if (part < last.points) taken.push({ ...last, points: last.points - part });
      const untilMs = Math.max(last.untilMs, ends.leastMs);
      this.#put({ lotId: `${lotId}#${untilMs}`, points: part, fromMs: -Infinity, untilMs }, moves);
      left -= part;
    }
    // What the chain bore is no member's to get back.
    if (taken !== undefined && this.#negative === 'absorb') moves.absorbed += left;
    else this.#put({ lotId, points: left, fromMs: -Infinity, untilMs: ends.elseMs }, moves);
    return this.#book(moves);
  }

  #payDebt(points: number, moves: Record<Account, number>): number {
    const paid = Math.min(points, -this.#accounts.owed);
    moves.owed += paid;
    return paid;
  }

  #put(lot: OpenLot, moves: Record<Account, number>): void {
    if (lot.points === 0) return;
    moves[isPending(lot) ? 'pending' : 'available'] += lot.points;
    const same = this.#lots.find((held) => held.lotId === lot.lotId && held.untilMs === lot.untilMs);
    if (same === undefined) this.#insert(lot);
    else same.points += lot.points;
  }

  /** What may be spent before what is pending, of which the nearest first. */
  #toTake(lotId: string | undefined): OpenLot[] {
    const own = lotId === undefined ? [] : this.#lots.filter((lot) => lot.lotId === lotId);
    const rest = this.#lots.filter((lot) => lot.lotId !== lotId);
    const pending = rest.filter(isPending).sort((a, b) => a.fromMs - b.fromMs || bySpending(a, b));
    return [...own, ...rest.filter((lot) => !isPending(lot)), ...pending];
  }

  #due(atMs: number): { lot: OpenLot; kind: 'release' | 'expire'; atMs: number } | undefined {
    let first: OpenLot | undefined;
    for (const lot of this.#lots) {
      if (nextOf(lot) > atMs) continue;
      if (first === undefined || nextOf(lot) < nextOf(first)) first = lot;
    }
    if (first === undefined) return undefined;
    const kind = first.untilMs <= nextOf(first) ? 'expire' : 'release';
    return { lot: first, kind, atMs: nextOf(first) };
  }

  #insert(lot: OpenLot): void {
    const place = this.#lots.findIndex((held) => bySpending(lot, held) < 0);
    this.#lots.splice(place === -1 ? this.#lots.length : place, 0, lot);
    this.#nextMs = Math.min(this.#nextMs, nextOf(lot));
  }

  #book(moves: Moves): Moves {
    for (const [account, points] of Object.entries(moves) as [Account, number][]) this.#accounts[account] += points;
    return moves;
  }
}

/** When time next changes a lot. */
const nextOf = ({ fromMs, untilMs }: OpenLot): number => (fromMs === -Infinity ? untilMs : Math.min(fromMs, untilMs));

function added(one: Moves, other: Moves): Moves {
  const sum: Record<Account, number> = noPoints();
  for (const moves of [one, other])
    for (const [account, points] of Object.entries(moves) as [Account, number][]) sum[account] += points;
  return sum;
}
