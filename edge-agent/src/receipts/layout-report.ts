import type { DayClosing, DayTotals, Words } from '@tillside/agent-contract';
import type { z } from 'zod';
import { INDENT, markRows, secondOf } from './layout.ts';
import { Paper, type PaperOptions } from './paper.ts';
import { pick, tenderName, WORDS } from './words.ts';

/** Campaigns that a report lists, those that saved most; the others are one sum. */
const MAX_CAMPAIGNS = 30;

type Closing = Pick<z.infer<typeof DayClosing>, 'zNumber' | 'agreed' | 'differences'>;

/** A terminal's totals of a day: an X report, or with `closing` a Z report. */
export interface ReportFacts {
  readonly storeName: Words;
  readonly lane: string;
  readonly totals: z.infer<typeof DayTotals>;
  /** With the offset of the store's zone. */
  readonly at: string;
  readonly closing?: Closing | undefined;
  readonly reprint?: number | undefined;
}

function tenderSums(paper: Paper, title: keyof typeof WORDS, tenders: Readonly<Record<string, number>>): void {
  const kinds = Object.entries(tenders).filter(([, fen]) => fen !== 0);
  if (kinds.length === 0) return;
  paper.text(paper.say(title));
  for (const [kind, fen] of kinds) paper.pair(tenderName(kind, paper.locale), paper.figures(fen), {}, INDENT);
}

function campaignRows(paper: Paper, promotions: ReportFacts['totals']['promotions']): void {
  if (promotions.length === 0) return;
  const sorted = [...promotions].sort((a, b) => b.amountFen - a.amountFen || (a.campaignId < b.campaignId ? -1 : 1));
  paper.rule();
  paper.text(paper.say('byCampaign'));
  for (const { name, sales, amountFen } of sorted.slice(0, MAX_CAMPAIGNS))
    paper.pair(`${pick(name, paper.locale)} (${sales})`, paper.figures(amountFen), {}, INDENT);
  const rest = sorted.slice(MAX_CAMPAIGNS);
  if (rest.length === 0) return;
  const restFen = rest.reduce((sum, { amountFen }) => sum + amountFen, 0);
  paper.pair(`${paper.say('others')} (${rest.length})`, paper.figures(restFen), {}, INDENT);
}

/** What is compared in words where there are some: `salesFen`, `tender cash`, `refund tender cash`, `promotion fresh-15`. */
function whatIs(paper: Paper, what: string, { promotions }: ReportFacts['totals']): string {
  const [, refund, kind] = /^(refund )?tender (.+)$/u.exec(what) ?? [];
  if (kind !== undefined)
    return `${paper.say(refund === undefined ? 'taken' : 'handedOut')} ${tenderName(kind, paper.locale)}`;
  const [, campaignId] = /^promotion (.+)$/u.exec(what) ?? [];
  if (campaignId !== undefined) {
    const name = promotions.find((one) => one.campaignId === campaignId)?.name;
    return name === undefined ? campaignId : pick(name, paper.locale);
  }
  if (what === 'roundingFen') return paper.say('rounding');
  return what in WORDS ? paper.say(what as keyof typeof WORDS) : what;
}

function closingRows(paper: Paper, { agreed, differences }: Closing, totals: ReportFacts['totals']): void {
  paper.rule();
  paper.text(paper.say(agreed ? 'agreed' : 'notAgreed'), { bold: true });
  for (const { what, ours, pos } of differences) {
    const isCount = what === 'sales' || what === 'returns';
    const show = (value: number): string => (isCount ? String(value) : paper.figures(value));
    paper.text(whatIs(paper, what, totals), {}, INDENT);
    paper.pair(`${paper.say('ours')} ${show(ours)}`, `${paper.say('posSays')} ${show(pos)}`, {}, 2 * INDENT);
  }
}

/** An X or Z report on paper. */
export function reportRows(facts: ReportFacts, options: PaperOptions): Paper {
  const paper = new Paper(options);
  const { totals, closing } = facts;
  const fen = (title: keyof typeof WORDS, amount: number): void => paper.pair(paper.say(title), paper.figures(amount));
  markRows(paper, facts);
  paper.centre(pick(facts.storeName, paper.locale));
  paper.centre(closing === undefined ? paper.say('xReport') : `${paper.say('zReport')} ${closing.zNumber}`, {
    bold: true,
    double: true,
  });
  paper.gap();
  paper.beside(`${paper.say('lane')} ${facts.lane}`, `${paper.say('businessDate')} ${totals.businessDate}`);
  paper.pair(paper.say('printedAt'), secondOf(facts.at));
  if (totals.firstReceipt !== undefined) paper.beside(paper.say('firstReceipt'), totals.firstReceipt);
  if (totals.lastReceipt !== undefined) paper.beside(paper.say('lastReceipt'), totals.lastReceipt);
  paper.rule();
  paper.pair(paper.say('sales'), String(totals.sales));
  fen('salesFen', totals.salesFen);
  paper.pair(paper.say('returns'), String(totals.returns));
  fen('refundsFen', totals.refundsFen);
  fen('savings', totals.savingsFen);
  fen('taxFen', totals.taxFen);
  if (totals.roundingFen !== 0) fen('rounding', totals.roundingFen);
  if (totals.pointsSpentFen !== 0) fen('pointsSpentFen', totals.pointsSpentFen);
  if (totals.cancelled > 0) paper.pair(paper.say('cancelled'), String(totals.cancelled));
  paper.rule();
  tenderSums(paper, 'taken', totals.tenders);
  tenderSums(paper, 'handedOut', totals.refundTenders);
  fen('cashDue', totals.cashFen);
  if (totals.countedCashFen !== undefined) {
    fen('cashCounted', totals.countedCashFen);
    fen('cashOver', totals.countedCashFen - totals.cashFen);
  }
  campaignRows(paper, totals.promotions);
  if (closing !== undefined) closingRows(paper, closing, totals);
  paper.rule();
  markRows(paper, facts);
  return paper;
}
