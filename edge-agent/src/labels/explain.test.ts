import { LabelCode } from '@tillside/agent-contract';
import { expect, test } from 'vitest';
import type { LabelRow } from './content.ts';
import { type AccessPoint, explain } from './explain.ts';

const ROW: LabelRow = {
  tag_id: '00007E1F0000A001',
  hw_type: 1,
  battery_mv: 2900,
  device_id: 'labels',
  sku: 'milk',
  state: 'sending',
  reason: null,
  wanted: null,
  image_hash: null,
  shown_fen: null,
  shown_hash: null,
  shown_at: null,
  pending_fen: null,
  rssi_dbm: null,
  lqi: null,
  seen_at: null,
  wanted_at: '2026-11-22T10:00:00+08:00',
  sent_at: '2026-11-22T10:00:01+08:00',
  queued_at: null,
  failed_at: null,
  tries: 0,
  next_try_ms: 0,
};
const WELL: AccessPoint = { isOnline: true };
const failed = (reason: string | null): Partial<LabelRow> => ({ state: 'failed', reason });

const CASES: readonly [LabelCode, Partial<LabelRow>, AccessPoint?, boolean?][] = [
  ['LABEL_RIGHT', { state: 'shown' }],
  ['LABEL_RIGHT', { state: 'shown' }, { isOnline: false }],
  ['LABEL_UNPAIRED', { sku: null, state: 'silent' }],
  ['LABEL_WAITING', { sent_at: null }],
  ['LABEL_SENDING', {}],
  ['LABEL_QUEUED', { state: 'queued' }],
  ['LABEL_RETRYING', failed(null)],
  ['LABEL_RETRYING', failed('SOMETHING_NEW: that nobody has thought of')],
  ['LABEL_REFUSED', failed('TAG_UNKNOWN: 00007E1F0000A001')],
  ['LABEL_SILENT', { state: 'silent' }],
  ['LABEL_NOT_PROVEN', failed('LABEL_NOT_PROVEN')],
  ['LABEL_SHOWS_OTHER', failed('LABEL_SHOWS_OTHER')],
  ['LABEL_AP_AWAY', { state: 'queued' }, { isOnline: false }],
  ['LABEL_AP_AWAY', failed('DEVICE_STOPPED: stopped')],
  ['LABEL_AP_BUSY', failed('AP_BUSY')],
  ['LABEL_AP_BUSY', { state: 'queued' }, { isOnline: true, code: 'AP_BUSY' }],
  ['LABEL_AP_LOW_MEMORY', { state: 'queued' }, { isOnline: true, code: 'AP_LOW_MEMORY' }],
  ['LABEL_TYPE_UNKNOWN', failed('TAG_TYPE_UNKNOWN: hwType 250')],
  ['LABEL_ITEM_GONE', {}, WELL, false],
];

test.each(CASES)('%s', (code, change, point = WELL, hasItem = true) => {
  expect(explain({ ...ROW, ...change }, hasItem, point)).toBe(code);
});

test('every code has its case', () => {
  expect(new Set(CASES.map(([code]) => code))).toEqual(new Set(LabelCode.options));
});
