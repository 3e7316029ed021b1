import type { PoslogReport } from '@tillside/agent-contract';
import type { Command } from 'commander';
import { reportText } from '../adapters/poslog/report.ts';
import { type AgentConfig, loadConfig } from '../config.ts';
import { AgentError } from '../errors.ts';
import type { Io } from './io.ts';
import { askAgent } from './operator.ts';

const QUARANTINE_LIMIT = 500;

/** `import poslog FILE`: streams the file to the agent of this machine. Throws IMPORT_REFUSED where the rest of it was not read. */
export async function importPoslog(
  body: ReadableStream<Uint8Array>,
  config: AgentConfig,
  io: Io,
  timeoutMs: number,
): Promise<void> {
  tell(await askAgent(config, io, 'importPoslog', { body }, timeoutMs), io);
}

function tell(report: PoslogReport, io: Io): void {
  io.out(reportText(report, io.locale));
  if (report.stopped !== undefined) throw new AgentError('IMPORT_REFUSED', { detail: report.stopped.code });
}

interface Options {
  config: string;
  retry?: boolean | string;
  dismiss?: string;
}

/** `poslog-quarantine`: what of POSLog files waits and why; tries it again, or takes an entry off. */
export function addPoslogQuarantine(program: Command, io: Io): void {
  const say = (zh: string, en: string): string => (io.locale === 'en' ? en : zh);
  program
    .command('poslog-quarantine')
    .description(say('列出隔离的 POSLog 交易及原因', 'POSLog transactions that wait, and why'))
    .requiredOption('-c, --config <file>', say('配置文件，YAML 或 JSON', 'config file, YAML or JSON'))
    .option('--retry [entryId]', say('重试全部或一条', 'try all of them again, or one'))
    .option('--dismiss <entryId>', say('移除一条，不入账', 'take one off without booking it'))
    .action((options: Options) => quarantine(options, loadConfig(options.config), io));
}

async function quarantine({ retry, dismiss }: Options, config: AgentConfig, io: Io): Promise<void> {
  if (dismiss !== undefined) {
    await askAgent(config, io, 'dismissPoslogEntry', { params: { entryId: dismiss } });
    return;
  }
  if (retry !== undefined && retry !== false) {
    tell(await askAgent(config, io, 'retryPoslogQuarantine', { body: retry === true ? {} : { entryId: retry } }), io);
    return;
  }
  const { total, entries } = await askAgent(config, io, 'listPoslogQuarantine', { query: { limit: QUARANTINE_LIMIT } });
  io.out(io.locale === 'en' ? `${total} wait` : `共 ${total} 笔`);
  for (const { entryId, source, line, store, workstation, sequence, businessDay, code, message, hint } of entries)
    io.out(
      `${entryId}  ${source}:${line}  ${store} ${workstation} ${sequence} ${businessDay}  ${code} ${message} ${hint}`,
    );
}
