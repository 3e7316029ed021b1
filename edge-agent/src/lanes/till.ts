import type { BasketView, ChangeLine, ChooseGift, OpenBasket, PosLine, PriceOwner } from '@tillside/agent-contract';
import { DECIDE_LIMITS } from '@tillside/decide';
import type { z } from 'zod';
import { findCoupon } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import type { Journal, Reader, Tx } from '../journal/index.ts';
import type { Prepared } from '../members/find.ts';
import { type Guest, guestOf } from '../members/guest.ts';
import { identify, surer } from '../members/identify.ts';
import { isRevoked } from '../pairing/pairing.ts';
import { type Clock, dateOf, instantOf, type Random, zonedInstants } from '../ports.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { Items } from '../prices/item.ts';
import { takenCoupons } from '../prices/wallet.ts';
import { tellBasketOutcomes } from '../recommend/outcomes.ts';
import { checkedAge, checkOwnPrices, checkSerial, checkSize, newLine, type UnknownItems } from './add-line.ts';
import type { Approvals } from './approvals.ts';
import { listBaskets, readBasket, type StoredBasket, type StoredLine, saveBasket } from './basket.ts';
import { scopeNow } from './booking.ts';
import { refuseCardNumbers } from './card-number.ts';
import { countCancelled } from './day-count.ts';
import { deltaOf, type Scene, shownOf } from './delta.ts';
import type { LineInput } from './find-item.ts';
import { Goods } from './goods.ts';
import { approvedBy, atKeyedPrice, type Keyed } from './keyed-price.ts';
import { newBasket, ownerOf } from './open-basket.ts';
import { limitedTo, shortOf } from './points.ts';
import { posLines } from './pos-lines.ts';
import type { ScanRules } from './scanned-item.ts';
import { plainView, promisedBy, screenView, type ViewDeps } from './view.ts';

export const MAX_BASKET_LINES = 500;
const MAX_LISTED_BASKETS = 50;

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
  unknownItems: UnknownItems;
}

/**
 * The native POS use cases on baskets. Each takes the transaction it runs in, so that the answer, its effects and the idempotency row become durable
 * together; each returns the basket as decided after the change, and what the change did (`delta`).
 */
export class Till {
  #deps: TillDeps;
  #instant: (ms: number) => string;
  readonly goods: Goods;

  constructor(deps: TillDeps) {
    this.#deps = deps;
    this.#instant = zonedInstants(deps.zone);
    this.goods = new Goods(deps);
  }

  /** A terminal that is in training opens nothing else. Throws PRICE_OWNER (the POS only reports its sales), CARD_NUMBER_REFUSED. */
  open(tx: Tx, terminal: Terminal, input: z.infer<typeof OpenBasket>): BasketView {
    const { clock, random } = this.#deps;
    refuseCardNumbers(input);
    const at = { basketId: random.uuid(), openedAt: instantOf(clock.now()) };
    const basket = newBasket(tx, terminal, input, at);
    return this.#show(tx, basket, basket, plainView);
  }

