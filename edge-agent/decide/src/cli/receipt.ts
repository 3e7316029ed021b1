import { explain, explainGift, explainPoints, type SkuNames } from '../explain.ts';
import { formatFen } from '../money.ts';
import type { Locale } from '../schema/common.ts';
import type { Decision, NotApplied } from '../schema/decision.ts';

function notAppliedText(one: NotApplied, locale: Locale, names: SkuNames): string {
  const name = one.name && (locale === 'zh-CN' ? one.name.zh : one.name.en);
  return `  - ${name ?? one.campaignId}: ${explain(one, locale, names)}`;
}

/** Tax, what is due where tax is added, and what cash pays: only what there is to say. */
function dueTexts({ taxFen, totalFen, payableFen, cash }: Decision, locale: Locale): string[] {
  const zh = locale === 'zh-CN';
  const money = (fen: number): string => formatFen(fen, locale);
  const added = totalFen !== payableFen;
  const tax = added ? (zh ? '税额' : 'Tax') : zh ? '其中税额' : 'Of which tax';
  return [
    ...(taxFen === 0 ? [] : [`${tax} ${money(taxFen)}`]),
    ...(added ? [`${zh ? '合计' : 'Total'} ${money(totalFen)}`] : []),
    ...(cash
      ? [`${zh ? '现金' : 'In cash'} ${money(cash.totalFen)} (${zh ? '抹零' : 'rounding'} ${money(cash.roundingFen)})`]
      : []),
  ];
}

/** A decision as a person reads it: lines, what applied, gifts, what did not and why, and what is due. `names` are those of the items. */
export function receiptText(decision: Decision, locale: Locale, names: SkuNames): string {
  const zh = locale === 'zh-CN';
  const money = (fen: number): string => formatFen(fen, locale);
  const points = explainPoints(decision.points, locale);
  const proof = decision.provenOptimal
    ? zh
      ? '已证明最优'
      : 'proven best'
    : `${zh ? '最多还可省' : 'at most below'} ${money(decision.gapFen)}`;
  return [
    ...decision.lines.map(
      (line) => `  ${line.sku} x${line.quantity}  ${money(line.listFen)} -> ${money(line.payableFen)}`,
    ),
    ...decision.applied.map((one) => `  + ${explain(one, locale)}`),
    ...decision.gifts.map((gift) => `  * ${explainGift(gift, locale)}`),
    ...decision.notApplied.map((one) => notAppliedText(one, locale, names)),
    `${zh ? '应付' : 'Payable'} ${money(decision.payableFen)} (${zh ? '已省' : 'saved'} ${money(decision.savingsFen)}; ${proof})`,
    ...dueTexts(decision, locale),
    ...(points === undefined ? [] : [points]),
  ].join('\n');
}
