import { createHash } from 'node:crypto';
import type {
  AgentErrorCode,
  GoodsReturnView,
  OtherReturnRequest,
  OtherSaleQuery,
  OtherSaleView,
} from '@tillside/agent-contract';
import { type Decision, MONEY_RULE, refundFor } from '@tillside/decide';
import type { Asked, AskRefusal, HubQuestions } from '@tillside/link';
import type { EventBody, FoundSale } from '@tillside/protocol';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { dateOf, zonedInstants } from '../ports.ts';
import { bookingOf } from './booking.ts';
import { refuseCardNumbers } from './card-number.ts';
import { recordGoodsReturn } from './goods-return.ts';
import { pointsShare, returnPoints } from './points.ts';
import { refundTenders, toldTenders } from './tenders.ts';
import type { Terminal, TillDeps } from './till.ts';

type Request = z.infer<typeof OtherReturnRequest>;
type View = z.infer<typeof GoodsReturnView>;
type Sale = EventBody<'tillside.sale.completed.v1'>;

const ID_CHARS = 32;

const REFUSALS: Record<AskRefusal, AgentErrorCode> = {
  HUB_SALE_UNKNOWN: 'SALE_UNKNOWN',
  HUB_RETURN_TOO_MANY: 'RETURN_TOO_MANY',
  HUB_RETURN_ID_USED: 'IDEMPOTENCY_KEY_REUSED',
};

export type OtherStoreDeps = Pick<TillDeps, 'items' | 'clock' | 'zone'> & {
  readonly storeId: string;
  readonly reader: Reader;
  /** Absent: this store has no HQ. */
  readonly hub: HubQuestions | undefined;
};

/**
 * Goods that were bought in another store. HQ holds the sale and gives each unit out once (a claim), then the return is booked here like any other; where that
 * fails, the claim is given back. Refunds are each unit's share of what its line was paid: the campaigns of that sale are not known here, so nothing is held back
 * for units that stay with the shopper.
 */
export class OtherStoreReturns {
  #deps: OtherStoreDeps;
  #instant: (ms: number) => string;

  constructor(deps: OtherStoreDeps) {
    this.#deps = deps;
    this.#instant = zonedInstants(deps.zone);
  }

  /** The same key of the same terminal is the same return, also at HQ. */
  static idOf(terminal: Terminal, key: string): string {
    return createHash('sha256').update(`${terminal.deviceId} ${key}`).digest('hex').slice(0, ID_CHARS);
  }

  /** Rejects with HQ_AWAY, SALE_UNKNOWN, SALE_OF_THIS_STORE. */
  async find(query: z.infer<typeof OtherSaleQuery>): Promise<z.infer<typeof OtherSaleView>> {
    const { storeId: store, receiptNumber, businessDate } = query;
    const { sale, returned } = await this.#ask(store, (hub) => hub.findSale({ store, receiptNumber, businessDate }));
    const back = new Map(returned.map(({ lineId, quantity }) => [lineId, quantity]));
    return {
      storeId: store,
      saleId: sale.saleId,
      receiptNumber: sale.receiptNumber,
      businessDate: sale.businessDate,
      completedAt: sale.completedAt,
      payableFen: sale.payableFen,
      lines: sale.lines.map(({ lineId, sku, quantity, payableFen }) => {
        const item = this.#deps.items.bySku(sku);
        const returnable = Math.max(0, quantity - (back.get(lineId) ?? 0));
        return { lineId, sku, ...(item === undefined ? {} : { name: item.name }), quantity, returnable, payableFen };
      }),
    };
  }

  /** A return that is booked already. */
  booked(returnId: string): View | undefined {
    const row = this.#deps.reader.get<{ view: string }>('SELECT view FROM goods_return WHERE return_id = ?', returnId);
    return row && (JSON.parse(row.view) as View);
  }

  /** Takes the units at HQ. Rejects with HQ_AWAY, SALE_UNKNOWN, RETURN_TOO_MANY, SALE_OF_THIS_STORE, CARD_NUMBER_REFUSED. */
  async claim(terminal: Terminal, returnId: string, input: Request): Promise<FoundSale> {
    if (terminal.priceOwner === 'pos-reports') throw new AgentError('PRICE_OWNER', { detail: '(pos-reports)' });
    refuseCardNumbers(input);
    const { storeId: store, saleId, lines } = input;
    return this.#ask(store, (hub) => hub.claimReturn({ returnId, store, saleId, lines }));
  }

