import type { Receipt, ReceiptLine, ReturnReceipt, SaleReceipt } from '@tillside/agent-contract';
import { Paper, type PaperOptions } from './paper.ts';
import { tenderName, tierName } from './words.ts';

export const INDENT = 2;
const GRAMS_A_KG = 1000;

/** The day, and the second, of an instant as its own zone has them. */
export const dayOf = (instant: string): string => instant.slice(0, 'yyyy-mm-dd'.length);
export const secondOf = (instant: string): string => instant.slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replace('T', ' ');
export const percent = (basisPoints: number): string => `${Number((basisPoints / 100).toFixed(2))}%`;
/** 505 g is `0.505 kg`: what the scale showed. */
const kilograms = (grams: number): string =>
  `${Math.floor(grams / GRAMS_A_KG)}.${String(grams % GRAMS_A_KG).padStart(3, '0')} kg`;

type Head = Pick<
  Receipt,
  'storeName' | 'lane' | 'terminalId' | 'cashierId' | 'receiptNumber' | 'businessDate' | 'at'
> & { readonly training?: true | undefined; readonly late?: true | undefined; readonly reprint?: number | undefined };

/** What must not be overlooked, at the top and at the bottom. */
export function markRows(paper: Paper, { training, reprint }: Pick<Head, 'training' | 'reprint'>): void {
  if (training) {
    paper.centre(paper.say('training'), { bold: true });
    paper.centre(paper.say('trainingNote'));
  }
  if (reprint !== undefined) paper.centre(`*** ${paper.say('reprint')} ${reprint} ***`, { bold: true });
}

export function headRows(paper: Paper, head: Head, title: string): void {
  markRows(paper, head);
  paper.heading(head.storeName);
  paper.centre(title);
  if (head.late) paper.centre(paper.say('late'));
  paper.gap();
  paper.text(`${paper.say('receiptNumber')} ${head.receiptNumber}`);
  paper.beside(secondOf(head.at), `${paper.say('businessDate')} ${head.businessDate}`);
  paper.beside(`${paper.say('lane')} ${head.lane ?? head.terminalId}`, `${paper.say('cashier')} ${head.cashierId}`);
}

/** What it is and how much of it: `2 x 12.90`, `0.505 kg x 15.80`. */
export const named = ({ name, size }: { name: string; size: string }): string =>
  size === '' ? name : `${name} ${size}`;
export const amountOf = (line: { quantity: number; weightGrams?: number | undefined }): string =>
  line.weightGrams === undefined ? String(line.quantity) : kilograms(line.weightGrams);

function lineRows(paper: Paper, line: ReceiptLine): void {
  const amount = amountOf(line);
  const how = line.unitPriceFen === undefined ? `x ${amount}` : `${amount} x ${paper.figures(line.unitPriceFen)}`;
  paper.text(named(line));
  const note = line.priceSet ? ` (${paper.say('priceSet')})` : '';
  paper.pair(how + note, paper.figures(line.listFen), {}, INDENT);
  for (const { name, amountFen, coupon } of line.savings)
    paper.pair(coupon ? `${name} (${paper.say('coupon')})` : name, paper.figures(-amountFen), {}, INDENT);
  if (line.savings.length > 0) paper.pair(paper.say('linePays'), paper.figures(line.payableFen), {}, INDENT);
}

/** `side`: in a return the goods that came back did not pay, they were turned into new ones. */
export function tenderRows(paper: Paper, tenders: SaleReceipt['tenders'], side: 'sale' | 'return' = 'sale'): void {
  for (const { kind, amountFen, givenFen, reference } of tenders) {
    const isTurned = side === 'return' && kind === 'exchange';
    const name = isTurned ? paper.say('exchangedFor') : tenderName(kind, paper.locale);
    const ended = reference === undefined ? name : `${name} ..${reference}`;
    // Cash that was handed over is what the shopper counted; the change follows.
    const isMore = givenFen !== undefined && givenFen !== amountFen;
    paper.pair(isMore ? `${ended} (${paper.say('given')})` : ended, paper.figures(givenFen ?? amountFen));
  }
}

