import type { LabelView } from '@tillside/agent-contract';
import type { LabelContent } from '@tillside/devices';
import { AgentError } from '../errors.ts';
import type { Reader } from '../journal/index.ts';
import { instantOf } from '../ports.ts';
import type { ShelfPrice } from '../prices/campaigns.ts';
import type { Item } from '../prices/item.ts';
import { type AccessPoint, explain } from './explain.ts';
import { type Jurisdiction, referencePrice } from './reference-price.ts';

/** A label as the journal keeps it. `wanted` is the content it should show, `image_hash` that content's picture once it is drawn, `shown_*` what is proven. */
export interface LabelRow {
  tag_id: string;
  hw_type: number | null;
  battery_mv: number | null;
  device_id: string;
  sku: string | null;
  state: LabelView['state'];
  reason: string | null;
  wanted: string | null;
  image_hash: string | null;
  shown_fen: number | null;
  shown_hash: string | null;
  shown_at: string | null;
  /** Lowest price of pictures that were handed over and may still appear. */
  pending_fen: number | null;
  rssi_dbm: number | null;
  lqi: number | null;
  seen_at: string | null;
  /** When its content last became another, and when that content was handed over and taken by the access point (null: not yet); and when it last failed. */
  wanted_at: string | null;
  sent_at: string | null;
  queued_at: string | null;
  failed_at: string | null;
  tries: number;
  next_try_ms: number;
}

/** Throws LABEL_UNKNOWN. */
export function labelRow(reader: Reader, tagId: string): LabelRow {
  const row = reader.get<LabelRow>('SELECT * FROM label WHERE tag_id = ?', tagId);
  if (row === undefined) throw new AgentError('LABEL_UNKNOWN');
  return row;
}

/** What a label of an item says at a price; a "was" only with a lawful basis below which the price lies. */
export function labelContent(
  reader: Reader,
  item: Item,
  { priceFen, sinceMs }: ShelfPrice,
  jurisdiction: Jurisdiction,
): LabelContent {
  const cut = sinceMs !== undefined && priceFen < item.priceFen;
  const reference = cut ? referencePrice(reader, jurisdiction, item.sku, sinceMs).fen : undefined;
  return {
    sku: item.sku,
    gtin: item.gtin,
    nameZh: item.name.zh,
    nameEn: item.name.en,
    size: item.soldBy === 'weight' ? '1 kg' : item.size.zh,
    priceFen,
    ...(reference !== undefined && reference > priceFen ? { wasPriceFen: reference } : {}),
    ...(cut ? { promotion: promotionWords(item, priceFen) } : {}),
  };
}

export function labelView(row: LabelRow, item: Item | undefined, point: AccessPoint): LabelView {
  const wanted = row.wanted === null ? undefined : (JSON.parse(row.wanted) as LabelContent);
  return defined({
    tagId: row.tag_id,
    deviceId: row.device_id,
    state: row.state,
    code: explain(row, item !== undefined, point),
    hwType: row.hw_type,
    batteryMv: row.battery_mv,
    rssiDbm: row.rssi_dbm,
    lqi: row.lqi,
    reason: row.reason,
    sku: row.sku,
    name: item?.name,
    shelf: item?.shelf,
    priceFen: wanted?.priceFen,
    wasPriceFen: wanted?.wasPriceFen,
    shownFen: row.shown_fen,
    wantedAt: row.wanted_at,
    sentAt: row.sent_at,
    queuedAt: row.queued_at,
    shownAt: row.shown_at,
    failedAt: row.failed_at,
    seenAt: row.seen_at,
    retryAt: row.state === 'failed' && row.next_try_ms > 0 ? instantOf(row.next_try_ms) : undefined,
  });
}

type Defined<T> = { [K in keyof T as null extends T[K] ? never : undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : undefined extends T[K] ? K : never]?: NonNullable<T[K]>;
};

/** Without what the journal does not know. */
const defined = <T extends object>(view: T): Defined<T> =>
  Object.fromEntries(Object.entries(view).filter(([, value]) => value != null)) as Defined<T>;

function promotionWords(item: Item, priceFen: number): { zh: string; en: string } {
  const percentOff = Math.round((1 - priceFen / item.priceFen) * 100);
  const tenths = (100 - percentOff) / 10;
  return percentOff >= 5
    ? { zh: `${Number.isInteger(tenths) ? tenths : tenths.toFixed(1)} 折`, en: `${percentOff}% off` }
    : { zh: '特价', en: 'Offer' };
}
