import type { LabelView } from '@tillside/agent-contract';
import type { DeviceCommand, LabelContent, LabelEvent } from '@tillside/devices';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { DevicesPort } from '../intake/devices.ts';
import type { Journal } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { Item, Items } from '../prices/item.ts';
import { referencePriceFen } from './reference-price.ts';

interface LabelRow {
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
}

/** A label that failed is tried again after this long. */
const RETRY_MS = 15_000;

export interface LabelsDeps {
  journal: Journal;
  items: Items;
  book: CampaignBook;
  clock: Clock;
  devices: DevicesPort;
  /** A label's state changed (for the staff page). */
  changed(tagId: string, state: string): void;
}

/**
 * Shelf labels: which product each shows, what it should show, and what it is proven to show. A new picture is asked for whenever the price or the
 * promotion changes; the till follows the lower of old and new until the picture is proven (prices/campaigns.ts, shelf guards).
 */
export class Labels {
  #deps: LabelsDeps;
  #sending = new Set<string>();
  #triedAt = new Map<string, number>();

  constructor(deps: LabelsDeps) {
    this.#deps = deps;
  }

  list(): LabelView[] {
    return this.#deps.journal.all<LabelRow>('SELECT * FROM label ORDER BY tag_id').map((row) => this.#view(row));
  }

  /** Pairs a tag with a product and sends its picture. Throws LABEL_UNKNOWN, ITEM_UNKNOWN. */
  pair(tagId: string, sku: string): LabelView {
    const { journal, items } = this.#deps;
    const row = this.#row(tagId);
    if (items.bySku(sku) === undefined) throw new AgentError('ITEM_UNKNOWN');
    journal.write((tx) =>
      tx.run(
        `UPDATE label SET sku = ?, state = 'sending', reason = NULL, wanted = NULL, image_hash = NULL, shown_fen = NULL, shown_hash = NULL WHERE tag_id = ?`,
        sku,
        row.tag_id,
      ),
    );
    this.#deps.book.refreshGuards();
    void this.#send(tagId);
    return this.#view(this.#row(tagId));
  }

