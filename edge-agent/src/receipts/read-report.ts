import type { DayClosing } from '@tillside/agent-contract';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Reader } from '../journal/index.ts';
import { dayTotals } from '../lanes/day.ts';
import type { ReportFacts } from './layout-report.ts';

type Closing = z.infer<typeof DayClosing>;

/** The totals of a terminal's day as they stand, or as they stood at its Z report. Throws REPORT_UNKNOWN. */
export function readReport(
  reader: Reader,
  terminalId: string,
  { businessDate, zNumber }: { businessDate: string; zNumber?: number | undefined },
): Pick<ReportFacts, 'totals' | 'closing'> & { at?: string } {
  if (zNumber === undefined) return { totals: dayTotals(reader, terminalId, businessDate) };
  const row = reader.get<{ at: string; body: string }>(
    'SELECT at, body FROM day_closing WHERE terminal_id = ? AND z_number = ? AND business_date = ?',
    terminalId,
    zNumber,
    businessDate,
  );
  if (row === undefined) throw new AgentError('REPORT_UNKNOWN');
  const { ours, ...closing } = JSON.parse(row.body) as Closing;
  return { totals: ours, closing, at: row.at };
}
