import type { LabelView } from '@tillside/agent-contract';
import type { LabelContent } from '@tillside/devices';
import type { Reader } from '../journal/index.ts';
import type { ShelfPrice } from '../prices/campaigns.ts';
import type { Item } from '../prices/item.ts';
import { referencePriceFen } from './reference-price.ts';

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
}

/** What a label of an item says at a price; a "was" only with a lawful basis below which the price lies. */
export function labelContent(reader: Reader, item: Item, { priceFen, sinceMs }: ShelfPrice): LabelContent {
  const cut = sinceMs !== undefined && priceFen < item.priceFen;
  const reference = cut ? referencePriceFen(reader, item.sku, sinceMs) : undefined;
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

export function labelView(row: LabelRow, item: Item | undefined): LabelView {
  const wanted = row.wanted === null ? undefined : (JSON.parse(row.wanted) as LabelContent);
  return {
    tagId: row.tag_id,
    state: row.state,
    ...(row.hw_type === null ? {} : { hwType: row.hw_type }),
    ...(row.battery_mv === null ? {} : { batteryMv: row.battery_mv }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.sku === null ? {} : { sku: row.sku }),
    ...(item === undefined ? {} : { name: item.name }),
    ...(wanted === undefined ? {} : { priceFen: wanted.priceFen }),
    ...(wanted?.wasPriceFen === undefined ? {} : { wasPriceFen: wanted.wasPriceFen }),
    ...(row.shown_at === null ? {} : { shownAt: row.shown_at }),
  };
}

function promotionWords(item: Item, priceFen: number): { zh: string; en: string } {
  const percentOff = Math.round((1 - priceFen / item.priceFen) * 100);
  const tenths = (100 - percentOff) / 10;
  return percentOff >= 5
    ? { zh: `${Number.isInteger(tenths) ? tenths : tenths.toFixed(1)} 折`, en: `${percentOff}% off` }
    : { zh: '特价', en: 'Offer' };
}
