import type { ReportedSale } from '@tillside/agent-contract';
import type { z } from 'zod';
import type { Reader, Tx } from '../../journal/index.ts';
import type { Reported } from '../../lanes/reported.ts';
import type { Terminal } from '../../lanes/till.ts';
import type { Member } from '../../members/members.ts';
import { balanceOf } from '../../points/balance.ts';
import { accountOf, knownMember } from './accounts.ts';
import type { Origin, RedeemDeps } from './redeem.ts';
import { Refusal } from './refusal.ts';
import { standingOn } from './standing.ts';
import { TOAST_CASHIER, type ToldCheck, toldCheck } from './told.ts';
import { hashOf, standingAccruals } from './transactions.ts';
import type { Check, CheckInformation, LoyaltyTransactionResponse } from './wire.ts';

export interface AccrueDeps extends RedeemDeps {
  readonly reported: Reported;
  /** Writes an instant with the store's offset. */
  readonly instant: (ms: number) => string;
}

type Told = z.infer<typeof ReportedSale>;

interface BookingRow {
  number: number;
  content_hash: string;
  told: string;
  reversed_at: number | null;
}

const HOW = { source: 'toast', late: false } as const;
/** A check that says to be paid later than now was paid now. */
const MAX_AHEAD_MS = 60_000;

interface Accrued {
  readonly answer: LoyaltyTransactionResponse;
  readonly memberId: string | undefined;
  readonly checkGuid: string;
  readonly booking: number | undefined;
}

/**
 * Books a paid check as a reported sale, with or without a member. The POS tells of one check several times (for each payment, and again after a change): the same content joins the
 * booking that stands; other content waits until what stands is reversed. A check that is still open, or was voided, is not booked. Throws ERROR_ACCOUNT_INVALID, ERROR,
 * ERROR_INVALID_INPUT_PROPERTIES; TENDER_MISMATCH, CARD_NUMBER_REFUSED.
 */
export function accrue(
  tx: Tx,
  deps: AccrueDeps,
  terminal: Terminal,
  { restaurant }: Origin,
  asked: z.output<typeof CheckInformation>,
): Accrued {
  const { check } = asked;
  const hasMember = asked.loyaltyIdentifier !== null && asked.loyaltyIdentifier !== undefined;
  const member = hasMember ? knownMember(tx, deps, asked.loyaltyIdentifier) : undefined;
  const nothing = {
    answer: answerOf(standingOf(tx, member, deps), undefined, deps),
    memberId: member?.memberId,
    checkGuid: check.guid,
  };
  const isPaid = check.paymentStatus !== 'OPEN' && check.voided !== true && check.deleted !== true;
  const told = isPaid ? toldCheck(check, deps.find, standingOn(tx, restaurant, check.guid)) : undefined;
  if (told === undefined) return { ...nothing, booking: undefined };
  const contentHash = hashOf([member?.memberId ?? null, told.sold]);
  const standing = tx.get<BookingRow>(
    'SELECT number, content_hash, told, reversed_at FROM toast_booking WHERE restaurant = ? AND check_guid = ? AND reversed_at IS NULL',
    restaurant,
    check.guid,
  );
  if (standing !== undefined) {
    if (standing.content_hash !== contentHash)
      throw new Refusal('ERROR', 'another accrual of this check stands: it must be reversed first');
    return { ...nothing, booking: standing.number };
  }
  return { ...nothing, ...book(tx, deps, terminal, restaurant, check, { told, contentHash, member }) };
}

function book(
  tx: Tx,
  deps: AccrueDeps,
  terminal: Terminal,
  restaurant: string,
  check: Check,
  { told, contentHash, member }: { told: ToldCheck; contentHash: string; member: Member | undefined },
): { booking: number; answer: LoyaltyTransactionResponse } {
  const at = deps.clock.now();
  const last = tx.get<{ n: number | null }>(
    'SELECT max(number) AS n FROM toast_booking WHERE restaurant = ? AND check_guid = ?',
    restaurant,
    check.guid,
  )?.n;
  const booking = (last ?? 0) + 1;
  const completedAt = deps.instant(paidAt(check, at));
  const sale: Told = {
    ...told.sold,
    cashierId: TOAST_CASHIER,
    receiptNumber: booking === 1 ? check.guid : `${check.guid}/${booking}`,
    businessDate: told.businessDate ?? completedAt.slice(0, 10),
    completedAt,
  };
  const { view } = deps.reported.sale(tx, terminal, sale, {
    ...HOW,
    memberId: member?.memberId,
    redeemed: told.redeemed,
  });
  tx.run(
    'INSERT INTO toast_booking (restaurant, check_guid, number, content_hash, told, at) VALUES (?, ?, ?, ?, ?, ?)',
    restaurant,
    check.guid,
    booking,
    contentHash,
    JSON.stringify(sale),
    at,
  );
  const after = member && { memberId: member.memberId, points: view.pointsBalance ?? 0 };
  return { booking, answer: answerOf(after, view.pointsEarned, deps) };
}

function paidAt({ paidDate, closedDate }: Check, nowMs: number): number {
  const told = Date.parse(paidDate ?? closedDate ?? '');
  return Number.isFinite(told) && told <= nowMs + MAX_AHEAD_MS ? told : nowMs;
}

interface AccountNow {
  readonly memberId: string;
  readonly points: number;
}

const standingOf = (reader: Reader, member: Member | undefined, { clock }: AccrueDeps): AccountNow | undefined =>
  member && { memberId: member.memberId, points: balanceOf(reader, member.memberId, clock.now()).available };

function answerOf(
  account: AccountNow | undefined,
  earned: number | undefined,
  { locale }: AccrueDeps,
): LoyaltyTransactionResponse {
  if (account === undefined) return { transactionStatus: 'ACCEPT' };
  const words = locale === 'en' ? `You earned ${earned} points.` : `本次获得 ${earned} 积分。`;
  return {
    transactionStatus: 'ACCEPT',
    checkResponse: {
      accountInfo: accountOf(account.memberId, account.points, locale),
      ...(earned === undefined ? {} : { userMessage: words }),
    },
  };
}

/** Takes an accrual back. When no other stands behind its booking, all of the sale is booked as returned, with its points. */
export function reverseAccrual(
  tx: Tx,
  deps: AccrueDeps,
  terminal: Terminal,
  restaurant: string,
  { checkGuid, booking }: { checkGuid: string; booking: number },
): void {
  if (standingAccruals(tx, restaurant, checkGuid, booking) > 0) return;
  const row = tx.get<BookingRow>(
    'SELECT number, content_hash, told, reversed_at FROM toast_booking WHERE restaurant = ? AND check_guid = ? AND number = ?',
    restaurant,
    checkGuid,
    booking,
  );
  if (row === undefined || row.reversed_at !== null) return;
  const at = deps.clock.now();
  const sale = JSON.parse(row.told) as Told;
  deps.reported.return(
    tx,
    terminal,
    {
      ...sale,
      receiptNumber: `${sale.receiptNumber}/R`,
      saleReceiptNumber: sale.receiptNumber,
      businessDate: deps.instant(at).slice(0, 10),
      completedAt: deps.instant(at),
    },
    HOW,
  );
  tx.run(
    'UPDATE toast_booking SET reversed_at = ? WHERE restaurant = ? AND check_guid = ? AND number = ?',
    at,
    restaurant,
    checkGuid,
    booking,
  );
}
