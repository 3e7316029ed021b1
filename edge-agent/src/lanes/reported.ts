import { createHash } from 'node:crypto';
import type { GoodsReturnView, LateSale, ReportedReturn, ReportedSale, SaleView } from '@tillside/agent-contract';
import { DEFAULT_POINTS } from '@tillside/decide';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { type Guest, guestOf } from '../members/guest.ts';
import { type Member, memberByCode, memberById } from '../members/members.ts';
import { pastBooking } from './booking.ts';
import { refuseCardNumbers } from './card-number.ts';
import { recordGoodsReturn } from './goods-return.ts';
import { movePoints, pointsShare, returnPoints } from './points.ts';
import { recordSale } from './record-sale.ts';
import { toldRounding, toldTenders } from './tenders.ts';
import type { Terminal, TillDeps } from './till.ts';
import { asCharged, chargedFen, factsOf, findLines, notePurchases, type Redeemed, unknownCodes } from './told-lines.ts';
import { tellSold } from './unknown-items.ts';

export type { Redeemed } from './told-lines.ts';

type Told = z.infer<typeof ReportedSale> | z.infer<typeof LateSale>;
type ToldReturn = z.infer<typeof ReportedReturn>;
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
    const lines = findLines(this.#deps.items, input.lines);
    const member = memberOf(tx, input, how);
    const guest = member === undefined && how.memberId === undefined ? guestTold(input) : undefined;
    const taxFen = 'addedTaxFen' in input ? (input.addedTaxFen ?? 0) : 0;
    const pointsEarned = member === undefined ? 0 : this.#pointsOn(chargedFen(lines));
    const decision = asCharged(this.#deps.book, lines, {
      addedTaxFen: taxFen,
      pointsEarned,
      redeemed: how.redeemed ?? [],
    });
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
      ...movePoints(
        tx,
        { saleId, memberId: member?.memberId, at: input.completedAt, nowMs: clock.now() },
        decision.points,
      ),
      ...(terminal.priceOwner === 'tillside' ? {} : { priceOwner: terminal.priceOwner }),
      priceVersion: items.priceVersion(),
    };
    const byPos = terminal.priceOwner !== 'tillside';
    const facts = {
      memberId: member?.memberId,
      guest,
      lane: terminal.lane,
      // What a POS redeemed itself is known by its amount only.
      campaigns: (how.redeemed ?? []).length === 0 ? this.#deps.book.setOf(decision) : undefined,
      toldHash,
      ...(how.source === undefined ? {} : { source: how.source }),
      linesOf: (lineId: string) => factsOf(lines[Number(lineId) - 1], byPos),
    };
    recordSale(tx, view, facts, clock.now());
    tellSold(tx, terminal.deviceId, unknownCodes(lines), this.#deps.clock.now());
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
    const lines = findLines(this.#deps.items, input.lines);
    const goodsFen = chargedFen(lines);
    const taxFen = input.addedTaxFen ?? 0;
    const refundFen = goodsFen + taxFen + toldRounding(input.tenders, goodsFen + taxFen);
    const sale = saleOfReceipt(tx, terminal, input.saleReceiptNumber);
    const memberId = sale?.memberId ?? memberOf(tx, input, how)?.memberId;
    const points = memberId === undefined ? 0 : this.#pointsBack(tx, sale, goodsFen);
    const returnId = this.#deps.random.uuid();
    returnPoints(tx, { returnId, memberId, at: input.completedAt, sale, takenBack: points, givenBack: 0 });
    const { sessionId, ...booking } = pastBooking(tx, terminal, input);
    const view = recordGoodsReturn(
      tx,
      {
        returnId,
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
    tellSold(tx, terminal.deviceId, unknownCodes(lines), this.#deps.clock.now());
    return { view, repeated: false };
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
    return Math.floor(payableFen / (this.#deps.book.policy.points ?? DEFAULT_POINTS).fenPerPoint);
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

/** A code that was told and that nobody here has: whose it is turns out at HQ. One that had run out is nobody's. */
function guestTold({ memberCode, completedAt }: Told): Guest | undefined {
  if (memberCode === undefined) return undefined;
  try {
    return guestOf(memberCode, Date.parse(completedAt));
  } catch (error) {
    if (error instanceof AgentError) return undefined;
    throw error;
  }
}

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
