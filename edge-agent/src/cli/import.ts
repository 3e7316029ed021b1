import { createReadStream, statSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { ImportMode, type ImportReport, ROW_CODES, type RowCode, type RowNote, routes } from '@tillside/agent-contract';
import type { Command } from 'commander';
import { type AgentConfig, loadConfig } from '../config.ts';
import { AgentError } from '../errors.ts';
import type { Io } from './io.ts';
import { askAgent } from './operator.ts';
import { importPoslog } from './poslog.ts';

/** A file of hundreds of megabytes is worked off beside the store's own work. */
const IMPORT_TIMEOUT_MS = 30 * 60_000;
const JSON_LINES = new Set(['.jsonl', '.ndjson']);

interface ImportOptions {
  config: string;
  mode?: string;
  effectiveFrom?: string;
  effectiveTo?: string;
  force?: boolean;
  quarantine?: string;
}

/** `import`: files that an integrator brings, of any length. */
export function addImport(program: Command, io: Io): void {
  const say = (zh: string, en: string): string => (io.locale === 'en' ? en : zh);
  program
    .command('import <what> <file>')
    .description(
      say(
        '导入 CSV：items、members、coupons、purchases；items 也可用 .jsonl；poslog 为 POSLog XML',
        'import a CSV: items, members, coupons, purchases; items as .jsonl too; poslog: POSLog XML',
      ),
    )
    .requiredOption('-c, --config <file>', say('配置文件，YAML 或 JSON', 'config file, YAML or JSON'))
    .option(
      '--mode <mode>',
      say('items：full 为全量，delta 为增量（默认）', 'items: full is the whole range, delta (default) what changes'),
    )
    .option(
      '--effective-from <time>',
      say('items：价格何时生效，如 2026-11-23', 'items: when prices take effect, e.g. 2026-11-23'),
    )
    .option('--effective-to <time>', say('items：价格何时结束', 'items: when they end'))
    .option('--force', say('items：全量文件停售过多商品时仍导入', 'items: take a full file whatever it discontinues'))
    .option('--quarantine <file>', say('items：把有误的行写入此 CSV', 'items: write the bad rows to this CSV'))
    .action((what: string, file: string, options: ImportOptions) =>
      importFile(what, file, { ...options, config: loadConfig(options.config) }, io),
    );
}

async function importFile(
  what: string,
  file: string,
  options: Omit<ImportOptions, 'config'> & { config: AgentConfig },
  io: Io,
): Promise<void> {
  if (what === 'poslog') return importPoslog(bytesOf(file), options.config, io, IMPORT_TIMEOUT_MS);
  const params = routes.importFile.params.safeParse({ what });
  if (!params.success) throw new AgentError('USAGE', { detail: 'items | members | coupons | purchases | poslog' });
  const mode = ImportMode.optional().safeParse(options.mode);
  if (!mode.success) throw new AgentError('USAGE', { detail: '--mode full | delta' });
  const report = await askAgent(
    options.config,
    io,
    'importFile',
    {
      params: params.data,
      query: {
        ...(mode.data === undefined ? {} : { mode: mode.data }),
        ...(options.effectiveFrom === undefined ? {} : { effectiveFrom: options.effectiveFrom }),
        ...(options.effectiveTo === undefined ? {} : { effectiveTo: options.effectiveTo }),
        ...(options.force === true ? { force: 'true' } : {}),
      },
      body: bytesOf(file),
      bodyType: JSON_LINES.has(extname(file).toLowerCase()) ? 'application/x-ndjson' : 'text/csv',
    },
    IMPORT_TIMEOUT_MS,
  );
  tell(report, io);
  if (options.quarantine === undefined || report.items === undefined || report.rejectedCount === 0) return;
  const { importId } = report.items;
  const { csv, notKept } = await askAgent(options.config, io, 'importQuarantine', { params: { importId } });
  writeFileSync(options.quarantine, csv);
  if (notKept > 0) io.err(io.locale === 'en' ? `  ${notKept} more are not kept` : `  另有 ${notKept} 行未保留`);
}

function bytesOf(file: string): ReadableStream<Uint8Array> {
  try {
    if (!statSync(file).isFile()) throw new Error(file);
  } catch (error) {
    throw new AgentError('FILE_UNREADABLE', { detail: (error as Error).message });
  }
  return Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;
}

function tell(report: ImportReport, io: Io): void {
  const { accepted, rejectedCount, priceVersion, items } = report;
  const en = io.locale === 'en';
  io.out(
    en
      ? `${accepted} rows in, ${rejectedCount} left out, price version ${priceVersion}`
      : `导入 ${accepted} 行，跳过 ${rejectedCount} 行，价格版本 ${priceVersion}`,
  );
  if (items !== undefined) {
    const { created, changed, unchanged, discontinued, staged, importId } = items;
    io.err(
      en
        ? `  ${created} new, ${changed} changed, ${unchanged} as before, ${discontinued} discontinued, ${staged} prices staged (${importId})`
        : `  新增 ${created}，变更 ${changed}，未变 ${unchanged}，停售 ${discontinued}，待生效价格 ${staged}（${importId}）`,
    );
  }
  for (const note of report.rejected) io.err(noteLine(note, en));
  if (items === undefined || items.warningCount === 0) return;
  io.err(en ? `${items.warningCount} warnings:` : `${items.warningCount} 条提示：`);
  for (const note of items.warnings) io.err(noteLine(note, en));
}

function noteLine({ row, code, message }: RowNote, en: boolean): string {
  const words = ROW_CODES[code as RowCode] as { zh: string } | undefined;
  return `  ${row}: ${code}${en || words === undefined ? '' : ` ${words.zh}`} ${message}`;
}
