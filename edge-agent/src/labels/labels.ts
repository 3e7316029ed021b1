import type { LabelView } from '@tillside/agent-contract';
import type { DeviceCommand, LabelContent, LabelEvent } from '@tillside/devices';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { DevicesPort } from '../intake/devices.ts';
import type { Journal, Tx } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { Items } from '../prices/item.ts';
import { type LabelRow, labelContent, labelView } from './content.ts';

/** A label that failed is tried again after this long. */
const RETRY_MS = 15_000;
/** Pictures that are drawn and handed over at the same time; the rest wait their turn. */
const MAX_SENDING = 16;

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
  /** Tags whose picture is being handed over, and what they said they show meanwhile. */
  #shownWhileSending = new Map<string, Set<string>>();
  #triedAt = new Map<string, number>();
  #doubted = new Set<string>();

  constructor(deps: LabelsDeps) {
    this.#deps = deps;
  }

  /** Pictures under way at a driver that starts anew, or before this agent started, may be lost: they are handed over again. */
  doubt(deviceId?: string): void {
    for (const row of this.#deps.journal.all<LabelRow>(
      `SELECT * FROM label WHERE sku IS NOT NULL AND state <> 'shown'`,
    ))
      if (deviceId === undefined || row.device_id === deviceId) this.#doubted.add(row.tag_id);
  }

  list(): LabelView[] {
    return this.#deps.journal.all<LabelRow>('SELECT * FROM label ORDER BY tag_id').map((row) => this.#view(row));
  }

  /** Pairs a tag with a product and sends its picture. Throws LABEL_UNKNOWN, ITEM_UNKNOWN. */
  pair(tagId: string, sku: string): LabelView {
    const { journal, items } = this.#deps;
    const row = this.#row(tagId);
    if (items.bySku(sku) === undefined) throw new AgentError('ITEM_UNKNOWN');
    journal.write((tx) => {
      tx.run(
        `UPDATE label SET sku = ?, state = 'sending', reason = NULL, wanted = NULL, image_hash = NULL WHERE tag_id = ?`,
        sku,
        row.tag_id,
      );
      // The same product again: what the tag shows still binds the till.
      if (row.sku !== sku)
        tx.run(
          'UPDATE label SET shown_fen = NULL, shown_hash = NULL, shown_at = NULL, pending_fen = NULL WHERE tag_id = ?',
          row.tag_id,
        );
    });
    this.#deps.book.refreshGuards();
    this.#later(tagId);
    return this.#view(this.#row(tagId));
  }

  unpair(tagId: string): void {
    this.#row(tagId);
    this.#deps.journal.write((tx) =>
      tx.run(
        `UPDATE label SET sku = NULL, state = 'unpaired', wanted = NULL, image_hash = NULL, shown_fen = NULL, shown_hash = NULL, shown_at = NULL,
          pending_fen = NULL WHERE tag_id = ?`,
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
      if (this.#shownWhileSending.size >= MAX_SENDING) return;
      const content = this.#contentOf(row);
      if (content === undefined) continue;
      const changed = JSON.stringify(content) !== row.wanted;
      const waited = now - (this.#triedAt.get(row.tag_id) ?? 0) > RETRY_MS;
      const due = this.#doubted.has(row.tag_id) || ((row.state === 'failed' || row.state === 'sending') && waited);
      if (changed || due) this.#later(row.tag_id);
    }
  }

  /** What the access point says of a tag. Committed before this returns. */
  see(event: z.infer<typeof LabelEvent>): void {
    const { journal, changed } = this.#deps;
    const { tagId, imageHash } = event;
    const known = journal.get<LabelRow>('SELECT * FROM label WHERE tag_id = ?', tagId);
    const said = event.state === 'shown' ? imageHash : undefined;
    if (said !== undefined) this.#shownWhileSending.get(tagId)?.add(said);
    const proven = said !== undefined && known?.wanted != null && said === known.image_hash;
    const state = nextState(known, event.state, proven);
    journal.write((tx) => {
      tx.run(
        `INSERT INTO label (tag_id, hw_type, battery_mv, device_id, state, reason) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (tag_id) DO UPDATE SET hw_type = coalesce(excluded.hw_type, hw_type), battery_mv = coalesce(excluded.battery_mv, battery_mv),
           device_id = excluded.device_id, state = excluded.state, reason = excluded.reason`,
        tagId,
        event.hwType ?? null,
        event.batteryMv ?? null,
        event.deviceId,
        state,
        event.reason ?? null,
      );
      if (proven) this.#prove(tx, known, said);
    });
    if (proven) this.#deps.book.refreshGuards();
    if (known?.state !== state) changed(tagId, state);
  }

  /** The tag shows the wanted picture: from here on that price binds the till, and no older picture can appear any more. */
  #prove(tx: Tx, row: LabelRow, imageHash: string): void {
    if (row.wanted === null || row.sku === null) return;
    const { priceFen } = JSON.parse(row.wanted) as LabelContent;
    const at = row.shown_hash === imageHash ? row.shown_at : instantOf(this.#deps.clock.now());
    tx.run(
      `UPDATE label SET state = 'shown', reason = NULL, shown_fen = ?, shown_hash = ?, shown_at = ?, pending_fen = NULL WHERE tag_id = ?`,
      priceFen,
      imageHash,
      at,
      row.tag_id,
    );
    if (row.shown_hash === imageHash || at === null) return;
    tx.append('tillside.label.shown.v1', { tagId: row.tag_id, sku: row.sku, priceFen, imageHash, at });
  }

  async #send(tagId: string): Promise<void> {
    if (this.#shownWhileSending.has(tagId)) return;
    const shownMeanwhile = new Set<string>();
    this.#shownWhileSending.set(tagId, shownMeanwhile);
    try {
      const row = this.#row(tagId);
      const content = this.#contentOf(row);
      if (content === undefined) return;
      const wanted = JSON.stringify(content);
      this.#triedAt.set(tagId, this.#deps.clock.now());
      // Until the new picture has its hash, nothing that is shown proves the new price.
      this.#set(tagId, 'sending', { wanted, pendingFen: content.priceFen });
      this.#deps.book.refreshGuards();
      this.#doubted.delete(tagId);
      // No tag shows a price that a power cut takes back from the till.
      await this.#deps.journal.durable();
      const command: DeviceCommand = { type: 'show-label', deviceId: row.device_id, tagId, content };
      const result = await this.#deps.devices.command(command);
      if (!result.ok) return this.#set(tagId, 'failed', { wanted, reason: `${result.code}: ${result.message}` });
      this.#queued(tagId, wanted, String(result.value.imageHash), result.value.unchanged === true, shownMeanwhile);
    } finally {
      this.#shownWhileSending.delete(tagId);
    }
    // What changed while this picture was on its way is sent next.
    const row = this.#row(tagId);
    const content = this.#contentOf(row);
    if (content !== undefined && JSON.stringify(content) !== row.wanted) this.#later(tagId);
  }

  /** The access point took the picture; a tag that shows it already has said so while we waited, or before when nothing changed. */
  #queued(tagId: string, wanted: string, imageHash: string, unchanged: boolean, shownMeanwhile: Set<string>): void {
    this.#set(tagId, 'queued', { wanted, imageHash });
    const row = this.#row(tagId);
    if (row.wanted !== wanted || row.sku === null) return;
    if (!shownMeanwhile.has(imageHash) && !(unchanged && row.shown_hash === imageHash)) return;
    this.#deps.journal.write((tx) => this.#prove(tx, row, imageHash));
    this.#deps.book.refreshGuards();
    this.#deps.changed(tagId, 'shown');
  }

  /** A refused write must not end the agent: the label stays as it is and its turn comes again. */
  #later(tagId: string): void {
    this.#send(tagId).catch(() => this.#triedAt.set(tagId, this.#deps.clock.now()));
  }

  /** `pendingFen`: the price of a picture that may appear from now on. */
  #set(
    tagId: string,
    state: LabelView['state'],
    more: { wanted: string; imageHash?: string; reason?: string; pendingFen?: number },
  ): void {
    const { wanted, imageHash = null, reason = null, pendingFen } = more;
    this.#deps.journal.write((tx) => {
      tx.run(
        'UPDATE label SET state = ?, reason = ?, wanted = ?, image_hash = ? WHERE tag_id = ? AND sku IS NOT NULL',
        state,
        reason,
        wanted,
        imageHash,
        tagId,
      );
      if (pendingFen !== undefined)
        tx.run(
          'UPDATE label SET pending_fen = min(coalesce(pending_fen, ?), ?) WHERE tag_id = ?',
          pendingFen,
          pendingFen,
          tagId,
        );
    });
    this.#deps.changed(tagId, state);
  }

  #row(tagId: string): LabelRow {
    const row = this.#deps.journal.get<LabelRow>('SELECT * FROM label WHERE tag_id = ?', tagId);
    if (row === undefined) throw new AgentError('LABEL_UNKNOWN');
    return row;
  }

  #contentOf(row: LabelRow): LabelContent | undefined {
    const { items, book, journal } = this.#deps;
    const item = row.sku === null ? undefined : items.bySku(row.sku);
    return item && labelContent(journal, item, book.labelPrice(item));
  }

  #view(row: LabelRow): LabelView {
    return labelView(row, row.sku === null ? undefined : this.#deps.items.bySku(row.sku));
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
