import type { BasketView } from '@tillside/agent-contract';
import type { Basket } from '@tillside/decide';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';

type Line = Basket['lines'][number];

/** A line as it was put in: the decision engine's line, and what a screen needs beside it. Its price stays that of the moment it was added. */
export interface StoredLine {
  line: Line;
  size: { zh: string; en: string };
  pictogram: string;
  /** Of a pack whose code carries one: the same pack can't be in a basket twice. */
  serial?: string;
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
  couponIds: string[];
  /** The gift that the shopper takes of a campaign. */
  giftChoices: { campaignId: string; sku: string }[];
  /** Points that the member asks to pay with. */
  payWithPoints?: number;
  /** What campaigns with limits gave when the basket was last shown after a change: to say why it is gone. Fen by campaign. */
  promisedFen: Record<string, number>;
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

type Content = Pick<
  StoredBasket,
  'lines' | 'nextLine' | 'revision' | 'memberId' | 'couponIds' | 'giftChoices' | 'payWithPoints' | 'promisedFen'
>;

const fromRow = (row: BasketRow): StoredBasket => ({
  basketId: row.basket_id,
  state: row.state,
  terminalId: row.terminal_id,
  lane: row.lane,
  cashierId: row.cashier_id,
  openedAt: row.opened_at,
  // Baskets that were opened before gifts could be chosen have no choices.
  giftChoices: [],
  promisedFen: {},
  revision: 1,
  ...(JSON.parse(row.content) as Omit<Content, 'giftChoices' | 'promisedFen' | 'revision'>),
});

export function readBasket(reader: Reader, basketId: string): StoredBasket {
  const row = reader.get<BasketRow>('SELECT * FROM basket WHERE basket_id = ?', basketId);
  if (row === undefined) throw new AgentError('BASKET_UNKNOWN');
  return fromRow(row);
}

export function listBaskets(reader: Reader, states: readonly string[], limit: number): StoredBasket[] {
  return reader
    .all<BasketRow>(
      `SELECT * FROM basket WHERE state IN (${states.map(() => '?').join(', ')}) ORDER BY opened_at DESC LIMIT ?`,
      ...states,
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
  const { lines, nextLine, revision, memberId, couponIds, giftChoices, payWithPoints, promisedFen } = basket;
  const content: Content = {
    lines,
    nextLine,
    revision,
    couponIds,
    giftChoices,
    promisedFen,
    ...(memberId === undefined ? {} : { memberId }),
    ...(payWithPoints === undefined ? {} : { payWithPoints }),
  };
  tx.run(
    `INSERT INTO basket (basket_id, state, terminal_id, lane, cashier_id, opened_at, content) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (basket_id) DO UPDATE SET state = excluded.state, terminal_id = excluded.terminal_id, lane = excluded.lane, cashier_id = excluded.cashier_id,
       content = excluded.content`,
    basket.basketId,
    basket.state,
    basket.terminalId,
    basket.lane,
    basket.cashierId,
    basket.openedAt,
    JSON.stringify(content),
  );
}
