import type { LabelCode } from '@tillside/agent-contract';
import type { LabelRow } from './content.ts';

/** What is known of the access point that serves a label. */
export interface AccessPoint {
  isOnline: boolean;
  /** Its condition, when it has one: a device code such as `AP_LOW_MEMORY`. */
  code?: string | undefined;
}

/** Why trying again later may help, by the code a driver gave; anything else that failed is simply tried again. */
const BY_REASON: Readonly<Record<string, LabelCode>> = {
  AP_BUSY: 'LABEL_AP_BUSY',
  AP_QUEUE_FULL: 'LABEL_AP_BUSY',
  LABEL_RENDER_BUSY: 'LABEL_WAITING',
  AP_LOW_MEMORY: 'LABEL_AP_LOW_MEMORY',
  AP_UNREACHABLE: 'LABEL_AP_AWAY',
  AP_SILENT: 'LABEL_AP_AWAY',
  DEVICE_UNKNOWN: 'LABEL_AP_AWAY',
  DEVICE_STOPPED: 'LABEL_AP_AWAY',
  TAG_TYPE_UNKNOWN: 'LABEL_TYPE_UNKNOWN',
  TAG_UNKNOWN: 'LABEL_REFUSED',
  LABEL_OVERFLOW: 'LABEL_REFUSED',
  LABEL_TEMPLATE_UNKNOWN: 'LABEL_REFUSED',
  LABEL_NOT_PROVEN: 'LABEL_NOT_PROVEN',
  LABEL_SHOWS_OTHER: 'LABEL_SHOWS_OTHER',
};

/** The one code that says why a label is not yet right, or that it is. */
export function explain(row: LabelRow, hasItem: boolean, point: AccessPoint): LabelCode {
  if (row.sku === null) return 'LABEL_UNPAIRED';
  if (!hasItem) return 'LABEL_ITEM_GONE';
  if (row.state === 'shown') return 'LABEL_RIGHT';
  if (row.state === 'silent') return 'LABEL_SILENT';
  if (row.state === 'failed') return BY_REASON[reasonCode(row.reason)] ?? 'LABEL_RETRYING';
  if (point.code === 'AP_LOW_MEMORY') return 'LABEL_AP_LOW_MEMORY';
  if (point.code === 'AP_BUSY') return 'LABEL_AP_BUSY';
  if (!point.isOnline) return 'LABEL_AP_AWAY';
  if (row.state === 'queued') return 'LABEL_QUEUED';
  return row.sent_at === null ? 'LABEL_WAITING' : 'LABEL_SENDING';
}

/** Those that time does not mend: somebody has to walk to the label, or to its access point. */
export const NEEDS_SOMEBODY: ReadonlySet<LabelCode> = new Set([
  'LABEL_REFUSED',
  'LABEL_SILENT',
  'LABEL_NOT_PROVEN',
  'LABEL_SHOWS_OTHER',
  'LABEL_TYPE_UNKNOWN',
  'LABEL_ITEM_GONE',
]);

/** A driver says `CODE: words`, an event `CODE`. */
const reasonCode = (reason: string | null): string => reason?.split(':', 1)[0] ?? '';