  /** Gives the units back where the return was not booked. HQ may be away by now: the claim then lapses by itself. */
  async release(returnId: string): Promise<void> {
    await this.#deps.hub?.releaseReturn(returnId).catch(() => undefined);
  }

  /** Books a claimed return. Throws TENDER_MISMATCH, RECEIPT_NUMBER_USED, BUSINESS_DAY_CLOSED, DATE_FAR. */
  book(tx: Tx, terminal: Terminal, returnId: string, input: Request, { sale, returned }: FoundSale): View {
    const returnedAt = this.#instant(this.#deps.clock.now());
    const decision = decisionOf(sale);
    const units = (lines: readonly { lineId: string; quantity: number }[]) =>
      lines.map(({ lineId, quantity }) => ({ lineId, units: quantity }));
    const refund = refundFor(decision, units(input.lines), units(returned));
    if (!refund.ok) throw new AgentError('RETURN_TOO_MANY', { detail: `(${refund.errors[0]?.path ?? ''})` });
    const before = refundFor(decision, units(returned), []);
    const tenders = refundTenders(input.tenders, refund.refundFen);
    const { sessionId, ...booking } = bookingOf(tx, terminal, input, dateOf(returnedAt));
    const lineOf = new Map(sale.lines.map((line) => [line.lineId, line]));
    return recordGoodsReturn(
      tx,
      {
        returnId,
        basis: 'other-store',
        ...booking,
        returnedAt,
        terminalId: terminal.deviceId,
        cashierId: input.cashierId,
        lines: refund.lines.map(({ lineId, units: quantity, refundFen }) => {
          const { sku = '', weightGrams } = lineOf.get(lineId) ?? {};
          return { sku, quantity, ...(weightGrams === undefined ? {} : { weightGrams }), refundFen, lineId };
        }),
        refundFen: refund.refundFen,
        tenders: toldTenders(tenders),
        saleStoreId: input.storeId,
        saleId: input.saleId,
        ...pointsBack(
          tx,
          { returnId, at: returnedAt, storeId: input.storeId, sale },
          before.ok ? before.refundFen : 0,
          refund.refundFen,
        ),
      },
      { sessionId },
    );
  }

  async #ask(store: string, ask: (hub: HubQuestions) => Promise<Asked<FoundSale>>): Promise<FoundSale> {
    const { hub, storeId } = this.#deps;
    if (store === storeId) throw new AgentError('SALE_OF_THIS_STORE');
    if (hub === undefined) throw new AgentError('HQ_AWAY');
    const answer = await ask(hub).catch((error: unknown) => {
      throw new AgentError('HQ_AWAY', {
        detail: `(${(error as { problem?: { code?: string } }).problem?.code ?? ''})`,
        cause: error,
      });
    });
    if (!answer.ok) throw new AgentError(REFUSALS[answer.code]);
    return answer.value;
  }
}

/** What a refund looks at, from what the sale's event says. */
function decisionOf(sale: Sale): Decision {
  return {
    schema: 1,
    policyVersion: 0,
    campaignSetVersion: sale.campaignSetVersion,
    moneyRule: MONEY_RULE,
    listFen: sale.listFen,
    savingsFen: sale.savingsFen,
    payableFen: sale.payableFen,
    taxFen: 0,
    totalFen: sale.payableFen,
    lines: sale.lines.map(({ lineId, sku, quantity, listFen, payableFen }) => ({
      lineId,
      sku,
      quantity,
      listFen,
      payableFen,
      adjustments: [],
    })),
    applied: [],
    gifts: [],
    notApplied: [],
    couponsConsumed: [],
    points: { earned: sale.pointsEarned, spent: 0, spentFen: 0 },
    provenOptimal: true,
    gapFen: 0,
  };
}

/** Points that were earned on what is refunded: taken back of what the other store's sale earned, also where the member is not known here. */
function pointsBack(
  tx: Tx,
  { returnId, at, storeId, sale }: { returnId: string; at: string; storeId: string; sale: Sale },
  beforeFen: number,
  refundFen: number,
): { memberId?: string; pointsTakenBack?: number } {
  const { memberId, saleId, pointsEarned } = sale;
  if (memberId === undefined) return {};
  const points = pointsShare({ decision: decisionOf(sale), pointsEarned }, beforeFen, refundFen);
  returnPoints(tx, { returnId, memberId, at, sale: { storeId, saleId }, takenBack: points, givenBack: 0 });
  return { memberId, ...(points > 0 ? { pointsTakenBack: points } : {}) };
}
