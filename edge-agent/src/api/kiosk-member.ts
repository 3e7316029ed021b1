import type { CouponView, ReceiptAsked, ReceiptPrinted, ShownReceipt } from '@tillside/agent-contract';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { App } from '../app.ts';
import { claimCoupon, couponOffers } from '../coupons/claim.ts';
import { chooseGift } from '../coupons/gift-choice.ts';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { basketMember, type Member } from '../members/members.ts';
import { ownTier } from '../members/tier.ts';
import { visitorOf } from '../members/visitor.ts';
import { checkOwnSale, ownReceipts } from '../receipts/lookup.ts';
import { receiptQr } from '../receipts/qr-text.ts';
import { type Caller, register } from './register.ts';

/** A shopper stands there; a job that is still in the printer's queue after that is never begun. */
const PRINT_TIMEOUT_MS = 10_000;

type Once = <T>(work: (tx: Tx) => T) => T;

/** What is a member's own at the kiosk, and receipts for anybody who holds one. */
export function kioskMemberRoutes(fastify: FastifyInstance, app: App): void {
  const { journal, book, items, clock, visits, receipts } = app;
  const visitor = (reader: Reader, deviceId: string, code: string): Member =>
    visitorOf(reader, { visits, nowMs: clock.now() }, deviceId, code);
  const deps = () => ({ book, items, nowMs: clock.now() });
  const prove = receiptProof(app, visitor);
  const print = shopperPrinting(app);
  register(fastify, app, {
    ownCoupons: ({ caller, body }) => ({
      coupons: couponOffers(journal, deps(), visitor(journal, caller.deviceId, body.code)),
    }),
    activateCoupon: ({ caller, body, once }): CouponView =>
      once((tx) => claimCoupon(tx, deps(), visitor(tx, caller.deviceId, body.code), body.campaignId)),
    chooseOwnGift: ({ caller, body, once }) =>
      once((tx) => {
        const member = visitor(tx, caller.deviceId, body.code);
        chooseGift(tx, deps(), basketMember(tx, member, clock.now()), body);
        return {};
      }),
    ownTier: async ({ caller, body }) => {
      const member = (): Member => visitor(journal, caller.deviceId, body.code);
      const told = await app.tierAtHq(member().memberId);
      return ownTier(journal, member, told);
    },
    ownReceipts: ({ caller, body }) => ({
      receipts: ownReceipts(journal, visitor(journal, caller.deviceId, body.code).memberId),
    }),
    showReceipt: ({ caller, body }): ShownReceipt => {
      const { saleId, forAnybody } = prove(caller, body);
      const view = receipts.sale(journal, saleId, { locale: body.locale, forAnybody });
      return { ...view, qr: receiptQr(view.receipt), canPrint: printerFor(app, caller) !== undefined };
    },
    printReceipt: ({ caller, body, once }) => print(caller, { ...prove(caller, body), locale: body.locale }, once),
    dropPrints: ({ caller }) => ({ dropped: app.shopperPrints.drop(caller.deviceId) }),
  });
}

interface Proven {
  readonly saleId: string;
  /** Found by its number: nothing of a member is shown. */
  readonly forAnybody: boolean;
}

/** Which sale may be shown to whoever asks. Throws RECEIPT_UNKNOWN, TOO_MANY_ATTEMPTS, VISIT_ENDED, MEMBER_UNKNOWN. */
function receiptProof(
  { journal, receiptLookup }: App,
  visitor: (reader: Reader, kiosk: string, code: string) => Member,
) {
  return ({ deviceId }: Caller, asked: z.output<typeof ReceiptAsked>): Proven => {
    if ('receiptNumber' in asked) return { saleId: receiptLookup.find(journal, deviceId, asked), forAnybody: true };
    checkOwnSale(journal, visitor(journal, deviceId, asked.code).memberId, asked.saleId);
    return { saleId: asked.saleId, forAnybody: false };
  };
}

const printerFor = (app: App, { lane }: Caller): string | undefined =>
  lane === undefined ? undefined : app.printerOf(lane);

/**
 * Prints in the kiosk's turn. Only the number is kept under the key of a retry, never the bytes of somebody's receipt. Throws NO_PRINTER with nothing counted, PRINT_DROPPED, PRINT_LIMIT,
 * PRINTER_REFUSED.
 */
function shopperPrinting(app: App) {
  const { journal, receipts, shopperPrints, devices } = app;
  return (
    caller: Caller,
    { saleId, ...asked }: Proven & { locale: ReceiptAsked['locale'] },
    once: Once,
  ): Promise<z.input<typeof ReceiptPrinted>> => {
    const printer = printerFor(app, caller);
    if (printer === undefined) throw new AgentError('NO_PRINTER');
    const who = { deviceId: caller.deviceId, lane: caller.lane ?? caller.deviceId };
    const subject = { kind: 'sale', saleId } as const;
    const ask = { ...asked, format: 'escpos', isShoppers: true } as const;
    return shopperPrints.inTurn(caller.deviceId, async () => {
      const { number } = once((tx) => ({ number: receipts.print(tx, who, subject, ask).number }));
      if (receipts.isPrinted(journal, who, subject, number)) return { number };
      const { bytes = '' } = receipts.printAs(journal, who, subject, ask, number);
      // No paper with a number that a power cut takes back.
      await journal.durable();
      const result = await devices.command({ type: 'print', deviceId: printer, bytes, timeoutMs: PRINT_TIMEOUT_MS });
      if (!result.ok) throw new AgentError('PRINTER_REFUSED', { detail: `(${result.code})` });
      journal.write((tx) => receipts.notePrinted(tx, who, subject, number));
      return { number };
    });
  };
}
