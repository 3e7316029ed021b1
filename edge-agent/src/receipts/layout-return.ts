import type { ReturnReceipt } from '@tillside/agent-contract';
import { backRows, dayOf, headRows, INDENT, markRows, tenderRows } from './layout.ts';
import { Paper, type PaperOptions } from './paper.ts';

const BASES = { 'no-receipt': 'noReceipt', 'other-store': 'otherStore', reported: 'reported' } as const;

function dueRows(paper: Paper, { refundFen, payFen, tenders }: ReturnReceipt): void {
  const [words, fen] = payFen > 0 ? (['pay', payFen] as const) : (['refund', refundFen] as const);
  paper.gap();
  paper.pair(paper.say(words), paper.money(fen), { bold: true, double: true });
  tenderRows(paper, tenders, 'return');
}

function memberRows(paper: Paper, { pointsTakenBack, pointsGivenBack, couponsBack }: ReturnReceipt): void {
  if (pointsTakenBack + pointsGivenBack + couponsBack.length === 0) return;
  paper.rule();
  if (pointsTakenBack > 0) paper.pair(paper.say('pointsTakenBack'), `-${pointsTakenBack}`);
  if (pointsGivenBack > 0) paper.pair(paper.say('pointsGivenBack'), `+${pointsGivenBack}`);
  for (const { name, until } of couponsBack) {
    paper.text(`${paper.say('couponBack')} ${name}`);
    if (until !== undefined) paper.text(`${paper.say('until')} ${dayOf(until)}`, {}, INDENT);
  }
}

/** A return's receipt on paper. */
export function returnRows(receipt: ReturnReceipt, options: PaperOptions): Paper {
  const paper = new Paper(options);
  const { sale, basis } = receipt;
  headRows(paper, receipt, paper.say('return'));
  if (sale !== undefined) paper.beside(`${paper.say('originalSale')} ${sale.receiptNumber}`, sale.businessDate);
  if (basis !== 'sale') paper.text(paper.say(BASES[basis]));
  if (receipt.reason !== undefined) paper.text(`${paper.say('reason')} ${receipt.reason}`);
  paper.rule();
  backRows(paper, receipt, 1);
  paper.rule();
  dueRows(paper, receipt);
  memberRows(paper, receipt);
  paper.rule();
  paper.centre(paper.say('thanks'));
  paper.gap();
  paper.centre(`${paper.say('moneyRule')} ${receipt.moneyRule}`, { small: true });
  markRows(paper, receipt);
  return paper;
}
