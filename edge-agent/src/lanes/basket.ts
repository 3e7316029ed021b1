import type { BasketView, MemberTrust } from '@tillside/agent-contract';
import type { Basket } from '@tillside/decide';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import type { Guest } from '../members/guest.ts';
import { NOTHING_SHOWN, type Shown } from './delta.ts';
import type { PriceSet } from './keyed-price.ts';

type Line = Basket['lines'][number];

/** A line as it was put in: the decision engine's line, and what a screen needs beside it. Its price stays that of the moment it was added. */
export interface StoredLine {
  line: Line;
  size: { zh: string; en: string };
  pictogram: string;
  /** Of a pack whose code carries one: the same pack can't be in a basket twice. */
  serial?: string;
  /** Where the price is not the item master's. */
  priceSet?: PriceSet;
  /** What the person who keyed the price wrote beside it. */
  note?: string;
  /** The code is not in the item master. */
  unknown?: true;
}

export interface StoredBasket {
  basketId: string;
  state: BasketView['state'];
  terminalId: string;
  lane: string;
  cashierId: string;
  openedAt: string;
  lines: StoredLine[];
  nextLine: number;
  /** Changes so far, the opening being the first. */
  revision: number;
  memberId?: string;
  /** How the member was identified; absent: by a store that did not know of this yet, which is no better than a card. */
  memberTrust?: MemberTrust;
  /** Its member was forgotten, or took back the consent to membership, while it was open: it goes on as a guest's, and its cashier sees why. */
  memberLeft?: true;
  /** Instead of a member: a code that nobody here knows, while HQ could not be asked. */
  guest?: Guest;
  couponIds: string[];
  /** The gift that the shopper takes of a campaign. */
  giftChoices: { campaignId: string; sku: string }[];
  /** Points that the member asks to pay with. */
  payWithPoints?: number;
  /** What campaigns with limits gave when the basket was last shown after a change: to say why it is gone. Fen by campaign. */
  promisedFen: Record<string, number>;
  /** What the last change showed: the next one is told as the difference. */
  shown: Shown;
  /** Whose prices the lines have; the POS's own where it sent them itself. */
  priceOwner: 'tillside' | 'pos-adjusts';
  /** Never counted, spent or earned. */
  training?: true;
  /** The highest age, in years, that the cashier has checked of this shopper. */
  checkedAge?: number;
}

interface BasketRow {
  basket_id: string;
  state: BasketView['state'];
  terminal_id: string;
  lane: string;
  cashier_id: string;
  opened_at: string;
  content: string;
}

/** What has a column of its own; all else is the content. */
type Columns = 'basketId' | 'state' | 'terminalId' | 'lane' | 'cashierId' | 'openedAt';
type Content = Omit<StoredBasket, Columns>;
/** What baskets have that were opened before the till knew of it. */
type Later = 'giftChoices' | 'promisedFen' | 'revision' | 'shown' | 'priceOwner';

const fromRow = (row: BasketRow): StoredBasket => ({
  giftChoices: [],
  promisedFen: {},
  revision: 1,
  shown: NOTHING_SHOWN,
  priceOwner: 'tillside',
  ...(JSON.parse(row.content) as Omit<Content, Later>),
  basketId: row.basket_id,
  state: row.state,
  terminalId: row.terminal_id,
  lane: row.lane,
  cashierId: row.cashier_id,
  openedAt: row.opened_at,
});

export function storedBasket(reader: Reader, basketId: string): StoredBasket | undefined {
  const row = reader.get<BasketRow>('SELECT * FROM basket WHERE basket_id = ?', basketId);
  return row && fromRow(row);
}

/** Throws BASKET_UNKNOWN. */
export function readBasket(reader: Reader, basketId: string): StoredBasket {
  const basket = storedBasket(reader, basketId);
  if (basket === undefined) throw new AgentError('BASKET_UNKNOWN');
  return basket;
}

/** Of the states asked for: what a terminal has open itself, and what it may resume. Newest first. */
export function listBaskets(
  reader: Reader,
  terminalId: string,
  states: readonly string[],
  limit: number,
): StoredBasket[] {
  return reader
    .all<BasketRow>(
      `SELECT * FROM basket WHERE state IN (${states.map(() => '?').join(', ')})
         AND (state = 'suspended' OR terminal_id = ? OR terminal_id IN (SELECT device_id FROM paired WHERE revoked_at IS NOT NULL))
       ORDER BY opened_at DESC LIMIT ?`,
      ...states,
      terminalId,
      limit,
    )
    .map(fromRow);
}

/** The basket that a lane is at. */
export function newestOpenBasket(reader: Reader, lane: string): StoredBasket | undefined {
  const row = reader.get<BasketRow>(
    `SELECT * FROM basket WHERE state = 'open' AND lane = ? ORDER BY opened_at DESC LIMIT 1`,
    lane,
  );
  return row && fromRow(row);
}

export function saveBasket(tx: Tx, basket: StoredBasket): void {
  const { basketId, state, terminalId, lane, cashierId, openedAt, ...content } = basket;
  tx.run(
    `INSERT INTO basket (basket_id, state, terminal_id, lane, cashier_id, opened_at, content) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (basket_id) DO UPDATE SET state = excluded.state, terminal_id = excluded.terminal_id, lane = excluded.lane, cashier_id = excluded.cashier_id,
       content = excluded.content`,
    basketId,
    state,
    terminalId,
    lane,
    cashierId,
    openedAt,
    JSON.stringify(content satisfies Content),
  );
}
