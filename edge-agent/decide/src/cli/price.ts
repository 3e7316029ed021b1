import { type CompiledCampaigns, compileCampaigns } from '../compile.ts';
import { decide } from '../decide.ts';
import type { DecisionContext } from '../schema/basket.ts';
import { parseBasket, parseCampaignSet, parseDecisionContext } from '../schema/parse.ts';
import { confirmUnlocks } from '../unlock.ts';
import { accept, badUsage, type Document, documents, localeOf, parseJson, readArguments, readText } from './input.ts';
import { type CliPorts, EXIT_OK, report } from './ports.ts';
import { receiptText } from './receipt.ts';

async function contextOf(file: string | undefined, nowMs: number): Promise<DecisionContext> {
  if (file !== undefined) return accept(parseDecisionContext(parseJson(await readText(file), file)), file);
  return { storeId: 'S1', channel: 'till', at: new Date(nowMs).toISOString(), zone: 'Asia/Shanghai' };
}

/** Baskets decided anew, for one answer, to find what would make its idle campaigns apply. */
const MOST_UNLOCKS = 50;

interface Job {
  readonly context: DecisionContext;
  readonly campaigns: CompiledCampaigns;
  readonly json: boolean;
  readonly locale: 'zh-CN' | 'en';
}

function priceOne({ where, read }: Document, { context, campaigns, json, locale }: Job, ports: CliPorts): number {
  try {
    const basket = accept(parseBasket(read()), where);
    const names = (sku: string) => basket.lines.find((line) => line.sku === sku)?.name;
    const decided = decide(context, campaigns, basket);
    const decision = confirmUnlocks(context, campaigns, basket, decided, { most: MOST_UNLOCKS });
    ports.stdout(`${json ? JSON.stringify(decision) : receiptText(decision, locale, names)}\n`);
    return EXIT_OK;
  } catch (error) {
    // One bad basket must not hide the answers for the others.
    return report(error, ports);
  }
}

/** Prices baskets: `--campaigns FILE --basket FILE [--context FILE] [--json] [--locale L]`. */
export async function priceBaskets(args: readonly string[], ports: CliPorts): Promise<number> {
  const { words, text, on } = readArguments(args, ['campaigns', 'basket', 'context', 'locale'], ['json']);
  const [word] = words;
  if (word !== undefined) throw badUsage('', `"${word}" is no command.`);
  const locale = localeOf(text.locale);
  if (text.campaigns === undefined || text.basket === undefined) {
    throw badUsage('', '--campaigns and --basket are required.');
  }
  const set = accept(parseCampaignSet(parseJson(await readText(text.campaigns), text.campaigns)), text.campaigns);
  const context = await contextOf(text.context, ports.now());
  const job: Job = {
    context,
    campaigns: compileCampaigns(set),
    json: on.has('json'),
    locale: locale ?? context.locale ?? 'en',
  };
  const exits = documents(await readText(text.basket), text.basket).map((one) => priceOne(one, job, ports));
  return Math.max(EXIT_OK, ...exits);
}