  get(basketId: string): BasketView {
    return this.view(readBasket(this.#deps.journal, basketId));
  }

  /** Of one that was read just now. */
  view(basket: StoredBasket): BasketView {
    const { journal, clock } = this.#deps;
    return screenView(this.#viewDeps(journal), basket, clock.now());
  }

  /** Open baskets of this terminal; suspended ones of the whole store and those that a revoked terminal left open, which any lane may resume. */
  list(terminal: Terminal, state: 'open' | 'suspended' | undefined): BasketView[] {
    const { journal, clock } = this.#deps;
    const states = state === undefined ? ['open', 'suspended'] : [state];
    return listBaskets(journal, terminal.deviceId, states, MAX_LISTED_BASKETS).map((basket) =>
      plainView(this.#viewDeps(journal), basket, clock.now()),
    );
  }

  /**
   * `weighedGrams` is what the lane's scale said. Throws ITEM_UNKNOWN, ITEM_NOT_ON_SALE, ITEM_EXPIRED, DEPARTMENT_UNKNOWN, CODE_NOT_AN_ITEM, CODE_INVALID,
   * WEIGHT_NEEDED, PRICE_NEEDED, AGE_CHECK_NEEDED, SERIAL_TWICE, BASKET_FULL, BASKET_TOO_LARGE, APPROVAL_*, PRICE_OWNER, CARD_NUMBER_REFUSED.
   */
  addLine(tx: Tx, terminal: Terminal, basketId: string, input: LineInput, weighedGrams?: number): BasketView {
    refuseCardNumbers(input);
    return this.#change(tx, terminal, basketId, (basket) => {
      checkOwnPrices(basket);
      if (basket.lines.length >= MAX_BASKET_LINES) throw new AgentError('BASKET_FULL');
      const { goods, taken } = this.goods.find(input);
      const read = weighedGrams === undefined ? taken : { ...taken, weightGrams: weighedGrams };
      const age = checkedAge(basket.checkedAge, goods, input);
      if (age !== undefined) basket.checkedAge = age;
      const stored = newLine(String(basket.nextLine), { goods, taken: read }, input, this.#deps.unknownItems);
      checkSerial(basket.lines, stored);
      checkSize([...basket.lines, stored]);
      basket.lines = [...basket.lines, this.#approved(terminal, stored, input.price)];
      basket.nextLine += 1;
    });
  }

  /** Throws LINE_UNKNOWN, BODY_REFUSED (a weighed line has no quantity), SERIAL_TWICE, BASKET_TOO_LARGE, PRICE_NEEDED, APPROVAL_*, PRICE_OWNER. */
  changeLine(
    tx: Tx,
    terminal: Terminal,
    basketId: string,
    lineId: string,
    input: z.infer<typeof ChangeLine>,
  ): BasketView {
    refuseCardNumbers(input);
    return this.#change(tx, terminal, basketId, (basket) => {
      checkOwnPrices(basket);
      const old = basket.lines.find(({ line }) => line.lineId === lineId);
      if (old === undefined) throw new AgentError('LINE_UNKNOWN');
      const counted = input.quantity === undefined ? old : ofQuantity(old, input.quantity);
      const priced =
        input.price === undefined
          ? counted
          : atKeyedPrice(counted, this.#deps.items.bySku(counted.line.sku), input.price);
      const put = (stored: StoredLine) => basket.lines.map((other) => (other === old ? stored : other));
      checkSize(put(priced));
      basket.lines = put(this.#approved(terminal, priced, input.price));
    });
  }

  /**
   * The whole basket of a POS that owns its prices: replaces what was there. Throws PRICE_OWNER where prices are ours, BODY_REFUSED, WEIGHT_NEEDED, BASKET_TOO_LARGE,
   * CARD_NUMBER_REFUSED.
   */
  putLines(tx: Tx, terminal: Terminal, basketId: string, lines: readonly z.infer<typeof PosLine>[]): BasketView {
    return this.#change(tx, terminal, basketId, (basket) => {
      if (basket.priceOwner !== 'pos-adjusts')
        throw new AgentError('PRICE_OWNER', { detail: `(${basket.priceOwner})` });
      const stored = posLines(this.#deps.items, lines);
      checkSize(stored);
      basket.lines = stored;
    });
  }

  voidLine(tx: Tx, terminal: Terminal, basketId: string, lineId: string): BasketView {
    return this.#change(tx, terminal, basketId, (basket) => {
      checkOwnPrices(basket);
      const kept = basket.lines.filter(({ line }) => line.lineId !== lineId);
      if (kept.length === basket.lines.length) throw new AgentError('LINE_UNKNOWN');
      basket.lines = kept;
    });
  }

  /**
   * `prepared`: how the code was looked for before (members/find.ts). Where HQ could not be asked about it the basket is a guest's. Throws MEMBER_UNKNOWN, MEMBER_CODE_EXPIRED,
   * MEMBER_CODE_USED.
   */
  setMember(tx: Tx, terminal: Terminal, basketId: string, code: string, prepared?: Prepared): BasketView {
    return this.#change(tx, terminal, basketId, (basket) => {
      const atMs = this.#deps.clock.now();
      const isChecked = prepared?.isChecked === true;
      const found = identify(tx, { code, atMs, usedFor: `basket:${basketId}`, isChecked });
      if (found === undefined && prepared?.isUnanswered !== true) throw new AgentError('MEMBER_UNKNOWN');
      if (found === undefined) {
        beGuest(basket, guestOf(code, atMs));
        return;
      }
      delete basket.guest;
      delete basket.memberLeft;
      const { memberId } = found.member;
      const isSame = basket.memberId === memberId;
      if (basket.memberId !== undefined && !isSame) {
        basket.couponIds = [];
        delete basket.payWithPoints;
      }
      // What the member took at a kiosk needs no second word at the till.
      const taken = takenCoupons(tx, this.#deps.book, found.member, atMs);
      basket.couponIds = [...new Set([...basket.couponIds, ...taken])].slice(0, DECIDE_LIMITS.maxCoupons);
      basket.memberTrust = isSame ? surer(found.trust, basket.memberTrust ?? 'card') : found.trust;
      basket.memberId = memberId;
    });
  }

