import type { AddLine, BasketView, ChooseGift, PriceOwner } from '@tillside/agent-contract';
import { DECIDE_LIMITS } from '@tillside/decide';
import type { z } from 'zod';
import { findCoupon } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import type { Journal, Reader, Tx } from '../journal/index.ts';
import { memberByCode } from '../members/members.ts';
import { type Clock, instantOf, type Random, zonedInstants } from '../ports.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import { basketLine, type Item, type Items, type Taken } from '../prices/item.ts';
import type { Approvals } from './approvals.ts';
import { listBaskets, readBasket, type StoredBasket, saveBasket } from './basket.ts';
import { type ScannedItem, type ScanRules, scannedItem } from './scanned-item.ts';
import { plainView, promisedBy, screenView, type ViewDeps } from './view.ts';

export const MAX_BASKET_LINES = 500;
const MAX_LISTED_BASKETS = 50;
/** Of an ISO instant: `2026-11-22T08:30`. */
const LOCAL_MINUTE = 16;

/** A paired POS at its lane. */
export interface Terminal {
  deviceId: string;
  lane: string;
  priceOwner: PriceOwner;
}

export interface TillDeps {
  journal: Journal;
  items: Items;
  book: CampaignBook;
  clock: Clock;
  random: Random;
  /** The store's zone, IANA. */
  zone: string;
  /** How the store's codes are read. */
  scans: ScanRules;
  approvals: Approvals;
}

/**
 * The native POS use cases on baskets. Each takes the transaction it runs in, so that the answer, its effects and the idempotency row become durable
 * together; each returns the basket as decided after the change.
 */
export class Till {
  #deps: TillDeps;
  #instant: (ms: number) => string;

  constructor(deps: TillDeps) {
    this.#deps = deps;
    this.#instant = zonedInstants(deps.zone);
  }

