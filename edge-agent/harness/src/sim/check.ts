import type { IncomingBatch, IngestResult } from '@tillside/hub/storage';
import { MAX_ACK_RANGES } from '@tillside/protocol';
import { deedOf } from './hub.ts';
import type { HeldStream, HubLog } from './hub-log.ts';
import type { Shop } from './shop.ts';

/** What the simulation can find. */
export type Finding =
  | 'MARK_LIES'
  | 'CHAIN_BROKEN'
  | 'ANSWER_UNBOUNDED'
  | 'ORDER_LOST'
  | 'EVENT_LOST'
  | 'EVENT_TWICE'
  | 'EVENT_FROM_NOWHERE'
  | 'SUM_WRONG'
  | 'SHED_UNDECLARED'
  | 'NO_PROGRESS'
  | 'HUB_HAMMERED'
  | 'VERSION_WENT_BACK'
  | 'VERSION_NOT_REACHED'
  | 'TRUST_LOST'
  | 'STATE_AFTER_EXPIRY'
  | 'STATE_FORGED';

/** Ends a world: what was found, and where. */
export class Violation extends Error {
  readonly code: Finding;

  constructor(code: Finding, message: string) {
    super(message);
    this.name = 'Violation';
    this.code = code;
  }
}

const inShed = ({ sheds }: HeldStream, seq: number): boolean =>
  sheds.some(({ fromSeq, toSeq }) => seq >= fromSeq && seq <= toSeq);
const nameOf = ({ key }: HeldStream): string => `${key.store} ${key.epoch.slice(0, 8)} ${key.stream}`;

/** Holds the hub's marks to what it holds, at each commit and at the end. */
export class HubCheck {
  #log: HubLog;
  /** Up to where the mark of a stream was found true. */
  #true = new Map<string, number>();

  constructor(log: HubLog) {
    this.#log = log;
  }

  /** The storage went back to an earlier day. */
  restored(): void {
    this.#true.clear();
  }

  /** What an answer says is held, is. */
  committed({ store }: IncomingBatch, { acks }: IngestResult): void {
    for (const { epoch, stream, contiguousSeq, ranges } of acks) {
      const held = this.#log.stream({ store, epoch, stream });
      if (held === undefined) throw new Violation('MARK_LIES', `${store} ${stream}: no such stream`);
      const name = nameOf(held);
      this.#span(held, this.#true.get(name) ?? 0, contiguousSeq);
      this.#true.set(name, contiguousSeq);
      if (ranges.length > MAX_ACK_RANGES) throw new Violation('ANSWER_UNBOUNDED', `${name}: ${ranges.length} ranges`);
      let last = contiguousSeq;
      for (const [from, to] of ranges) {
        if (from <= last + 1 || to < from) throw new Violation('MARK_LIES', `${name}: ${from}..${to} after ${last}`);
        last = to;
      }
    }
  }

  /** Every range of every stream, and what a consumer is given of it. */
  all(store: string): void {
    for (const held of this.#log.streams(store)) {
      this.#span(held, 0, held.state.contiguousSeq);
      for (const { from, to } of held.state.ranges) this.#span(held, from - 1, to);
      this.#consume(held);
    }
  }

  /** `after` + 1 to `to` are there or were given up, and each points back to the one before it. */
  #span(held: HeldStream, after: number, to: number): void {
    let before = after === 0 ? undefined : held.events[after - 1];
    for (let seq = after + 1; seq <= to; seq += 1) {
      const event = held.events[seq - 1];
      if (event === undefined && !inShed(held, seq))
        throw new Violation('MARK_LIES', `${nameOf(held)}: ${seq} of ${to}`);
      if (before !== undefined && event !== undefined && event.prevhash !== before.hash)
        throw new Violation('CHAIN_BROKEN', `${nameOf(held)}: ${seq}`);
      before = event;
    }
  }

  #consume(held: HeldStream): void {
    for (;;) {
      const page = this.#log.read(held.key, held.read, 100);
      if (page.length === 0) return;
      for (const { seq } of page) {
        if (seq <= held.read) throw new Violation('ORDER_LOST', `${nameOf(held)}: ${seq} after ${held.read}`);
        const dead = held.state.forkSeq !== null && seq >= held.state.forkSeq;
        for (let between = held.read + 1; between < seq && !dead; between += 1)
          if (!inShed(held, between)) throw new Violation('ORDER_LOST', `${nameOf(held)}: ${seq} before ${between}`);
        held.read = seq;
      }
    }
  }
}

/** When all is quiet the hub has what the store has, once, and what it came to. */
export function checkSame(shop: Shop, log: HubLog): void {
  const { name, deeds } = shop;
  const { fates } = shop.journal;
  const held = new Map<number, string>();
  let [sales, payableFen] = [0, 0];
  for (const { key, events } of log.streams(name)) {
    for (const event of events) {
      const deed = event && deedOf(event);
      if (event === undefined || deed === undefined) continue;
      const at = `${key.epoch.slice(0, 8)} ${key.stream} ${event.seq}`;
      const fate = fates.get(deed);
      const before = held.get(deed);
      if (before !== undefined) throw new Violation('EVENT_TWICE', `${name} deed ${deed}: ${before} and ${at}`);
      if (fate === undefined || fate === 'cut')
        throw new Violation('EVENT_FROM_NOWHERE', `${name} deed ${deed}: ${at}`);
      held.set(deed, at);
      if (event.type !== 'tillside.sale.completed.v1') continue;
      sales += 1;
      payableFen += deeds[deed]?.payableFen ?? 0;
    }
  }
  for (const deed of shop.told)
    if (fates.get(deed) === 'cut') throw new Violation('EVENT_LOST', `${name}: deed ${deed}, of which a till was told`);
  const lost = [...fates].filter(([deed, fate]) => fate === 'kept' && !held.has(deed)).map(([deed]) => deed);
  if (lost.length > 0)
    throw new Violation('EVENT_LOST', `${name}: ${lost.length} of ${fates.size}, first deed ${lost[0]}`);
  const sums = log.sums(name);
  if (sums.sales !== sales || sums.payableFen !== payableFen)
    throw new Violation(
      'SUM_WRONG',
      `${name}: ${sums.sales} sales, ${sums.payableFen} fen; not ${sales}, ${payableFen}`,
    );
}