  addCoupon(tx: Tx, terminal: Terminal, basketId: string, code: string): BasketView {
    return this.#change(tx, terminal, basketId, (basket) => {
      const coupon = findCoupon(tx, code, basket.memberId, this.#deps.clock.now());
      if (!basket.couponIds.includes(coupon.couponId)) basket.couponIds = [...basket.couponIds, coupon.couponId];
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

  /** `points` 0 takes the wish back; more than there is, is as much as there is. Throws MEMBER_NEEDED, POINTS_OFFLINE_LIMIT, POINTS_CARD_LIMIT, MEMBER_UNVERIFIED. */
  payWithPoints(tx: Tx, terminal: Terminal, basketId: string, points: number): BasketView {
    return this.#change(tx, terminal, basketId, (basket) => {
      if (basket.memberId === undefined) throw new AgentError('MEMBER_NEEDED');
      if (points === 0) delete basket.payWithPoints;
      else {
        const short = shortOf(tx, basket, points, this.#deps.clock.now());
        if (short !== undefined) throw limitedTo(short.allowance);
        basket.payWithPoints = points;
      }
    });
  }

  suspend(tx: Tx, terminal: Terminal, basketId: string): BasketView {
    return this.#put(tx, terminal, basketId, 'suspended');
  }

  /**
   * Takes a basket over to this terminal, whichever lane it came from: a suspended one, or one that a terminal had open when it was revoked. Of two that resume it at once
   * one wins. Throws BASKET_UNKNOWN, BASKET_STATE, PRICE_OWNER (its prices are another's).
   */
  resume(tx: Tx, terminal: Terminal, basketId: string): BasketView {
    const basket = readBasket(tx, basketId);
    const isLeft = basket.state === 'open' && isRevoked(tx, basket.terminalId);
    if (basket.state !== 'suspended' && !isLeft) throw new AgentError('BASKET_STATE', { detail: `(${basket.state})` });
    if (basket.priceOwner !== ownerOf(terminal))
      throw new AgentError('PRICE_OWNER', { detail: `(${basket.priceOwner})` });
    return this.#show(tx, basket, { ...basket, state: 'open', terminalId: terminal.deviceId, lane: terminal.lane });
  }

  /** Where a basket is, or was last. Throws BASKET_UNKNOWN. */
  laneOf(reader: Reader, basketId: string): string {
    return readBasket(reader, basketId).lane;
  }

  cancel(tx: Tx, terminal: Terminal, basketId: string): BasketView {
    const view = this.#put(tx, terminal, basketId, 'cancelled');
    // What was only trained is nobody's business.
    if (view.training) return view;
    const now = this.#deps.clock.now();
    countCancelled(tx, scopeNow(tx, terminal, dateOf(this.#instant(now))));
    tx.append('tillside.basket.cancelled.v1', {
      basketId,
      terminalId: terminal.deviceId,
      cashierId: view.cashierId,
      at: instantOf(now),
      listFen: view.decision.listFen,
    });
    return view;
  }

  #change(tx: Tx, terminal: Terminal, basketId: string, change: (basket: StoredBasket) => void): BasketView {
    const before = ownBasket(tx, terminal, basketId);
    const basket = { ...before };
    change(basket);
    tellBasketOutcomes(tx, before, basket, this.#deps.clock.now());
    return this.#show(tx, before, basket);
  }

  #put(tx: Tx, terminal: Terminal, basketId: string, state: StoredBasket['state']): BasketView {
    const basket = ownBasket(tx, terminal, basketId);
    return this.#show(tx, basket, { ...basket, state }, plainView);
  }

  /** Keeps the basket with what is now shown of it. */
  #show(tx: Tx, before: Scene, changed: StoredBasket, look: typeof screenView = screenView): BasketView {
    const { book, clock } = this.#deps;
    const basket = { ...changed, revision: changed.revision + 1 };
    const view = look(this.#viewDeps(tx), basket, clock.now());
    const shown = shownOf(view.decision);
    saveBasket(tx, { ...basket, promisedFen: promisedBy(view.decision, book), shown });
    return { ...view, delta: deltaOf(before, { lines: basket.lines, shown }) };
  }

  /** An override needs somebody's word, which is taken last: nothing else may then refuse the line. */
  #approved(terminal: Terminal, stored: StoredLine, price: Keyed | undefined): StoredLine {
    if (price === undefined || stored.priceSet?.by !== 'override') return stored;
    const { staffId } = this.#deps.approvals.useApproval(terminal, price.approvalId, 'price-override');
    return approvedBy(stored, staffId);
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

/** Throws BODY_REFUSED, SERIAL_TWICE. */
function ofQuantity(stored: StoredLine, quantity: number): StoredLine {
  if (stored.line.weightGrams !== undefined)
    throw new AgentError('BODY_REFUSED', { fields: [{ path: 'quantity', message: 'a weighed line has none' }] });
  if (stored.serial !== undefined && quantity > stored.line.quantity) throw new AgentError('SERIAL_TWICE');
  return { ...stored, line: { ...stored.line, quantity } };
}

/** What the member before had in the basket stays the member's. */
function beGuest(basket: StoredBasket, guest: Guest): void {
  if (basket.memberId !== undefined) basket.couponIds = [];
  delete basket.memberId;
  delete basket.memberTrust;
  delete basket.payWithPoints;
  basket.guest = guest;
}
