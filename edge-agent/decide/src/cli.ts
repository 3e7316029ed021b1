import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type CompiledCampaigns, compileCampaigns } from './compile.ts';
import { decide } from './decide.ts';
import { type DecideError, decideError, type ParseResult } from './errors.ts';
import { explain } from './explain.ts';
import { formatFen } from './money.ts';
import type { Basket, DecisionContext } from './schema/basket.ts';
import type { Decision } from './schema/decision.ts';
import { parseBasket, parseCampaignSet, parseDecisionContext } from './schema/parse.ts';

/** The streams that a run writes to; a test hands in its own. */
export interface CliPorts {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Epoch milliseconds, for baskets priced without a context file. */
  readonly now: () => number;
}

export const EXIT_OK = 0;
export const EXIT_BAD_INPUT = 2;

const HELP = `tillside-decide --campaigns FILE --basket FILE [--context FILE] [--json] [--locale zh-CN|en]

Prices baskets with a campaign set, and says why. FILE "-" is the standard input.
  --campaigns  a campaign set (JSON)
  --basket     one basket (JSON), or one basket on each line (JSON lines)
  --context    store, channel, instant and zone (JSON); else store "S1", channel "till", now, Asia/Shanghai
  --json       one decision a line as JSON, instead of text
Exit: 0 all priced; 2 an input was refused (each problem as a JSON line on the standard error).
`;

class InputRefused extends Error {
  readonly errors: readonly DecideError[];

  constructor(errors: readonly DecideError[]) {
    super(errors.map((error) => `${error.code} ${error.path}`).join('; '));
    this.errors = errors;
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new InputRefused([decideError('FILE_UNREADABLE', file, `Could not be read (${why}).`)]);
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InputRefused([decideError('JSON_INVALID', where)]);
  }
}

function accept<T>(result: ParseResult<T>, where: string): T {
  if (result.ok) return result.value;
  throw new InputRefused(
    result.errors.map((error) => ({ ...error, path: error.path === '' ? where : `${where}: ${error.path}` })),
  );
}

interface Document {
  readonly where: string;
  /** Throws `InputRefused` where the text is no JSON. */
  readonly read: () => unknown;
}

/** One JSON document, or one on each line that is not blank. */
function documents(text: string, file: string): Document[] {
  try {
    const value = JSON.parse(text) as unknown;
    return [{ where: file, read: () => value }];
  } catch {
    const lines = text.split('\n').map((line, index) => ({ line, where: `${file} line ${index + 1}` }));
    const filled = lines.filter(({ line }) => line.trim() !== '');
    if (filled.length < 2) throw new InputRefused([decideError('JSON_INVALID', file)]);
    return filled.map(({ line, where }) => ({ where, read: () => parseJson(line, where) }));
  }
}

function textOf(decision: Decision, locale: 'zh-CN' | 'en'): string {
  const zh = locale === 'zh-CN';
  const money = (fen: number): string => formatFen(fen, locale);
  const lines = decision.lines.map(
    (line) => `  ${line.sku} x${line.quantity}  ${money(line.listFen)} -> ${money(line.payableFen)}`,
  );
  const proof = decision.provenOptimal
    ? zh
      ? '已证明最优'
      : 'proven best'
    : `${zh ? '最多还可省' : 'at most below'} ${money(decision.gapFen)}`;
  return [
    ...lines,
    ...decision.applied.map((one) => `  + ${explain(one, locale)}`),
    ...decision.notApplied.map(
      (one) => `  - ${one.name ? `${zh ? one.name.zh : one.name.en}: ` : `${one.campaignId}: `}${explain(one, locale)}`,
    ),
    `${zh ? '应付' : 'Payable'} ${money(decision.payableFen)} (${zh ? '已省' : 'saved'} ${money(decision.savingsFen)}; ${proof})`,
  ].join('\n');
}

interface Options {
  readonly campaigns: string;
  readonly basket: string;
  readonly context: string | undefined;
  readonly json: boolean;
  readonly locale: 'zh-CN' | 'en' | undefined;
}

function readOptions(args: readonly string[]): Options | 'help' {
  let values: {
    campaigns?: string;
    basket?: string;
    context?: string;
    json?: boolean;
    locale?: string;
    help?: boolean;
  };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        campaigns: { type: 'string' },
        basket: { type: 'string' },
        context: { type: 'string' },
        json: { type: 'boolean' },
        locale: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }));
  } catch (error) {
    throw new InputRefused([decideError('USAGE', '', error instanceof Error ? error.message : undefined)]);
  }
  if (values.help) return 'help';
  const { campaigns, basket, context, json, locale } = values;
  if (campaigns === undefined || basket === undefined) {
    throw new InputRefused([decideError('USAGE', '', '--campaigns and --basket are required.')]);
  }
  if (locale !== undefined && locale !== 'en' && locale !== 'zh-CN') {
    throw new InputRefused([decideError('USAGE', '--locale', 'Locales are zh-CN and en.')]);
  }
  return { campaigns, basket, context, json: json ?? false, locale };
}

async function contextOf(file: string | undefined, nowMs: number): Promise<DecisionContext> {
  if (file !== undefined) return accept(parseDecisionContext(parseJson(await readText(file), file)), file);
  return { storeId: 'S1', channel: 'till', at: new Date(nowMs).toISOString(), zone: 'Asia/Shanghai' };
}

function price(
  baskets: readonly Document[],
  context: DecisionContext,
  compiled: CompiledCampaigns,
  options: Options,
  ports: CliPorts,
): number {
  let exit = EXIT_OK;
  const locale = options.locale ?? context.locale ?? 'en';
  for (const { where, read } of baskets) {
    try {
      const basket: Basket = accept(parseBasket(read()), where);
      const decision = decide(context, compiled, basket);
      ports.stdout(`${options.json ? JSON.stringify(decision) : textOf(decision, locale)}\n`);
    } catch (error) {
      // One bad basket must not hide the answers for the others.
      exit = report(error, ports);
    }
  }
  return exit;
}

function report(error: unknown, ports: CliPorts): number {
  if (!(error instanceof InputRefused)) throw error;
  for (const one of error.errors) ports.stderr(`${JSON.stringify({ error: one })}\n`);
  return EXIT_BAD_INPUT;
}

/** Runs the command line; resolves with the exit code, never exits by itself. */
export async function runCli(args: readonly string[], ports: CliPorts): Promise<number> {
  try {
    const options = readOptions(args);
    if (options === 'help') {
      ports.stdout(HELP);
      return EXIT_OK;
    }
    const set = accept(
      parseCampaignSet(parseJson(await readText(options.campaigns), options.campaigns)),
      options.campaigns,
    );
    const context = await contextOf(options.context, ports.now());
    const baskets = documents(await readText(options.basket), options.basket);
    return price(baskets, context, compileCampaigns(set), options, ports);
  } catch (error) {
    return report(error, ports);
  }
}
