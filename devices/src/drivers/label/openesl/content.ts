import { createHash } from 'node:crypto';
import { DeviceError } from '../../../conditions.ts';
import type { LabelContent } from '../../../contract/command.ts';

export const MAX_FIELDS = 16;
/** UTF-8 of all fields together, one more for each (assumed: a text is stored with its end). */
export const MAX_FIELD_BYTES = 256;
const CUT_MARK = '…';

/** What a layout's field can show of a label. */
export const FIELD_NAMES = [
  'name',
  'nameOther',
  'price',
  'was',
  'unitPrice',
  'promotion',
  'promotionOther',
  'size',
  'gtin',
  'subtitle',
] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

/** What an access point is told of one label. */
export interface OpenEslContent {
  readonly layout: string;
  readonly fields: readonly string[];
  readonly price_highlight: boolean;
  readonly frame: boolean;
}

export interface Mapping {
  readonly layout: string;
  readonly fields: readonly FieldName[];
  readonly nameLanguage: 'zh' | 'en';
}

/** `exact` is shown whole or not at all (prices, codes); `words` may be cut. */
interface Part {
  readonly words: string;
  readonly exact: string;
}

/**
 * A label's content as fields of a layout. Words that do not fit are cut at a character, each as little as the others allow, and end in "…"; a price or a
 * code never is. Throws LABEL_OVERFLOW when these alone do not fit, or a name would be nothing but the mark.
 */
export function contentFields(content: LabelContent, { layout, fields, nameLanguage }: Mapping): OpenEslContent {
  const all = partsOf(content, nameLanguage);
  const parts = fields.map((name) => all[name]);
  const fixedBytes = parts.reduce((sum, { words, exact }) => sum + 1 + byteCount(gapOf(words, exact) + exact), 0);
  const freeBytes = MAX_FIELD_BYTES - fixedBytes;
  if (freeBytes < 0) throw new DeviceError('LABEL_OVERFLOW', `prices and codes need ${-freeBytes} bytes more`);
  const limits = shares(
    parts.map(({ words }) => byteCount(words)),
    freeBytes,
  );
  const texts = parts.map(({ words, exact }, at) => {
    const cut = cutWords(words, limits[at] ?? 0);
    if (fields[at] === 'name' && words !== '' && (cut === '' || cut === CUT_MARK))
      throw new DeviceError('LABEL_OVERFLOW', 'no room for the name');
    return cut === '' ? exact : `${cut}${gapOf(cut, exact)}${exact}`;
  });
  return { layout, fields: texts, price_highlight: content.promotion !== undefined, frame: false };
}

/** MD5 of what the label shows: the name of its picture in results and events. */
export function contentHash({ layout, fields, price_highlight, frame }: OpenEslContent): string {
  return createHash('md5')
    .update(JSON.stringify([layout, fields, price_highlight, frame]))
    .digest('hex');
}

function partsOf(content: LabelContent, language: 'zh' | 'en'): Record<FieldName, Part> {
  const { nameZh, nameEn, promotion, unitPrice, wasPriceFen } = content;
  const isZh = language === 'zh';
  const words = (text = ''): Part => ({ words: plain(text), exact: '' });
  const exact = (text = ''): Part => ({ words: '', exact: plain(text) });
  const was = wasPriceFen === undefined ? '' : yuan(wasPriceFen);
  const unit = unitPrice === undefined ? '' : `${yuan(unitPrice.fen)}/${unitPrice.per}`;
  const wasText = was === '' ? '' : `${isZh ? '原价' : 'was'} ${was}`;
  return {
    name: words((isZh ? nameZh : nameEn) || nameZh || nameEn),
    nameOther: words(isZh ? nameEn : nameZh),
    price: exact(yuan(content.priceFen)),
    was: exact(was),
    unitPrice: exact(unit),
    promotion: words(isZh ? promotion?.zh : promotion?.en),
    promotionOther: words(isZh ? promotion?.en : promotion?.zh),
    size: words(content.size),
    gtin: exact(content.gtin),
    subtitle: {
      words: plain((isZh ? promotion?.zh : promotion?.en) ?? content.size),
      exact: plain([wasText, unit].filter((text) => text !== '').join(' ')),
    },
  };
}

const yuan = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
/** One line: a layout's field has no others. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
const byteCount = (text: string): number => Buffer.byteLength(text, 'utf8');
const gapOf = (words: string, exact: string): string => (words === '' || exact === '' ? '' : ' ');

/** Bytes for each, in all no more than there are; who needs less than an equal share leaves the rest to the others. */
function shares(needs: readonly number[], totalBytes: number): number[] {
  const given = needs.map(() => 0);
  let left = totalBytes;
  const byNeed = needs.map((need, at) => ({ need, at })).sort((a, b) => a.need - b.need);
  for (const [rank, { need, at }] of byNeed.entries()) {
    const share = Math.min(need, Math.floor(left / (byNeed.length - rank)));
    given[at] = share;
    left -= share;
  }
  return given;
}

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** Whole when it fits; else as many characters as fit before the mark, or nothing when not even one does. */
function cutWords(words: string, maxBytes: number): string {
  if (byteCount(words) <= maxBytes) return words;
  let bytes = byteCount(CUT_MARK);
  let cut = '';
  for (const { segment } of graphemes.segment(words)) {
    bytes += byteCount(segment);
    if (bytes > maxBytes) break;
    cut += segment;
  }
  return cut === '' ? '' : cut + CUT_MARK;
}
