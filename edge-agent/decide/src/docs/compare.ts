import { explain } from '../explain.ts';
import type { Decision } from '../schema/decision.ts';
import type { Example } from './examples.ts';

/** Facts by name, each written in one canonical way so that two sides can be told apart. */
type Sheet = Record<string, string>;

const sorted = (parts: readonly string[]): string => [...parts].sort().join(' ');
const sumBy = (parts: readonly { campaignId: string; amountFen: number }[]): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const { campaignId, amountFen } of parts) sums.set(campaignId, (sums.get(campaignId) ?? 0) + amountFen);
  return sums;
};
const pairs = (sums: ReadonlyMap<string, number>): string => sorted([...sums].map(([id, fen]) => `${id}:${fen}`));

function statedSheet({ lines, total, facts }: Example): Sheet {
  const saved = sumBy(lines.flatMap((line) => line.saves));
  const silent = [...facts.gifts, ...facts.pointsBy].filter(({ campaignId }) => !saved.has(campaignId));
  const applied = new Map([...saved, ...silent.map(({ campaignId }): [string, number] => [campaignId, 0])]);
  const funding = new Map(facts.funding.map((one) => [one.campaignId, `${one.storeFen}/${one.brandFen}`]));
  return {
    ...Object.fromEntries(
      lines.map((line) => [
        `line ${line.lineId}`,
        `list ${line.listFen} pays ${line.paysFen} saves ${pairs(sumBy(line.saves))}`,
      ]),
    ),
    total: `list ${total.listFen} saves ${total.savesFen} pays ${total.paysFen}`,
    applied: pairs(applied),
    funding: sorted([...applied].map(([id, fen]) => `${id}:${funding.get(id) ?? `${fen}/0`}`)),
    gifts: sorted(facts.gifts.map(({ campaignId, quantity, sku }) => `${campaignId}:${quantity}x${sku}`)),
    'not given': sorted(facts.notGiven.map(({ campaignId, code }) => `${campaignId}:${code}`)),
    words: sorted(facts.notGiven.flatMap(({ zh, en }) => (zh === undefined ? [] : [`${zh} / ${en}`]))),
    coupons: sorted(facts.couponsUsed),
    points: `earned ${facts.pointsEarned} spent ${facts.spent.points} for ${facts.spent.fen}`,
    'points of': sorted(
      facts.pointsBy.flatMap(({ campaignId, points }) => (points ? [`${campaignId}:${points}`] : [])),
    ),
    ...(facts.tax ? { tax: `tax ${facts.tax.taxFen} due ${facts.tax.dueFen}` } : { tax: `tax 0 due ${total.paysFen}` }),
    cash: facts.cash ? `${facts.cash.totalFen} ${facts.cash.roundingFen}` : '',
    returns: facts.returns.map(({ refundFen }) => refundFen).join(' '),
    proven: 'true',
  };
}

function decidedSheet(decision: Decision, refundsFen: readonly number[], { facts }: Example): Sheet {
  const stated = new Set(facts.notGiven.flatMap(({ campaignId, zh }) => (zh === undefined ? [] : [campaignId])));
  const withPoints = new Set(facts.pointsBy.flatMap(({ campaignId, points }) => (points ? [campaignId] : [])));
  const { applied, gifts, notApplied, points, cash } = decision;
  return {
    ...Object.fromEntries(
      decision.lines.map((line) => [
        `line ${line.lineId}`,
        `list ${line.listFen} pays ${line.payableFen} saves ${pairs(sumBy(line.adjustments.filter((one) => one.amountFen > 0)))}`,
      ]),
    ),
    total: `list ${decision.listFen} saves ${decision.savingsFen} pays ${decision.payableFen}`,
    applied: pairs(sumBy(applied)),
    funding: sorted(applied.map(({ campaignId, storeFen, brandFen }) => `${campaignId}:${storeFen}/${brandFen}`)),
    gifts: sorted(gifts.map(({ campaignId, chosen }) => `${campaignId}:${chosen.quantity}x${chosen.sku}`)),
    'not given': sorted(notApplied.map(({ campaignId, code }) => `${campaignId}:${code}`)),
    words: sorted(
      notApplied
        .filter(({ campaignId }) => stated.has(campaignId))
        .map((one) => `${explain(one, 'zh-CN')} / ${explain(one, 'en')}`),
    ),
    coupons: sorted(decision.couponsConsumed),
    points: `earned ${points.earned} spent ${points.spent} for ${points.spentFen}`,
    'points of': sorted(
      applied.flatMap((one) => (withPoints.has(one.campaignId) ? [`${one.campaignId}:${one.points}`] : [])),
    ),
    tax: `tax ${decision.taxFen} due ${decision.totalFen}`,
    cash: cash ? `${cash.totalFen} ${cash.roundingFen}` : '',
    returns: refundsFen.join(' '),
    proven: String(decision.provenOptimal),
  };
}

/** Where the page and the engine differ: one sentence a fact, none when they agree. */
export function differences(example: Example, decision: Decision, refundsFen: readonly number[]): string[] {
  const stated = statedSheet(example);
  const decided = decidedSheet(decision, refundsFen, example);
  return [...new Set([...Object.keys(stated), ...Object.keys(decided)])]
    .filter((name) => stated[name] !== decided[name])
    .map((name) => `${name}: page "${stated[name] ?? ''}", engine "${decided[name] ?? ''}"`);
}

/** Sums of the page that don't agree with each other, whatever the engine says. */
export function slips({ lines, total }: Example): string[] {
  const wrong: string[] = [];
  for (const line of lines) {
    const exact = line.weightGrams === undefined ? (line.quantity ?? 0) : line.weightGrams / 1000;
    if (Math.floor(exact * line.unitPriceFen + 0.5) !== line.listFen) wrong.push(`${line.lineId} list`);
    const savesFen = line.saves.reduce((sum, { amountFen }) => sum + amountFen, 0);
    if (line.listFen - savesFen !== line.paysFen) wrong.push(`${line.lineId} pays`);
  }
  const sum = (of: (line: Example['lines'][number]) => number): number =>
    lines.reduce((fen, line) => fen + of(line), 0);
  if (sum((line) => line.listFen) !== total.listFen) wrong.push('total list');
  if (sum((line) => line.paysFen) !== total.paysFen) wrong.push('total pays');
  if (total.listFen - total.savesFen !== total.paysFen) wrong.push('total saves');
  return wrong;
}
