import { parseCatalogue } from '../authoring/catalogue.ts';
import { checkCampaignSet } from '../authoring/check.ts';
import type { Finding } from '../authoring/finding.ts';
import { parseCampaignSet } from '../schema/parse.ts';
import { accept, badUsage, localeOf, parseJson, readArguments, readText } from './input.ts';
import { type CliPorts, EXIT_FINDINGS, EXIT_OK } from './ports.ts';

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
  const { catalogue: file } = text;
  const catalogue =
    file === undefined ? undefined : accept(parseCatalogue(parseJson(await readText(file), file)), file);
  const findings = checkCampaignSet(set, catalogue);
  for (const one of findings) ports.stdout(`${on.has('json') ? JSON.stringify(one) : findingText(one, zh)}\n`);
  if (findings.length === 0 && !on.has('json')) ports.stdout(zh ? '没有发现问题。\n' : 'Nothing found.\n');
  return findings.some(({ severity }) => severity === 'error') ? EXIT_FINDINGS : EXIT_OK;
}
