import type { SaleView } from '@tillside/agent-contract';
import type { CampaignSet } from '@tillside/decide';
import type { EventBody } from '@tillside/protocol';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { noteSoldPrice } from '../labels/reference-price.ts';
import type { Items } from '../prices/item.ts';
import { keepCampaigns, keptCampaigns } from './sale-campaigns.ts';

type SaleBody = EventBody<'tillside.sale.completed.v1'>;

/** What a sale's event says of a line beside its amounts. */
export interface LineFacts {
  department?: string | undefined;
  category?: string | undefined;
  weightGrams?: number | undefined;
}

/** What belongs to a sale and is not in its view. */
export interface SaleFacts {
  readonly memberId: string | undefined;
  readonly lane: string;
  /** The campaigns that gave something, with their policy; undefined for what a till charged alone. */
  readonly campaigns: CampaignSet | undefined;
  linesOf(lineId: string): LineFacts | undefined;
}

/** A sale as the journal keeps it. */
export interface StoredSale {
  readonly view: SaleView;
  readonly memberId: string | undefined;
  /** Undefined for late sales and for those from before campaigns were kept. */
  readonly campaigns: CampaignSet | undefined;
}

/** Throws SALE_UNKNOWN. */
export function readSale(reader: Reader, saleId: string): StoredSale {
  const row = reader.get<{ view: string; member_id: string | null; campaigns: string | null }>(
    'SELECT view, member_id, campaigns FROM sale WHERE sale_id = ?',
    saleId,
  );
  if (row === undefined) throw new AgentError('SALE_UNKNOWN');
  return {
    view: JSON.parse(row.view) as SaleView,
    memberId: row.member_id ?? undefined,
    campaigns: row.campaigns === null ? undefined : keptCampaigns(reader, row.campaigns),
  };
}

/** Writes a sale down: its row, its event, and what its goods were sold for. */
export function recordSale(tx: Tx, items: Items, view: SaleView, facts: SaleFacts): void {
  const { decision } = view;
  const body = bodyOf(view, facts, items.priceVersion());
  tx.run(
    `INSERT INTO sale (sale_id, basket_id, terminal_id, receipt_number, business_date, member_id, payable_fen, savings_fen, body, view, campaigns)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    view.saleId,
    view.basketId,
    view.terminalId,
    view.receiptNumber,
    view.businessDate,
    facts.memberId ?? null,
    decision.payableFen,
    decision.savingsFen,
    JSON.stringify(body),
    JSON.stringify(view),
    facts.campaigns === undefined ? null : keepCampaigns(tx, facts.campaigns),
  );
  const atMs = Date.parse(view.completedAt);
  for (const line of body.lines) noteSoldPrice(tx, atMs, line);
  tx.append('tillside.sale.completed.v1', body);
}

function bodyOf(view: SaleView, facts: SaleFacts, priceVersion: number): SaleBody {
  const { decision, roundingFen, pointsSpent } = view;
  const { totalFen, payableFen, gifts } = decision;
  return {
    saleId: view.saleId,
    basketId: view.basketId,
    businessDate: view.businessDate,
    completedAt: view.completedAt,
    terminalId: view.terminalId,
    lane: facts.lane,
    cashierId: view.cashierId,
    receiptNumber: view.receiptNumber,
    ...(facts.memberId === undefined ? {} : { memberId: facts.memberId }),
    late: view.late,
    lines: linesOf(view, facts),
    tenders: view.tenders.map(({ kind, amountFen, token }) => ({
      kind,
      amountFen,
      ...(token === undefined ? {} : { token }),
    })),
    coupons: decision.couponsConsumed,
    listFen: decision.listFen,
    savingsFen: decision.savingsFen,
    payableFen,
    ...(totalFen === payableFen ? {} : { totalFen }),
    ...(roundingFen === 0 ? {} : { roundingFen }),
    ...(gifts.length === 0
      ? {}
      : { gifts: gifts.map(({ campaignId, chosen: { sku, quantity } }) => ({ campaignId, sku, pieces: quantity })) }),
    pointsEarned: view.pointsEarned,
    ...(pointsSpent === 0 ? {} : { pointsSpent }),
    policyVersion: `${decision.policyVersion}/${decision.moneyRule}`,
    campaignSetVersion: decision.campaignSetVersion,
    priceVersion,
  };
}

function linesOf({ decision }: SaleView, facts: SaleFacts): SaleBody['lines'] {
  return decision.lines.map((line) => {
    const { department, category, weightGrams } = facts.linesOf(line.lineId) ?? {};
    return {
      lineId: line.lineId,
      sku: line.sku,
      department: department ?? 'open',
      category: category ?? 'open',
      quantity: line.quantity,
      ...(weightGrams === undefined ? {} : { weightGrams }),
      listFen: line.listFen,
      payableFen: line.payableFen,
      // Units that a group took at their full price matter to returns here, not to HQ.
      adjustments: line.adjustments
        .filter(({ amountFen }) => amountFen > 0)
        .map(({ campaignId, couponId, amountFen }) => ({
          campaignId,
          amountFen,
          ...(couponId === undefined ? {} : { couponId }),
        })),
    };
  });
}