  open(tx: Tx, terminal: Terminal, cashierId: string): BasketView {
    const { clock, random } = this.#deps;
    const basket: StoredBasket = {
      basketId: random.uuid(),
      state: 'open',
      terminalId: terminal.deviceId,
      lane: terminal.lane,
      cashierId,
      openedAt: instantOf(clock.now()),
      lines: [],
      nextLine: 1,
      revision: 1,
      couponIds: [],
      giftChoices: [],
      promisedFen: {},
    };
    saveBasket(tx, basket);
    return plainView(this.#viewDeps(tx), basket, clock.now());
  }

  get(basketId: string): BasketView {
    const { journal, clock } = this.#deps;
    return screenView(this.#viewDeps(journal), readBasket(journal, basketId), clock.now());
  }

  /** Open baskets of this terminal, and suspended ones of the whole store (any lane may resume them). */
  list(terminal: Terminal, state: 'open' | 'suspended' | undefined): BasketView[] {
    const { journal, clock } = this.#deps;
    return listBaskets(journal, state === undefined ? ['open', 'suspended'] : [state], MAX_LISTED_BASKETS)
      .filter((basket) => basket.state === 'suspended' || basket.terminalId === terminal.deviceId)
      .map((basket) => plainView(this.#viewDeps(journal), basket, clock.now()));
  }

  /**
   * Finds the item of a line request, and what the scanned code says of the pack. Throws ITEM_UNKNOWN, CODE_NOT_AN_ITEM, CODE_INVALID, ITEM_EXPIRED.
   */
  itemOf(input: z.infer<typeof AddLine>): ScannedItem {
    const { items, scans, clock } = this.#deps;
    if (input.scan !== undefined) {
      return scannedItem(items, input.scan, scans, this.#instant(clock.now()).slice(0, LOCAL_MINUTE));
    }
    const item = input.sku !== undefined ? items.bySku(input.sku) : items.byGtin(input.gtin ?? '');
    if (item === undefined) throw new AgentError('ITEM_UNKNOWN');
    return { item, taken: {} };
  }

  /**
   * `taken.weightGrams` is what the request, the code or the lane's scale gave. Throws WEIGHT_NEEDED for a weighed item without weight or a labelled amount,
   * BASKET_FULL, SERIAL_TWICE.
   */
  addLine(tx: Tx, terminal: Terminal, basketId: string, item: Item, taken: Taken): BasketView {
    return this.#change(tx, terminal, basketId, (basket) => {
      if (basket.lines.length >= MAX_BASKET_LINES) throw new AgentError('BASKET_FULL');
      if (item.soldBy === 'weight' && taken.weightGrams === undefined && taken.amountFen === undefined)
        throw new AgentError('WEIGHT_NEEDED');
      const { serial } = taken;
      if (serial !== undefined && basket.lines.some(({ line, ...of }) => line.sku === item.sku && of.serial === serial))
        throw new AgentError('SERIAL_TWICE');
      const line = basketLine(String(basket.nextLine), item, taken);
      basket.nextLine += 1;
      basket.lines.push({
        line,
        size: item.size,
        pictogram: item.pictogram,
        ...(serial === undefined ? {} : { serial }),
      });
    });
  }

  voidLine(tx: Tx, terminal: Terminal, basketId: string, lineId: string): BasketView {
    return this.#change(tx, terminal, basketId, (basket) => {
      const kept = basket.lines.filter(({ line }) => line.lineId !== lineId);
      if (kept.length === basket.lines.length) throw new AgentError('LINE_UNKNOWN');
      basket.lines = kept;
    });
  }

  setMember(tx: Tx, terminal: Terminal, basketId: string, code: string): BasketView {
    return this.#change(tx, terminal, basketId, (basket) => {
      const member = memberByCode(tx, code);
      if (member === undefined) throw new AgentError('MEMBER_UNKNOWN');
      if (basket.memberId !== undefined && basket.memberId !== member.memberId) {
        basket.couponIds = [];
        delete basket.payWithPoints;
      }
      basket.memberId = member.memberId;
    });
  }

  addCoupon(tx: Tx, terminal: Terminal, basketId: string, code: string): BasketView {
    return this.#change(tx, terminal, basketId, (basket) => {
      const coupon = findCoupon(tx, code, basket.memberId, this.#deps.clock.now());
      if (!basket.couponIds.includes(coupon.couponId)) basket.couponIds.push(coupon.couponId);
    });
  }

  /** Throws GIFT_UNKNOWN. A choice that is not earned, or not in stock, waits until it is. */
  chooseGift(tx: Tx, terminal: Terminal, basketId: string, choice: z.infer<typeof ChooseGift>): BasketView {
    const campaign = this.#deps.book.byId(choice.campaignId);
    if (campaign?.kind !== 'gift' || !campaign.gifts.some(({ sku }) => sku === choice.sku))
      throw new AgentError('GIFT_UNKNOWN');
    return this.#change(tx, terminal, basketId, (basket) => {
      const others = basket.giftChoices.filter(({ campaignId }) => campaignId !== choice.campaignId);
      basket.giftChoices = [...others, choice].slice(-DECIDE_LIMITS.maxCoupons);
    });
  }

  /** `points` 0 takes the wish back. Throws MEMBER_NEEDED. */
  payWithPoints(tx: Tx, terminal: Terminal, basketId: string, points: number): BasketView {
    return this.#change(tx, terminal, basketId, (basket) => {
      if (basket.memberId === undefined) throw new AgentError('MEMBER_NEEDED');
      if (points === 0) delete basket.payWithPoints;
      else basket.payWithPoints = points;
    });
  }

  suspend(tx: Tx, terminal: Terminal, basketId: string): BasketView {
    return this.#put(tx, terminal, basketId, 'suspended');
  }

  /** Takes a suspended basket over to this terminal, whichever lane it came from. */
  resume(tx: Tx, terminal: Terminal, basketId: string): BasketView {
    const basket = readBasket(tx, basketId);
    if (basket.state !== 'suspended') throw new AgentError('BASKET_STATE', { detail: `(${basket.state})` });
    basket.state = 'open';
    basket.terminalId = terminal.deviceId;
    basket.lane = terminal.lane;
    basket.revision += 1;
    return this.#show(tx, basket);
  }

  cancel(tx: Tx, terminal: Terminal, basketId: string): BasketView {
    const view = this.#put(tx, terminal, basketId, 'cancelled');
    tx.append('tillside.basket.cancelled.v1', {
      basketId,
      terminalId: terminal.deviceId,
      cashierId: view.cashierId,
      at: instantOf(this.#deps.clock.now()),
      listFen: view.decision.listFen,
    });
    return view;
  }

  #change(tx: Tx, terminal: Terminal, basketId: string, change: (basket: StoredBasket) => void): BasketView {
    const basket = ownBasket(tx, terminal, basketId);
    change(basket);
    basket.revision += 1;
    return this.#show(tx, basket);
  }

  /** Keeps the basket with what is now shown of it. */
  #show(tx: Tx, basket: StoredBasket): BasketView {
    const { book, clock } = this.#deps;
    const view = screenView(this.#viewDeps(tx), basket, clock.now());
    saveBasket(tx, { ...basket, promisedFen: promisedBy(view.decision, book) });
    return view;
  }

  #put(tx: Tx, terminal: Terminal, basketId: string, state: StoredBasket['state']): BasketView {
    const basket: StoredBasket = { ...ownBasket(tx, terminal, basketId), state };
    saveBasket(tx, basket);
    return plainView(this.#viewDeps(tx), basket, this.#deps.clock.now());
  }

  #viewDeps(reader: Reader): ViewDeps {
    const { book, items } = this.#deps;
    return { reader, book, items };
  }
}

/** The open basket of this terminal. Throws BASKET_UNKNOWN, BASKET_OF_ANOTHER_TERMINAL, BASKET_STATE. */
export function ownBasket(tx: Tx, terminal: Terminal, basketId: string): StoredBasket {
  const basket = readBasket(tx, basketId);
  if (basket.state !== 'open') throw new AgentError('BASKET_STATE', { detail: `(${basket.state})` });
  if (basket.terminalId !== terminal.deviceId) throw new AgentError('BASKET_OF_ANOTHER_TERMINAL');
  return basket;
}
