import type { Locale, PoslogReport } from '@tillside/agent-contract';
import { formatFen } from '@tillside/decide';
import type { Reader } from '../../journal/index.ts';
import type { ImportResult } from './import.ts';
import { quarantineEntry } from './quarantine.ts';

/** The report in one language. */
export function reportOf(result: ImportResult, reader: Reader, locale: Locale): PoslogReport {
  const { transactions, accepted, repeated, training, quarantined, importedFen, refundedFen, ignored, stop } = result;
  return {
    transactions,
    accepted,
    repeated,
    ignored: Object.values(ignored).reduce((sum, count) => sum + count, 0),
    ignoredBy: ignored,
    training,
    quarantined,
    quarantine: result.entryIds.flatMap((entryId) => quarantineEntry(reader, entryId, locale) ?? []),
    importedFen,
    refundedFen,
    ...(stop === undefined
      ? {}
      : { stopped: { code: stop.error.code, ...stop.error.words(locale), ...stop.position } }),
  };
}

/** What a person reads of a report: counts, then a line for each that waits, then why the rest was not read. */
export function reportText(report: PoslogReport, locale: Locale): string {
  const say = (zh: string, en: string): string => (locale === 'en' ? en : zh);
  const { accepted, repeated, ignored, training, quarantined, importedFen, refundedFen, stopped } = report;
  const money = (fen: number): string => formatFen(fen, locale);
  const counts = say(
    `导入 ${accepted} 笔，重复 ${repeated}，忽略 ${ignored}，培训 ${training}，隔离 ${quarantined}；销售 ${money(importedFen)}，退货 ${money(refundedFen)}`,
    `${accepted} taken, ${repeated} repeated, ${ignored} ignored, ${training} of training, ${quarantined} quarantined; sales ${money(importedFen)}, returns ${money(refundedFen)}`,
  );
  const waiting = report.quarantine.map(
    ({ line, workstation, sequence, businessDay, code, message, hint }) =>
      `  ${say('行', 'line')} ${line}  ${workstation} ${sequence} ${businessDay}  ${code} ${message} ${hint}`,
  );
  const more = quarantined - report.quarantine.length;
  const rest = more > 0 ? [say(`  另有 ${more} 笔`, `  and ${more} more`)] : [];
  const end =
    stopped === undefined
      ? []
      : [
          say(`在第 ${stopped.line} 行第 ${stopped.column} 列停止：`, `Stopped at ${stopped.line}:${stopped.column}: `),
          `  ${stopped.code} ${stopped.message} ${stopped.hint}`,
        ];
  return [counts, ...waiting, ...rest, ...end].join('\n');
}
