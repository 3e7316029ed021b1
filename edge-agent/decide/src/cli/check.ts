import { z } from 'zod';
import { checkCampaignSet } from '../authoring/check.ts';
import type { Finding } from '../authoring/finding.ts';
import { Fen, Id } from '../schema/common.ts';
import { parseCampaignSet } from '../schema/parse.ts';
import { codedErrors } from '../schema/problems.ts';
import { accept, badUsage, InputRefused, localeOf, parseJson, readArguments, readText } from './input.ts';
import { type CliPorts, EXIT_FINDINGS, EXIT_OK } from './ports.ts';

/** Items as the checks take them. */
const Catalogue = z.array(
  z.strictObject({
    sku: Id,
    department: Id,
    category: Id,
    unitPriceFen: Fen,
    costFen: Fen.exactOptional(),
  }),
);
type Catalogue = z.infer<typeof Catalogue>;

async function catalogueOf(file: string): Promise<Catalogue> {
  const input = parseJson(await readText(file), file);
  const parsed = Catalogue.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = codedErrors(Catalogue, input, parsed.error.issues);
  throw new InputRefused(errors.map((error) => ({ ...error, path: `${file}: ${error.path}` })));
}

function findingText({ severity, code, path, message }: Finding, zh: boolean): string {
  const word = { error: zh ? '错误' : 'error', warning: zh ? '提醒' : 'warning' }[severity];
  return `${word} ${code} ${path}${zh ? '：' : ': '}${zh ? message.zh : message.en}`;
}

/** Prints what an author should look at: `check --campaigns FILE [--catalogue FILE] [--json] [--locale L]`. */
export async function checkCampaigns(args: readonly string[], ports: CliPorts): Promise<number> {
  const { words, text, on } = readArguments(args, ['campaigns', 'catalogue', 'locale'], ['json']);
  if (words.length > 0) throw badUsage('', `"${words.join(' ')}" is not understood.`);
  const zh = localeOf(text.locale) === 'zh-CN';
  if (text.campaigns === undefined) throw badUsage('', '--campaigns is required.');
  const set = accept(parseCampaignSet(parseJson(await readText(text.campaigns), text.campaigns)), text.campaigns);
  const catalogue = text.catalogue === undefined ? undefined : await catalogueOf(text.catalogue);
  const findings = checkCampaignSet(set, catalogue);
  for (const one of findings) ports.stdout(`${on.has('json') ? JSON.stringify(one) : findingText(one, zh)}\n`);
  if (findings.length === 0 && !on.has('json')) ports.stdout(zh ? '没有发现问题。\n' : 'Nothing found.\n');
  return findings.some(({ severity }) => severity === 'error') ? EXIT_FINDINGS : EXIT_OK;
}
