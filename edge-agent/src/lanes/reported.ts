import { createHash } from 'node:crypto';
import type { GoodsReturnView, LateSale, ReportedReturn, ReportedSale, SaleView } from '@tillside/agent-contract';
import { type AppliedCampaign, allocateFen, type Decision, weighedAmountFen } from '@tillside/decide';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { addPoints, type Member, memberByCode, memberById, recordPurchase } from '../members/members.ts';
import { instantOf } from '../ports.ts';
import type { Item, Items } from '../prices/item.ts';
import { pastBooking } from './booking.ts';
import { holdsCardNumber, refuseCardNumbers } from './card-number.ts';
import { recordGoodsReturn } from './goods-return.ts';
import { movePoints, pointsShare } from './points.ts';
import { type LineFacts, OPEN_ITEM, recordSale } from './record-sale.ts';
import { toldRounding, toldTenders } from './tenders.ts';
import type { Terminal, TillDeps } from './till.ts';

type Told = z.infer<typeof ReportedSale> | z.infer<typeof LateSale>;
type ToldReturn = z.infer<typeof ReportedReturn>;
type ToldLine = Told['lines'][number];
type GoodsReturn = z.infer<typeof GoodsReturnView>;

/** How something that was sold elsewhere reached the agent. `late`: by a till of ours that sold alone; `source`: where not by the native API. */
export interface HowTold {
  readonly source?: 'poslog' | 'toast';
  readonly late: boolean;
  /** The member, where no code of a card is told. */
  readonly memberId?: string | undefined;
  /** What campaigns of ours gave when the POS redeemed them before: spent and counted then, named in the sale. */
  readonly redeemed?: readonly Redeemed[];
}

/** What one campaign gave, and which lines it lowered: fen by the place of the line. */
export interface Redeemed {
  readonly applied: AppliedCampaign;
  readonly lineFen: readonly number[];
}

/** A line as told, the item that it names, and how many of the item it holds. */
interface FoundLine {
  readonly told: ToldLine;
  readonly item: Item | undefined;
  readonly sku: string;
  readonly quantity: number;
}

const MAX_SKU_CHARS = 64;
const DEFAULT_FEN_PER_POINT = 100;

/**
 * What a till or a POS sold, or took back, alone: late sales and reports. What was charged is a fact: it is never refused for its price, its day or its clock. `completedAt`
 * is kept as told, beside the agent's own time on the event. The same content again under one terminal and receipt number is the same sale.
 */
export class Reported {
  #deps: TillDeps;

  constructor(deps: TillDeps) {
    this.#deps = deps;
  }

  /** Throws RECEIPT_NUMBER_USED (by something else), TENDER_MISMATCH, CARD_NUMBER_REFUSED. */
  sale(tx: Tx, terminal: Terminal, input: Told, how: HowTold): { view: SaleView; repeated: boolean } {
    const toldHash = hashOf(input);
    const known = toldBefore<SaleView>(tx, 'sale', terminal, input.receiptNumber, toldHash);
    if (known !== undefined) return { view: known, repeated: true };
    refuseCardNumbers(input);
    const { random, items, clock } = this.#deps;
    const lines = this.#find(input.lines);
    const member = memberOf(tx, input, how);
    const taxFen = 'addedTaxFen' in input ? (input.addedTaxFen ?? 0) : 0;
    const decision = this.#asCharged(lines, taxFen, member, how.redeemed ?? []);
    const roundingFen = toldRounding(input.tenders, decision.totalFen);
    const saleId = random.uuid();
    const view: SaleView = {
      saleId,
      basketId: saleId,
      ...pastBooking(tx, terminal, input),
      completedAt: input.completedAt,
      terminalId: terminal.deviceId,
      cashierId: input.cashierId,
      late: how.late,
      decision,
      tenders: input.tenders,
      paidFen: decision.totalFen + roundingFen,
      roundingFen,
      ...movePoints(tx, member?.memberId, decision.points),
      ...(terminal.priceOwner === 'tillside' ? {} : { priceOwner: terminal.priceOwner }),
      priceVersion: items.priceVersion(),
    };
    const byPos = terminal.priceOwner !== 'tillside';
    const facts = {
      memberId: member?.memberId,
      lane: terminal.lane,
      // What a POS redeemed itself is known by its amount only.
      campaigns: (how.redeemed ?? []).length === 0 ? this.#deps.book.setOf(decision) : undefined,
      toldHash,
      ...(how.source === undefined ? {} : { source: how.source }),
      linesOf: (lineId: string) => factsOf(lines[Number(lineId) - 1], byPos),
    };
    recordSale(tx, view, facts, clock.now());
    this.#noteUnknown(tx, terminal, lines);
    if (member !== undefined) notePurchases(tx, member, input.completedAt, lines);
    return { view, repeated: false };
  }