/** What came back for the goods of an exchange, before what is due. */
function exchangeRows(paper: Paper, exchange: NonNullable<SaleReceipt['exchange']>): void {
  paper.rule();
  paper.beside(paper.say('cameBack'), `${paper.say('originalSale')} ${exchange.saleReceiptNumber}`);
  backRows(paper, exchange, -1);
}

/** What is handed out of an exchange, or what a return asked for besides. */
function handedOutRows(paper: Paper, { payFen, handedOut }: NonNullable<SaleReceipt['exchange']>): void {
  if (handedOut.length === 0) return;
  paper.text(paper.say(payFen > 0 ? 'pay' : 'handedOutHere'));
  tenderRows(paper, handedOut);
}

/** Goods that came back and what was kept of their worth: as a refund (`sign` 1), or as taken off what new goods cost. */
export function backRows(
  paper: Paper,
  back: Pick<ReturnReceipt, 'lines' | 'heldBackFen' | 'giftChargeFen'>,
  sign: 1 | -1,
): void {
  for (const line of back.lines) {
    paper.text(named(line));
    paper.pair(`x ${amountOf(line)}`, paper.figures(sign * line.refundFen), {}, INDENT);
  }
  const { heldBackFen, giftChargeFen } = back;
  if (heldBackFen !== 0)
    paper.pair(paper.say(heldBackFen > 0 ? 'heldBack' : 'heldBackEnds'), paper.figures(-sign * heldBackFen));
  if (giftChargeFen !== 0) paper.pair(paper.say('giftCharge'), paper.figures(-sign * giftChargeFen));
}

/** By rate. What was wholly given away bears no tax worth a row; of a POS that only told a sum the sum is said. */
function taxRows(paper: Paper, { tax, taxFen, taxAdded }: SaleReceipt): void {
  const words = paper.say(taxAdded ? 'taxAdded' : 'taxWithin');
  if (tax.length === 0 && taxFen > 0) paper.pair(words, paper.figures(taxFen), {}, INDENT);
  for (const rate of tax) {
    if (rate.payableFen === 0 && rate.taxFen === 0) continue;
    const of = `${words} ${percent(rate.rateBp)} (${paper.figures(rate.payableFen)})`;
    paper.pair(of, paper.figures(rate.taxFen), {}, INDENT);
  }
}

/** What was saved, without what the member's own points paid. */
const savedFen = ({ savingsFen, points }: SaleReceipt): number => savingsFen - (points?.spentFen ?? 0);

function totalRows(paper: Paper, receipt: SaleReceipt): void {
  const { listFen, points, payableFen, roundingFen, paidFen, taxFen, taxAdded, lines } = receipt;
  const pieces = lines.reduce((sum, line) => sum + line.quantity, 0);
  const counted = `${pieces} ${paper.say(pieces === 1 ? 'piece' : 'pieces')}`;
  const saved = savedFen(receipt);
  paper.pair(`${paper.say('subtotal')} (${counted})`, paper.figures(listFen));
  if (saved > 0) paper.pair(paper.say('savings'), paper.figures(-saved));
  if (points !== undefined && points.spentFen > 0)
    paper.pair(`${paper.say('pointsSpentFen')} (${points.spent})`, paper.figures(-points.spentFen));
  if (taxAdded) taxRows(paper, receipt);
  paper.gap();
  paper.pair(paper.say('payable'), paper.money(taxAdded ? payableFen + taxFen : payableFen), {
    bold: true,
    double: true,
  });
  if (!taxAdded) taxRows(paper, receipt);
  if (roundingFen !== 0) {
    paper.pair(paper.say('rounding'), paper.figures(roundingFen));
    paper.pair(paper.say('paid'), paper.money(paidFen), { bold: true });
  }
  tenderRows(paper, receipt.tenders);
  if (receipt.exchange !== undefined) handedOutRows(paper, receipt.exchange);
  if (receipt.changeFen > 0) paper.pair(paper.say('change'), paper.figures(receipt.changeFen));
  if (saved > 0) {
    paper.gap();
    paper.centre(`${paper.say('saved')} ${paper.money(saved)}`, { bold: true });
  }
}