  unpair(tagId: string): void {
    this.#row(tagId);
    this.#deps.journal.write((tx) =>
      tx.run(
        `UPDATE label SET sku = NULL, state = 'unpaired', wanted = NULL, image_hash = NULL, shown_fen = NULL, shown_hash = NULL WHERE tag_id = ?`,
        tagId,
      ),
    );
    this.#deps.book.refreshGuards();
  }

  /** Throws LABEL_UNKNOWN, LABELS_AWAY. */
  async flash(tagId: string): Promise<void> {
    const row = this.#row(tagId);
    const result = await this.#deps.devices.command({ type: 'flash-label', deviceId: row.device_id, tagId });
    if (!result.ok) throw new AgentError('LABELS_AWAY', { detail: result.message });
  }

  /** Sends every label whose content changed, and those whose turn to retry has come. */
  refresh(): void {
    const now = this.#deps.clock.now();
    for (const row of this.#deps.journal.all<LabelRow>('SELECT * FROM label WHERE sku IS NOT NULL')) {
      const content = this.#contentOf(row);
      if (content === undefined) continue;
      const changed = JSON.stringify(content) !== row.wanted;
      const due =
        (row.state === 'failed' || row.state === 'sending') && now - (this.#triedAt.get(row.tag_id) ?? 0) > RETRY_MS;
      if (changed || due) void this.#send(row.tag_id);
    }
  }

  /** What the access point says of a tag. Committed before this returns. */
  see(event: z.infer<typeof LabelEvent>): void {
    const { journal, clock, book, changed } = this.#deps;
    const known = journal.get<LabelRow>('SELECT * FROM label WHERE tag_id = ?', event.tagId);
    const shown =
      event.state === 'shown' &&
      known?.wanted != null &&
      event.imageHash !== undefined &&
      event.imageHash === known.image_hash;
    const state = nextState(known, event.state, shown);
    journal.write((tx) => {
      tx.run(
        `INSERT INTO label (tag_id, hw_type, battery_mv, device_id, state, reason) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (tag_id) DO UPDATE SET hw_type = coalesce(excluded.hw_type, hw_type), battery_mv = coalesce(excluded.battery_mv, battery_mv),
           device_id = excluded.device_id, state = excluded.state, reason = excluded.reason`,
        event.tagId,
        event.hwType ?? null,
        event.batteryMv ?? null,
        event.deviceId,
        state,
        event.reason ?? null,
      );
      if (!shown || known?.wanted == null || known.sku === null || known.shown_hash === event.imageHash) return;
      const { priceFen } = JSON.parse(known.wanted) as LabelContent;
      const at = instantOf(clock.now());
      tx.run(
        'UPDATE label SET shown_fen = ?, shown_hash = ?, shown_at = ? WHERE tag_id = ?',
        priceFen,
        event.imageHash ?? null,
        at,
        event.tagId,
      );
      tx.append('tillside.label.shown.v1', {
        tagId: event.tagId,
        sku: known.sku,
        priceFen,
        imageHash: event.imageHash ?? '',
        at,
      });
    });
    if (shown) book.refreshGuards();
    if (known?.state !== state) changed(event.tagId, state);
  }

  async #send(tagId: string): Promise<void> {
    if (this.#sending.has(tagId)) return;
    this.#sending.add(tagId);
    try {
      const row = this.#row(tagId);
      const content = this.#contentOf(row);
      if (content === undefined) return;
      this.#triedAt.set(tagId, this.#deps.clock.now());
      this.#set(tagId, 'sending', undefined, { wanted: JSON.stringify(content) });
      const command: DeviceCommand = { type: 'show-label', deviceId: row.device_id, tagId, content };
      const result = await this.#deps.devices.command(command);
      if (!result.ok) return this.#set(tagId, 'failed', `${result.code}: ${result.message}`);
      const imageHash = String(result.value.imageHash);
      const already = result.value.unchanged === true && row.shown_hash === imageHash;
      this.#set(tagId, already ? 'shown' : 'queued', undefined, { imageHash });
    } finally {
      this.#sending.delete(tagId);
    }
    // What changed while this picture was on its way is sent next.
    const row = this.#row(tagId);
    const content = this.#contentOf(row);
    if (row.state !== 'failed' && content !== undefined && JSON.stringify(content) !== row.wanted)
      void this.#send(tagId);
  }

  #set(
    tagId: string,
    state: LabelView['state'],
    reason: string | undefined,
    more: { wanted?: string; imageHash?: string } = {},
  ): void {
    this.#deps.journal.write((tx) =>
      tx.run(
        'UPDATE label SET state = ?, reason = ?, wanted = coalesce(?, wanted), image_hash = coalesce(?, image_hash) WHERE tag_id = ? AND sku IS NOT NULL',
        state,
        reason ?? null,
        more.wanted ?? null,
        more.imageHash ?? null,
        tagId,
      ),
    );
    this.#deps.changed(tagId, state);
  }

  #row(tagId: string): LabelRow {
    const row = this.#deps.journal.get<LabelRow>('SELECT * FROM label WHERE tag_id = ?', tagId);
    if (row === undefined) throw new AgentError('LABEL_UNKNOWN');
    return row;
  }

  #contentOf(row: LabelRow): LabelContent | undefined {
    const { items, book, journal, clock } = this.#deps;
    const item = row.sku === null ? undefined : items.bySku(row.sku);
    if (item === undefined) return undefined;
    const priceFen = book.labelPriceFen(item);
    const reference = referencePriceFen(journal, item.sku, clock.now());
    const cut = priceFen < item.priceFen;
    return {
      sku: item.sku,
      gtin: item.gtin,
      nameZh: item.name.zh,
      nameEn: item.name.en,
      size: item.soldBy === 'weight' ? '1 kg' : item.size.zh,
      priceFen,
      ...(cut && reference !== undefined && reference > priceFen ? { wasPriceFen: reference } : {}),
      ...(cut ? { promotion: promotionWords(item, priceFen) } : {}),
    };
  }

  #view(row: LabelRow): LabelView {
    const item = row.sku === null ? undefined : this.#deps.items.bySku(row.sku);
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
}

/** An unpaired tag stays unpaired whatever its access point says; a picture that is no longer wanted proves nothing. */
function nextState(
  known: LabelRow | undefined,
  said: z.infer<typeof LabelEvent>['state'],
  shown: boolean,
): LabelView['state'] {
  if (known === undefined || known.sku === null) return said === 'silent' ? 'silent' : 'unpaired';
  if (shown) return 'shown';
  if (said === 'failed' || said === 'silent') return said;
  if (said === 'queued' && known.state === 'sending') return 'queued';
  return known.state === 'silent'
    ? known.shown_hash !== null && known.shown_hash === known.image_hash
      ? 'shown'
      : 'queued'
    : known.state;
}

function promotionWords(item: Item, priceFen: number): { zh: string; en: string } {
  const percentOff = Math.round((1 - priceFen / item.priceFen) * 100);
  const tenths = (100 - percentOff) / 10;
  return percentOff >= 5
    ? { zh: `${Number.isInteger(tenths) ? tenths : tenths.toFixed(1)} 折`, en: `${percentOff}% off` }
    : { zh: '特价', en: 'Offer' };
}
