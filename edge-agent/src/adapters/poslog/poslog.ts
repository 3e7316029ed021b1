import { basename } from 'node:path';
import type { Locale, PoslogQuarantined, PoslogReport } from '@tillside/agent-contract';
import type { Logger } from 'pino';
import { AgentError } from '../../errors.ts';
import type { Journal } from '../../journal/index.ts';
import type { Reported } from '../../lanes/reported.ts';
import type { MemberFinder } from '../../members/find.ts';
import type { Pairing } from '../../pairing/pairing.ts';
import type { Clock, Random } from '../../ports.ts';
import type { Items } from '../../prices/item.ts';
import type { PoslogConfig } from './config.ts';
import { DropFolder, type FileOutcome } from './folder.ts';
import { type Outcome, PoslogImport } from './import.ts';
import { listQuarantine, quarantined } from './quarantine.ts';
import { reportOf, reportText } from './report.ts';
import { rulesOf, shopOf, terminalsOf } from './shop.ts';

export interface PoslogRoomDeps {
  readonly journal: Journal;
  readonly items: Items;
  finder(): Pick<MemberFinder, 'prepare' | 'know'>;
  readonly reported: Reported;
  readonly pairing: Pick<Pairing, 'list'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly storeId: string;
  readonly zone: string;
  readonly poslog: PoslogConfig;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  counted(outcome: Outcome): void;
}

/** Sales that another POS made alone and tells in ARTS POSLog XML: by HTTP, by a drop folder, and what of them waits. */
export class Poslog {
  #journal: Journal;
  #import: PoslogImport;
  #folder: DropFolder | undefined;

  constructor(deps: PoslogRoomDeps) {
    const { journal, poslog, clock, log } = deps;
    this.#journal = journal;
    this.#import = new PoslogImport({
      ...deps,
      rules: rulesOf(poslog, deps),
      shop: shopOf(journal, deps.items),
      terminalOf: terminalsOf(poslog, deps.pairing),
    });
    this.#folder =
      poslog.dropFolder === undefined
        ? undefined
        : new DropFolder({
            folder: poslog.dropFolder,
            settleMs: poslog.settleMs,
            clock,
            log,
            take: (chunks, source, signal) => this.#import.take(chunks, source, signal),
            reports: (name, outcome) => this.#reports(name, outcome),
          });
  }

  start(): void {
    this.#folder?.start();
  }

  async stop(): Promise<void> {
    await this.#folder?.stop();
  }

  /** Throws what ends a document before anything of it was taken, and STORAGE_*, POSLOG_QUARANTINE_FULL. */
  async take(chunks: AsyncIterable<Uint8Array>, source: string, locale: Locale): Promise<PoslogReport> {
    const result = await this.#import.take(chunks, source);
    if (result.stop !== undefined && result.transactions === 0) {
      const { error, position } = result.stop;
      const place = `${position.line}:${position.column}`;
      throw new AgentError(error.code, {
        detail: error.detail === undefined ? `(${place})` : `${error.detail} (${place})`,
      });
    }
    return reportOf(result, this.#journal, locale);
  }

  async retry(entryId: string | undefined, locale: Locale): Promise<PoslogReport> {
    return reportOf(await this.#import.retry(entryId), this.#journal, locale);
  }

  dismiss(entryId: string): void {
    this.#import.dismiss(entryId);
  }

  quarantine(limit: number, locale: Locale): { total: number; entries: PoslogQuarantined[] } {
    return { total: quarantined(this.#journal), entries: listQuarantine(this.#journal, limit, locale) };
  }

  /** What somebody should see to. */
  conditions(): AgentError[] {
    const waiting = quarantined(this.#journal);
    const failure = this.#folder?.failure;
    return [
      ...(waiting === 0 ? [] : [new AgentError('POSLOG_QUARANTINED', { detail: `(${waiting})` })]),
      ...(failure === undefined ? [] : [failure]),
    ];
  }

  /** For machines, and for people of both languages. */
  #reports(name: string, outcome: FileOutcome): Record<string, string> {
    const stem = basename(name, name.slice(-'.xml'.length));
    const texts = (['zh-CN', 'en'] as const).map((locale) => {
      if ('result' in outcome) return reportText(reportOf(outcome.result, this.#journal, locale), locale);
      const { message, hint } = outcome.refused.words(locale);
      return `${outcome.refused.code} ${message} ${hint}`;
    });
    const data =
      'result' in outcome
        ? { zh: reportOf(outcome.result, this.#journal, 'zh-CN'), en: reportOf(outcome.result, this.#journal, 'en') }
        : {
            zh: { code: outcome.refused.code, ...outcome.refused.words('zh-CN') },
            en: { code: outcome.refused.code, ...outcome.refused.words('en') },
          };
    return {
      [`${stem}.report.json`]: `${JSON.stringify(data, null, 2)}\n`,
      [`${stem}.report.txt`]: `${texts.join('\n\n')}\n`,
    };
  }
}
