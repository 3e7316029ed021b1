import type { SaleView } from '@tillside/agent-contract';
import type { CampaignSet } from '@tillside/decide';
import type { EventBody } from '@tillside/protocol';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { noteSoldPrice } from '../labels/reference-price.ts';
import { claimOf, type Guest } from '../members/guest.ts';
import { tellBought } from '../recommend/outcomes.ts';
import { countSale } from './day-count.ts';
import { keepCampaigns, keptCampaigns } from './sale-campaigns.ts';
import { toldTenders } from './tenders.ts';
import { trainingSale } from './training.ts';

type SaleBody = EventBody<'tillside.sale.completed.v1'>;

/** Begins the SKU of a line that the item master knows nothing of. */
export const OPEN_ITEM = 'open:';

/** What a sale's event says of a line beside its amounts. */
export interface LineFacts extends Pick<SaleBody['lines'][number], 'priceSet' | 'unknown'> {
  department?: string | undefined;
  category?: string | undefined;
  weightGrams?: number | undefined;
}

/** What belongs to a sale and is not in its view. */
export interface SaleFacts {
  readonly memberId: string | undefined;
  /** Who showed a code that nobody here knows. */
  readonly guest?: Guest | undefined;
  readonly lane: string;
  /** The campaigns that gave something, with their policy; undefined where a POS redeemed them itself. */
  readonly campaigns: CampaignSet | undefined;
  /** Of what a till or POS told: the same again is the same sale. */
  readonly toldHash?: string;
  readonly source?: 'poslog' | 'toast';
  /** Whether the member's tags and segments counted when it was decided here. */
  readonly personalised?: boolean | undefined;
  linesOf(lineId: string): LineFacts | undefined;
}

/** A sale as the journal keeps it. */
export interface StoredSale {
  readonly view: SaleView;
  readonly memberId: string | undefined;
  /** Undefined for what was only trained, for sales with campaigns that a POS redeemed itself, and for those from before campaigns were kept. */
  readonly campaigns: CampaignSet | undefined;
}

/** A sale, or one that was only trained (`view.training`). Throws SALE_UNKNOWN. */
export function readSale(reader: Reader, saleId: string): StoredSale {
  const row = reader.get<{ view: string; member_id: string | null; campaigns: string | null }>(
    'SELECT view, member_id, campaigns FROM sale WHERE sale_id = ?',
    saleId,
  );
  if (row === undefined) {
    const trained = trainingSale(reader, saleId);
    if (trained === undefined) throw new AgentError('SALE_UNKNOWN');
    return { view: trained, memberId: undefined, campaigns: undefined };
  }
  return {
    view: JSON.parse(row.view) as SaleView,
    memberId: row.member_id ?? undefined,
    campaigns: row.campaigns === null ? undefined : keptCampaigns(reader, row.campaigns),
  };
}

/** Writes a sale down: its row, the totals of its day, its event, and what its goods were sold for by the clock of the agent, `nowMs`. */
export function recordSale(tx: Tx, view: SaleView, facts: SaleFacts, nowMs: number): void {
  const { decision } = view;
  const body = bodyOf(view, facts);
  tx.run(
    `INSERT INTO sale (sale_id, basket_id, terminal_id, receipt_number, business_date, session_id, shift_id, member_id, payable_fen, savings_fen, body, view,
       campaigns, told_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    view.saleId,
    view.basketId,
    view.terminalId,
    view.receiptNumber,
    view.businessDate,
    view.sessionId ?? null,
    view.shiftId ?? null,
    facts.memberId ?? null,
    decision.payableFen,
    decision.savingsFen,
    JSON.stringify(body),
    JSON.stringify(view),
    facts.campaigns === undefined ? null : keepCampaigns(tx, facts.campaigns),
    facts.toldHash ?? null,
  );
  // A till's clock that is hours ahead must not make a price of the future.
  const soldMs = Math.min(Date.parse(view.completedAt), nowMs);
  for (const line of body.lines) if (!line.sku.startsWith(OPEN_ITEM)) noteSoldPrice(tx, soldMs, line);
  countSale(tx, view);
  tx.append('tillside.sale.completed.v1', body);
  const skus = body.lines.map(({ sku }) => sku);
  tellBought(tx, { saleId: view.saleId, basketId: view.basketId, memberId: facts.memberId, skus }, nowMs);
}

function bodyOf(view: SaleView, facts: SaleFacts): SaleBody {
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
    tenders: toldTenders(view.tenders),
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
    priceVersion: view.priceVersion ?? 0,
    ...(view.shiftId === undefined ? {} : { shiftId: view.shiftId }),
    ...(view.priceOwner === undefined ? {} : { priceOwner: view.priceOwner }),
    ...(facts.source === undefined ? {} : { source: facts.source }),
    ...guestClaim(view, facts),
    ...(facts.personalised === undefined ? {} : { personalised: facts.personalised }),
  };
}

function guestClaim({ decision }: SaleView, { guest, campaigns }: SaleFacts): Pick<SaleBody, 'guest'> {
  if (guest === undefined) return {};
  const fenPerPoint = campaigns?.policy.points?.fenPerPoint;
  return { guest: claimOf(guest, { payableFen: decision.payableFen, fenPerPoint }) };
}

function linesOf({ decision }: SaleView, facts: SaleFacts): SaleBody['lines'] {
  return decision.lines.map((line) => {
    const { department, category, weightGrams, priceSet, unknown } = facts.linesOf(line.lineId) ?? {};
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
      ...(priceSet === undefined ? {} : { priceSet }),
      ...(unknown === undefined ? {} : { unknown }),
    };
  });
}
