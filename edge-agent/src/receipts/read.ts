import type { ReturnView as ReturnViewSchema, SaleView } from '@tillside/agent-contract';
import { MONEY_RULE } from '@tillside/decide';
import type { EventBody } from '@tillside/protocol';
import type { z } from 'zod';
import { couponsOf } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import type { Reader } from '../journal/index.ts';
import { readBasket, type StoredBasket } from '../lanes/basket.ts';
import { type Member, memberById } from '../members/members.ts';
import { pointsStanding } from '../points/statement.ts';
import { campaignWords } from '../prices/campaign-words.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { Items } from '../prices/item.ts';
import { livingWallet } from '../prices/wallet.ts';
import type { FapiaoSale } from './fapiao.ts';
import type { LineFacts } from './parts.ts';
import { MAX_WALLET, type SaleFacts, type WalletCoupon } from './receipt.ts';
import type { ReturnFacts } from './return-receipt.ts';
import { WORDS } from './words.ts';

type ReturnView = z.infer<typeof ReturnViewSchema>;
type SaleBody = EventBody<'tillside.sale.completed.v1'>;
type ReturnBody = EventBody<'tillside.sale.returned.v1'>;
type GoodsBody = EventBody<'tillside.goods.returned.v1'>;

export interface ReadDeps {
  readonly items: Items;
  readonly book: CampaignBook;
}

interface KeptSale {
  readonly view: SaleView;
  readonly memberId: string | undefined;
  readonly body: Pick<SaleBody, 'lane' | 'lines'> | undefined;
}

/** A sale, or one that was only trained. Throws SALE_UNKNOWN. */
function keptSale(reader: Reader, saleId: string): KeptSale {
  const row = reader.get<{ view: string; member_id: string | null; body: string }>(
    'SELECT view, member_id, body FROM sale WHERE sale_id = ?',
    saleId,
  );
  if (row !== undefined)
    return {
      view: JSON.parse(row.view) as SaleView,
      memberId: row.member_id ?? undefined,
      body: JSON.parse(row.body) as SaleBody,
    };
  const trained = reader.get<{ view: string }>('SELECT view FROM training_sale WHERE sale_id = ?', saleId);
  if (trained === undefined) throw new AgentError('SALE_UNKNOWN');
  const view = JSON.parse(trained.view) as SaleView;
  return { view, memberId: basketOf(reader, view.basketId)?.memberId, body: undefined };
}

/** A sale that a till made alone has none. */
function basketOf(reader: Reader, basketId: string): StoredBasket | undefined {
  const known = reader.get('SELECT 1 AS found FROM basket WHERE basket_id = ?', basketId);
  return known === undefined ? undefined : readBasket(reader, basketId);
}

/** As it was sold where there is a basket, else as the item master has it now, with the price that the amount says. */
function linesOf(reader: Reader, { view, body }: KeptSale, items: Items): Map<string, LineFacts> {
  const basket = basketOf(reader, view.basketId);
  const facts = new Map<string, LineFacts>();
  for (const { line, size } of basket?.lines ?? []) {
    const { name, unitPriceFen, weightGrams } = line;
    facts.set(line.lineId, { name, size, unitPriceFen, weightGrams, priceSet: isPriceSet(body, line.lineId) });
  }
  if (basket !== undefined) return facts;
  for (const { lineId, sku, quantity, listFen, weightGrams } of body?.lines ?? []) {
    const item = items.bySku(sku);
    if (item === undefined) continue;
    const unitPriceFen = weightGrams === undefined && listFen % quantity === 0 ? listFen / quantity : undefined;
    facts.set(lineId, { name: item.name, size: item.size, unitPriceFen, weightGrams });
  }
  return facts;
}

const isPriceSet = (body: KeptSale['body'], lineId: string): boolean => {
  const set = body?.lines.find((line) => line.lineId === lineId)?.priceSet;
  return set !== undefined && set.by !== 'pos';
};

/** What a member may use now, the soonest to end first. */
function walletCoupons(reader: Reader, book: CampaignBook, member: Member, nowMs: number): WalletCoupon[] {
  return livingWallet(reader, book, member, nowMs)
    .filter(({ campaign }) => Date.parse(campaign.window.from) <= nowMs)
    .map(({ campaign, until }) => ({ name: campaign.name, text: campaignWords(campaign), until }))
    .sort((a, b) => Date.parse(a.until) - Date.parse(b.until))
    .slice(0, MAX_WALLET);
}

/** The return of an exchange: of the same till and day as its sale. */
function exchangedFor(reader: Reader, deps: ReadDeps, { saleId, tenders, terminalId, businessDate }: SaleView) {
  if (!tenders.some(({ kind }) => kind === 'exchange')) return undefined;
  const row = reader.get<{ return_id: string }>(
    `SELECT return_id FROM sale_return WHERE business_date = ? AND terminal_id = ? AND json_extract(body, '$.exchangeSaleId') = ?`,
    businessDate,
    terminalId,
    saleId,
  );
  return row === undefined ? undefined : readReturnFacts(reader, deps, row.return_id);
}

/** All that the receipt of a sale needs. Throws SALE_UNKNOWN. */
export function readSaleFacts(reader: Reader, deps: ReadDeps, saleId: string, nowMs: number): SaleFacts {
  const kept = keptSale(reader, saleId);
  const { view, memberId } = kept;
  const member = memberId === undefined ? undefined : memberById(reader, memberId);
  const lines = linesOf(reader, kept, deps.items);
  return {
    view,
    exchanged: exchangedFor(reader, deps, view),
    lane: kept.body?.lane ?? basketOf(reader, view.basketId)?.lane,
    ...(member === undefined ? {} : { member: { memberId: member.memberId, tier: member.tier } }),
    standing: member === undefined || view.training ? undefined : pointsStanding(reader, member.memberId, nowMs),
    wallet: member === undefined || view.training ? [] : walletCoupons(reader, deps.book, member, nowMs),
    lineOf: (lineId) => lines.get(lineId),
  };
}