function standingRows(
  paper: Paper,
  { pending, owed, availableNext, endingNext }: NonNullable<NonNullable<SaleReceipt['points']>['standing']>,
): void {
  const dated = (words: 'pointsFrom' | 'pointsEnding', { points, at }: { points: number; at: string }): void =>
    paper.pair(`${paper.say(words)} ${dayOf(at)}`, String(points), {}, INDENT);
  if (pending > 0) paper.pair(paper.say('pointsPending'), String(pending));
  if (availableNext !== undefined) dated('pointsFrom', availableNext);
  if (endingNext !== undefined) dated('pointsEnding', endingNext);
  if (owed > 0) paper.pair(paper.say('pointsOwed'), String(owed));
}

function memberRows(paper: Paper, { points, couponsUsed, wallet }: SaleReceipt): void {
  if (points === undefined && couponsUsed.length + wallet.length === 0) return;
  paper.rule();
  if (points !== undefined) {
    if (points.earned > 0) paper.pair(paper.say('pointsEarned'), `+${points.earned}`);
    if (points.spent > 0) paper.pair(paper.say('pointsSpent'), `-${points.spent}`);
    if (points.balance !== undefined) paper.pair(paper.say('pointsBalance'), String(points.balance));
    if (points.standing !== undefined) standingRows(paper, points.standing);
  }
  for (const name of couponsUsed) paper.text(`${paper.say('couponUsed')} ${name}`);
  if (wallet.length === 0) return;
  paper.text(paper.say('wallet'));
  for (const { name, text, until } of wallet) {
    paper.text(name, {}, INDENT);
    paper.pair(text, `${paper.say('until')} ${dayOf(until)}`, {}, INDENT);
  }
}

function versionRows(paper: Paper, { versions }: SaleReceipt): void {
  const { moneyRule, campaignSet, price, policy } = versions;
  paper.centre(`${paper.say('moneyRule')} ${moneyRule}`, { small: true });
  const others = [
    `${paper.say('policy')} ${policy}`,
    `${paper.say('campaigns')} ${campaignSet}`,
    ...(price === undefined ? [] : [`${paper.say('prices')} ${price}`]),
  ];
  paper.centre(others.join('  '), { small: true });
}

/** A sale's receipt on paper. */
export function saleRows(receipt: SaleReceipt, options: PaperOptions): Paper {
  const paper = new Paper(options);
  headRows(paper, receipt, paper.say(receipt.exchange === undefined ? 'sale' : 'exchange'));
  if (receipt.member !== undefined)
    paper.text(`${paper.say('member')} ${tierName(receipt.member.tier, paper.locale)} ..${receipt.member.idEnd}`);
  paper.rule();
  for (const line of receipt.lines) lineRows(paper, line);
  for (const { campaign, name, quantity } of receipt.gifts) {
    paper.text(`${paper.say('gift')} ${name}`);
    paper.pair(`x ${quantity}  ${campaign}`, paper.figures(0), {}, INDENT);
  }
  if (receipt.exchange !== undefined) exchangeRows(paper, receipt.exchange);
  paper.rule();
  totalRows(paper, receipt);
  memberRows(paper, receipt);
  paper.rule();
  if (receipt.fapiaoUrl !== undefined) {
    paper.centre(paper.say('fapiao'));
    // A code is read only with white around it.
    paper.gap();
    paper.qr(receipt.fapiaoUrl);
    paper.centre(paper.say('fapiaoNote'));
    paper.gap();
  }
  paper.centre(paper.say('thanks'));
  paper.gap();
  versionRows(paper, receipt);
  markRows(paper, receipt);
  return paper;
}