  /**
   * Goods that a POS took back alone. Points follow: of a sale that is known their share of what it earned, else what the refund would earn. Throws
   * RECEIPT_NUMBER_USED (by something else), TENDER_MISMATCH, CARD_NUMBER_REFUSED.
   */
  return(tx: Tx, terminal: Terminal, input: ToldReturn, how: HowTold): { view: GoodsReturn; repeated: boolean } {
    const toldHash = hashOf(input);
    const known = toldBefore<GoodsReturn>(tx, 'goods_return', terminal, input.receiptNumber, toldHash);
    if (known !== undefined) return { view: known, repeated: true };
    refuseCardNumbers(input);
    const lines = this.#find(input.lines);
    const goodsFen = lines.reduce((sum, { told }) => sum + told.payableFen, 0);
    const taxFen = input.addedTaxFen ?? 0;
    const refundFen = goodsFen + taxFen + toldRounding(input.tenders, goodsFen + taxFen);
    const sale = saleOfReceipt(tx, terminal, input.saleReceiptNumber);
    const memberId = sale?.memberId ?? memberOf(tx, input, how)?.memberId;
    const points = memberId === undefined ? 0 : this.#pointsBack(tx, sale, goodsFen);
    if (memberId !== undefined) addPoints(tx, memberId, -points);
    const { sessionId, ...booking } = pastBooking(tx, terminal, input);
    const view = recordGoodsReturn(
      tx,
      {
        returnId: this.#deps.random.uuid(),
        basis: 'reported',
        ...booking,
        returnedAt: input.completedAt,
        terminalId: terminal.deviceId,
        cashierId: input.cashierId,
        lines: lines.map(({ sku, quantity, told: { weightGrams, payableFen } }) => ({
          sku,
          quantity,
          ...(weightGrams === undefined ? {} : { weightGrams }),
          refundFen: payableFen,
        })),
        refundFen,
        tenders: toldTenders(input.tenders),
        ...(sale === undefined ? {} : { saleId: sale.saleId }),
        ...(memberId === undefined ? {} : { memberId }),
        ...(points === 0 ? {} : { pointsTakenBack: points }),
      },
      { sessionId, toldHash, taxFen },
    );
    this.#noteUnknown(tx, terminal, lines);
    return { view, repeated: false };
  }

  #find(lines: readonly ToldLine[]): FoundLine[] {
    return lines.map((told, index) => {
      const { item, units } = findItem(this.#deps.items, told);
      // A code that is nobody's may be anything.
      if (item === undefined && told.sku !== undefined && holdsCardNumber(told.sku))
        throw new AgentError('CARD_NUMBER_REFUSED', {
          fields: [{ path: `lines.${index}.sku`, message: 'card number' }],
        });
      const code = told.gtin ?? told.sku ?? String(index + 1);
      return {
        told,
        item,
        sku: item?.sku ?? (OPEN_ITEM + code).slice(0, MAX_SKU_CHARS),
        quantity: told.quantity * units,
      };
    });
  }

  #pointsBack(reader: Reader, sale: KnownSale | undefined, refundFen: number): number {
    if (sale === undefined) return this.#pointsOn(refundFen);
    const before = reader.get<{ fen: number | null }>(
      `SELECT sum(json_extract(line.value, '$.refundFen')) AS fen FROM goods_return, json_each(goods_return.body, '$.lines') AS line WHERE sale_id = ?`,
      sale.saleId,
    );
    return pointsShare(sale.view, before?.fen ?? 0, refundFen);
  }

  #pointsOn(payableFen: number): number {
    return Math.floor(payableFen / (this.#deps.book.policy.points?.fenPerPoint ?? DEFAULT_FEN_PER_POINT));
  }

  /** As charged: no campaign of ours touches it but those that were redeemed before. What tax the prices hold is the POS's to know. */
  #asCharged(
    lines: readonly FoundLine[],
    addedTaxFen: number,
    member: Member | undefined,
    redeemed: readonly Redeemed[],
  ): Decision {
    const { book } = this.#deps;
    // Which line the tax is of was not told; a return gives each its share.
    const taxFen = allocateFen(
      addedTaxFen,
      lines.map(({ told }) => told.payableFen),
    );
    const decided = lines.map(({ told, sku, quantity }, index) => ({
      lineId: String(index + 1),
      sku,
      quantity,
      listFen: Math.max(told.listFen ?? 0, told.payableFen),
      payableFen: told.payableFen,
      ...(addedTaxFen === 0 ? {} : { taxFen: taxFen[index] ?? 0 }),
      adjustments: redeemed.flatMap(({ applied, lineFen }) => adjustmentOf(applied, lineFen[index] ?? 0, quantity)),
    }));
    const listFen = decided.reduce((sum, line) => sum + line.listFen, 0);
    const payableFen = decided.reduce((sum, line) => sum + line.payableFen, 0);
    return {
      schema: 1,
      policyVersion: book.policyVersion,
      campaignSetVersion: book.version,
      moneyRule: 'as-charged',
      listFen,
      savingsFen: listFen - payableFen,
      payableFen,
      taxFen: addedTaxFen,
      totalFen: payableFen + addedTaxFen,
      lines: decided,
      applied: redeemed.map(({ applied }) => applied),
      gifts: [],
      notApplied: [],
      couponsConsumed: redeemed.flatMap(({ applied }) => applied.couponId ?? []),
      points: { earned: member === undefined ? 0 : this.#pointsOn(payableFen), spent: 0, spentFen: 0 },
      provenOptimal: true,
      gapFen: 0,
    };
  }

  #noteUnknown(tx: Tx, terminal: Terminal, lines: readonly FoundLine[]): void {
    const at = instantOf(this.#deps.clock.now());
    for (const { told, item } of lines) {
      if (item !== undefined || (told.gtin ?? told.sku) === undefined) continue;
      const code = told.gtin === undefined ? { sku: told.sku } : { gtin: told.gtin };
      tx.append('tillside.item.unknown.v1', { ...code, terminalId: terminal.deviceId, sold: true, at });
    }
  }
}