/** What may be invoiced of a sale now. */
export function fapiaoSale(reader: Reader, view: SaleView): FapiaoSale {
  const { saleId, businessDate, paidFen, tenders, decision } = view;
  const returns = reader
    .all<{ body: string }>('SELECT body FROM sale_return WHERE sale_id = ?', saleId)
    .map(({ body }) => JSON.parse(body) as ReturnBody);
  const told =
    reader.get<{ fen: number | null }>('SELECT sum(refund_fen) AS fen FROM goods_return WHERE sale_id = ?', saleId)
      ?.fen ?? 0;
  const back = new Map<string, number>();
  for (const { lines } of returns)
    for (const { lineId, quantity } of lines) back.set(lineId, (back.get(lineId) ?? 0) + quantity);
  const refundedFen = returns.reduce((sum, { refundFen, payFen = 0 }) => sum + refundFen - payFen, told);
  return {
    saleId,
    businessDate,
    training: view.training === true,
    paidFen,
    tenders,
    refundedFen,
    isReturned: decision.lines.every(({ lineId, quantity }) => (back.get(lineId) ?? 0) >= quantity),
  };
}

/** All that the receipt of a return needs, of a sale of this store or not. Throws RETURN_UNKNOWN. */
export function readReturnFacts(reader: Reader, deps: ReadDeps, returnId: string): ReturnFacts {
  const row = reader.get<{ body: string; view: string | null }>(
    'SELECT body, view FROM sale_return WHERE return_id = ?',
    returnId,
  );
  if (row !== undefined) return ofSale(reader, deps, JSON.parse(row.body) as ReturnBody, row.view);
  const goods = reader.get<{ body: string }>('SELECT body FROM goods_return WHERE return_id = ?', returnId);
  if (goods === undefined) throw new AgentError('RETURN_UNKNOWN');
  return ofGoods(reader, deps, JSON.parse(goods.body) as GoodsBody);
}

interface Headed {
  readonly returnId: string;
  readonly terminalId: string;
  readonly cashierId: string;
  readonly receiptNumber: string;
  readonly businessDate: string;
  readonly returnedAt: string;
  readonly reason?: string | undefined;
}

const headOf = (reader: Reader, body: Headed) => ({
  returnId: body.returnId,
  lane: laneOf(reader, body.terminalId),
  terminalId: body.terminalId,
  cashierId: body.cashierId,
  receiptNumber: body.receiptNumber,
  businessDate: body.businessDate,
  returnedAt: body.returnedAt,
  reason: body.reason,
});

/** Returns do not keep their lane: it is that of their terminal now. */
export const laneOf = (reader: Reader, terminalId: string): string | undefined =>
  reader.get<{ lane: string | null }>('SELECT lane FROM paired WHERE device_id = ?', terminalId)?.lane ?? undefined;

function ofSale(reader: Reader, { items, book }: ReadDeps, body: ReturnBody, viewText: string | null): ReturnFacts {
  const view = viewText === null ? undefined : (JSON.parse(viewText) as Partial<ReturnView>);
  const sold = keptSale(reader, body.saleId);
  const facts = linesOf(reader, sold, items);
  const { saleId, receiptNumber, businessDate } = sold.view;
  const { refundFen, payFen = 0 } = body;
  return {
    ...headOf(reader, body),
    basis: 'sale',
    sale: { saleId, receiptNumber, businessDate },
    lines: body.lines.map((line) => ({ ...line, facts: facts.get(line.lineId) })),
    moneyRule: sold.view.decision.moneyRule,
    heldBackFen: body.heldBackFen ?? 0,
    giftChargeFen: body.giftChargeFen ?? 0,
    refundFen,
    payFen,
    tenders: body.tenders ?? [],
    pointsTakenBack: view?.pointsTakenBack ?? 0,
    pointsGivenBack: body.pointsGivenBack ?? 0,
    couponsBack: couponsOf(reader, body.couponsBack ?? []).map(({ couponId, campaignId }) => ({
      name: book.byId(campaignId)?.name ?? appliedName(sold.view, couponId) ?? WORDS.coupon,
      until: view?.couponsBack?.find((one) => one.couponId === couponId)?.expiresAt,
    })),
  };
}

const appliedName = ({ decision }: SaleView, couponId: string) =>
  decision.applied.find((one) => one.couponId === couponId)?.name;

/** What a POS paid out by itself. */
const AS_CHARGED = 'as-charged';

function ofGoods(reader: Reader, { items }: ReadDeps, body: GoodsBody): ReturnFacts {
  return {
    ...headOf(reader, body),
    basis: body.basis,
    lines: body.lines.map(({ sku, quantity, weightGrams, refundFen }) => {
      const item = items.bySku(sku);
      const facts = item === undefined ? undefined : { name: item.name, size: item.size, weightGrams };
      return { sku, quantity, refundFen, facts };
    }),
    moneyRule: body.basis === 'reported' ? AS_CHARGED : MONEY_RULE,
    heldBackFen: 0,
    giftChargeFen: 0,
    refundFen: body.refundFen,
    payFen: 0,
    tenders: body.tenders,
    pointsTakenBack: body.pointsTakenBack ?? 0,
    pointsGivenBack: 0,
    couponsBack: [],
  };
}
