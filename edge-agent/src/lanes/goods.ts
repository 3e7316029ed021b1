import type { Journal } from '../journal/index.ts';
import { type Clock, zonedInstants } from '../ports.ts';
import type { Items } from '../prices/item.ts';
import { findWanted, type LineInput, type Wanted } from './find-item.ts';
import type { ScanRules } from './scanned-item.ts';
import { type Code, codeOf, RefusedItems } from './unknown-items.ts';

/** Of an ISO instant: `2026-11-22T08:30`, and its day. */
const LOCAL_MINUTE = 16;
const LOCAL_DAY = 10;

interface GoodsDeps {
  readonly journal: Journal;
  readonly items: Items;
  readonly scans: ScanRules;
  readonly clock: Clock;
  readonly zone: string;
}

/** What line requests name, by the store's wall clock. */
export class Goods {
  #deps: GoodsDeps;
  #instant: (ms: number) => string;
  #refused = new RefusedItems();

  constructor(deps: GoodsDeps) {
    this.#deps = deps;
    this.#instant = zonedInstants(deps.zone);
  }

  /** Throws ITEM_UNKNOWN, ITEM_NOT_ON_SALE, ITEM_EXPIRED, DEPARTMENT_UNKNOWN, CODE_NOT_AN_ITEM, CODE_INVALID. */
  find(input: LineInput): Wanted {
    const { items, scans, clock } = this.#deps;
    return findWanted({ items, scans, localNow: this.#instant(clock.now()).slice(0, LOCAL_MINUTE) }, input);
  }

  /** What the lane's scale is to be asked for a line, with the price per kg that it may show; undefined: nothing. Throws as `find` does. */
  weighing(input: LineInput): { unitPriceFen: number } | undefined {
    if (input.weigh !== true) return undefined;
    const { goods, taken } = this.find(input);
    // A label that says its weight or amount needs no scale.
    if (taken.weightGrams !== undefined || taken.amountFen !== undefined) return undefined;
    const unitPriceFen = input.price?.unitPriceFen;
    // A till that asks for the weight of whatever is scanned does not mean a code that nobody knows.
    if ('open' in goods) return goods.open.unknown || unitPriceFen === undefined ? undefined : { unitPriceFen };
    return goods.item.soldBy === 'weight' ? { unitPriceFen: unitPriceFen ?? goods.item.priceFen } : undefined;
  }

  /** Tells HQ of a code of goods that was just refused as unknown; each once a day. */
  noteRefused(terminalId: string, input: LineInput): void {
    const code = this.#unknownCode(input);
    if (code === undefined) return;
    const { journal, clock } = this.#deps;
    const now = clock.now();
    this.#refused.note(journal, terminalId, code, this.#instant(now).slice(0, LOCAL_DAY), now);
  }

  #unknownCode(input: LineInput): Code | undefined {
    if (input.sku !== undefined) return { sku: input.sku };
    if (input.gtin === undefined && input.scan === undefined) return undefined;
    const { goods } = this.find(input);
    return 'open' in goods ? codeOf(goods.open) : undefined;
  }
}