/** By id where an adapter knows it, else by the code that was told. */
function memberOf(
  reader: Reader,
  { memberCode, completedAt }: Told | ToldReturn,
  { memberId }: HowTold,
): Member | undefined {
  if (memberId !== undefined) return memberById(reader, memberId);
  if (memberCode === undefined) return undefined;
  try {
    return memberByCode(reader, memberCode, Date.parse(completedAt));
  } catch (error) {
    // The goods are sold: a code that had run out loses the points, not the sale.
    if (error instanceof AgentError && error.code === 'MEMBER_CODE_EXPIRED') return undefined;
    throw error;
  }
}

const adjustmentOf = (
  { campaignId, couponId }: AppliedCampaign,
  amountFen: number,
  units: number,
): Decision['lines'][number]['adjustments'] =>
  amountFen === 0 ? [] : [{ campaignId, amountFen, units, ...(couponId === undefined ? {} : { couponId }) }];

/** What was told, as the schema orders it. */
const hashOf = (told: Told | ToldReturn): string => createHash('sha256').update(JSON.stringify(told)).digest('hex');

/** The answer to the same content under the same number. Throws RECEIPT_NUMBER_USED for other content. */
function toldBefore<T>(
  reader: Reader,
  table: 'sale' | 'goods_return',
  terminal: Terminal,
  receiptNumber: string,
  toldHash: string,
): T | undefined {
  const row = reader.get<{ view: string; told_hash: string | null }>(
    `SELECT view, told_hash FROM ${table} WHERE terminal_id = ? AND receipt_number = ?`,
    terminal.deviceId,
    receiptNumber,
  );
  if (row === undefined) return undefined;
  if (row.told_hash !== toldHash) throw new AgentError('RECEIPT_NUMBER_USED', { detail: `(${receiptNumber})` });
  return JSON.parse(row.view) as T;
}

function findItem(items: Items, { sku, gtin }: ToldLine): { item: Item | undefined; units: number } {
  if (sku !== undefined) return { item: items.bySku(sku), units: 1 };
  if (gtin === undefined) return { item: undefined, units: 1 };
  return items.byCode(gtin) ?? { item: undefined, units: 1 };
}

interface KnownSale {
  readonly saleId: string;
  readonly memberId: string | undefined;
  readonly view: SaleView;
}

/** By its number: of this terminal, else the only one of the store that has it. */
function saleOfReceipt(reader: Reader, terminal: Terminal, receiptNumber: string | undefined): KnownSale | undefined {
  if (receiptNumber === undefined) return undefined;
  const rows = reader.all<{ sale_id: string; member_id: string | null; terminal_id: string; view: string }>(
    'SELECT sale_id, member_id, terminal_id, view FROM sale WHERE receipt_number = ? ORDER BY terminal_id = ? DESC LIMIT 2',
    receiptNumber,
    terminal.deviceId,
  );
  const [first] = rows;
  if (first === undefined || (rows.length > 1 && first.terminal_id !== terminal.deviceId)) return undefined;
  return {
    saleId: first.sale_id,
    memberId: first.member_id ?? undefined,
    view: JSON.parse(first.view) as SaleView,
  };
}

function factsOf(line: FoundLine | undefined, byPos: boolean): LineFacts {
  if (line === undefined) return {};
  const { told, item } = line;
  const isPosPrice = byPos && Math.max(told.listFen ?? 0, told.payableFen) !== masterAmountFen(line);
  return {
    department: item?.department,
    category: item?.category,
    weightGrams: told.weightGrams,
    ...(isPosPrice ? { priceSet: { by: 'pos', ...(item === undefined ? {} : { masterFen: item.priceFen }) } } : {}),
    ...(item === undefined ? { unknown: true } : {}),
  };
}

/** What the line would be by the item master. */
function masterAmountFen({ item, told, quantity }: FoundLine): number | undefined {
  if (item === undefined) return undefined;
  if (item.soldBy === 'each') return item.priceFen * quantity;
  return told.weightGrams === undefined ? undefined : weighedAmountFen(item.priceFen, told.weightGrams);
}

function notePurchases(tx: Tx, { memberId }: Member, at: string, lines: readonly FoundLine[]): void {
  for (const { item, quantity } of lines) if (item !== undefined) recordPurchase(tx, memberId, item.sku, at, quantity);
}
