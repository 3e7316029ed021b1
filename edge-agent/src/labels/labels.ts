import type { LabelView, PairLabel } from '@tillside/agent-contract';
import type { DeviceCommand, LabelContent, LabelEvent } from '@tillside/devices';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { DevicesPort } from '../intake/devices.ts';
import type { Journal, Reader, Tx } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { Items } from '../prices/item.ts';
import { type LabelRow, labelContent, labelRow } from './content.ts';
import { forgetPictures, notePicture, pictureFen } from './pictures.ts';
import { type Jurisdiction, noteAppliedPrice, noteEvidence } from './reference-price.ts';
import { referenceNow } from './reports.ts';
import { SendQueue } from './send-queue.ts';

/** A label that failed is tried again after this long, and after twice as long each time that it fails again. */
const RETRY_MS = 15_000;
const MAX_RETRY_MS = 15 * 60_000;
/** Labels whose content is worked out before others have their turn: a decision at a till never waits for all of them. */
const LABELS_A_SLICE = 100;
/** Labels that are due again which one tick takes up. */
const MAX_DUE = 256;
/** Sales of so many days tell which labels people look at. */
const SOLD_OF_LATE_MS = 7 * 86_400_000;
/** Pictures that are drawn and handed over at the same time; the rest wait their turn. */
const MAX_SENDING = 16;

export interface LabelsDeps {
  journal: Journal;
  items: Items;
  book: CampaignBook;
  clock: Clock;
  devices: DevicesPort;
  /** Whose rule says which price a "was" may name. */
  jurisdiction: Jurisdiction;
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
  #queue = new SendQueue();
  /** The moment of the book for which every label was looked at. */
  #walked: object | undefined;
  #soldOfLate = new Map<string, number>();
  /** Price in force of each labelled product, as it was noted last. */
  #applied = new Map<string, number>();
  #isStopped = false;

  constructor(deps: LabelsDeps) {
    this.#deps = deps;
  }

  /** Pictures under way at a driver that starts anew, or before this agent started, may be lost: they are handed over again. */
  doubt(deviceId?: string): void {
    for (const row of this.#deps.journal.all<LabelRow>(
      `SELECT * FROM label WHERE sku IS NOT NULL AND state <> 'shown'`,
    ))
      if (deviceId === undefined || row.device_id === deviceId) this.#wait(row);
  }

  /** Labels whose picture waits for its turn, or is being handed over. */
  get pending(): number {
    return this.#queue.size + this.#shownWhileSending.size;
  }

  /** What waits is not sent any more. Idempotent. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * Pairs a tag with a product and sends its picture. `expectedSku` is what the asking page took it to be paired with (`null`: nothing). Throws LABEL_UNKNOWN,
   * ITEM_UNKNOWN, LABEL_PAIRED_OTHERWISE.
   */
  pair(tagId: string, { sku, expectedSku }: z.infer<typeof PairLabel>): void {
    const { journal, items } = this.#deps;
    const row = labelRow(this.#deps.journal, tagId);
    if (items.bySku(sku) === undefined) throw new AgentError('ITEM_UNKNOWN');
    if (expectedSku !== undefined && row.sku !== expectedSku && row.sku !== sku)
      throw new AgentError('LABEL_PAIRED_OTHERWISE', { detail: `(${row.sku ?? '-'})` });
    journal.write((tx) => {
      tx.run(
        `UPDATE label SET sku = ?, state = 'sending', reason = NULL, wanted = NULL, image_hash = NULL, wanted_at = ?, sent_at = NULL, queued_at = NULL, tries = 0 WHERE tag_id = ?`,
        sku,
        instantOf(this.#deps.clock.now()),
        row.tag_id,
      );
      // The same product again: what the tag shows still binds the till.
      if (row.sku === sku) return;
      forgetPictures(tx, row.tag_id);
      tx.run(
        'UPDATE label SET shown_fen = NULL, shown_hash = NULL, shown_at = NULL, pending_fen = NULL WHERE tag_id = ?',
        row.tag_id,
      );
    });
    this.#refreshGuards(sku, row.sku);
    this.#later(tagId);
  }

  unpair(tagId: string): void {
    const { sku } = labelRow(this.#deps.journal, tagId);
    this.#deps.journal.write((tx) => {
      forgetPictures(tx, tagId);
      tx.run(
        `UPDATE label SET sku = NULL, state = 'unpaired', reason = NULL, wanted = NULL, image_hash = NULL, shown_fen = NULL, shown_hash = NULL,
          shown_at = NULL, pending_fen = NULL, wanted_at = NULL, sent_at = NULL, queued_at = NULL, failed_at = NULL, tries = 0, next_try_ms = 0 WHERE tag_id = ?`,
        tagId,
      );
    });
    this.#refreshGuards(sku);
  }

  /** Throws LABEL_UNKNOWN, LABELS_AWAY. */
  async flash(tagId: string): Promise<void> {
    const row = labelRow(this.#deps.journal, tagId);
    const result = await this.#deps.devices.command({ type: 'flash-label', deviceId: row.device_id, tagId });
    if (!result.ok) throw new AgentError('LABELS_AWAY', { detail: result.message });
  }

  /** Looks at every label again when prices may have changed, a slice at a time, and takes up those whose turn to be tried again has come. */
  refresh(): void {
    const { book, journal, clock } = this.#deps;
    const { moment } = book;
    if (moment !== this.#walked) {
      this.#walked = moment;
      this.#soldOfLate = soldOfLate(journal, clock.now() - SOLD_OF_LATE_MS);
      this.#look('', moment);
    }
    for (const row of journal.all<LabelRow>(
      `SELECT * FROM label WHERE sku IS NOT NULL AND state IN ('failed', 'sending') AND next_try_ms <= ? ORDER BY next_try_ms LIMIT ?`,
      clock.now(),
      MAX_DUE,
    ))
      this.#wait(row);
    this.#pump();
  }

  /** Marks the labels of one slice whose content is no longer the one they were given, and goes on with the next slice when others had their turn. */
  #look(after: string, moment: object): void {
    const { journal, clock, changed } = this.#deps;
    const rows = journal.all<LabelRow>(
      'SELECT * FROM label WHERE sku IS NOT NULL AND tag_id > ? ORDER BY tag_id LIMIT ?',
      after,
      LABELS_A_SLICE,
    );
    this.#noteApplied(rows);
    const stale = rows.filter((row) => {
      const content = this.#contentOf(row);
      return content !== undefined && JSON.stringify(content) !== row.wanted;
    });
    const at = instantOf(clock.now());
    if (stale.length > 0)
      journal.write((tx) => {
        // No picture proves anything until the new one has its hash: what is shown is wrong from now on, and says so.
        for (const row of stale)
          tx.run(
            `UPDATE label SET state = 'sending', reason = NULL, image_hash = NULL, wanted_at = ?, sent_at = NULL, queued_at = NULL, tries = 0, next_try_ms = 0 WHERE tag_id = ?`,
            at,
            row.tag_id,
          );
      });
    for (const row of stale) {
      this.#wait(row);
      if (row.state !== 'sending') changed(row.tag_id, 'sending');
    }
    const last = rows.at(-1);
    if (rows.length < LABELS_A_SLICE || last === undefined) return;
    setImmediate(() => {
      if (this.#isStopped || this.#walked !== moment) return;
      this.#look(last.tag_id, moment);
      this.#pump();
    });
  }

  /** Prices of labelled products as they come into force: the rule of the EU looks at them. */
  #noteApplied(rows: readonly LabelRow[]): void {
    const { journal, items, book, clock } = this.#deps;
    const changed = new Map<string, number>();
    for (const { sku } of rows) {
      const item = sku === null ? undefined : items.bySku(sku);
      if (item === undefined) continue;
      const { priceFen } = book.labelPrice(item);
      if (this.#applied.get(item.sku) !== priceFen) changed.set(item.sku, priceFen);
    }
    if (changed.size === 0) return;
    journal.write((tx) => {
      for (const [sku, fen] of changed) noteAppliedPrice(tx, sku, fen, clock.now());
    });
    for (const [sku, fen] of changed) this.#applied.set(sku, fen);
  }

  #wait(row: LabelRow): void {
    if (this.#shownWhileSending.has(row.tag_id) || row.sku === null) return;
    const priceFen = this.#contentOf(row)?.priceFen;
    this.#queue.add(row.tag_id, {
      isPriceWrong: priceFen !== row.shown_fen,
      soldOfLate: this.#soldOfLate.get(row.sku) ?? 0,
    });
  }

  #pump(): void {
    while (!this.#isStopped && this.#shownWhileSending.size < MAX_SENDING) {
      const tagId = this.#queue.take();
      if (tagId === undefined) return;
      this.#later(tagId);
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
    const isOther = event.state === 'other' && known?.sku != null;
    const state = isOther ? 'failed' : nextState(known, event.state, proven);
    const failed = state === 'failed' && (known?.state !== 'failed' || event.state === 'failed' || isOther);
    journal.write((tx) => {
      tx.run(
        `INSERT INTO label (tag_id, hw_type, battery_mv, rssi_dbm, lqi, seen_at, device_id, state, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (tag_id) DO UPDATE SET hw_type = coalesce(excluded.hw_type, hw_type), battery_mv = coalesce(excluded.battery_mv, battery_mv),
           rssi_dbm = coalesce(excluded.rssi_dbm, rssi_dbm), lqi = coalesce(excluded.lqi, lqi), seen_at = coalesce(excluded.seen_at, seen_at),
           device_id = excluded.device_id, state = excluded.state, reason = excluded.reason`,
        tagId,
        event.hwType ?? null,
        event.batteryMv ?? null,
        event.rssiDbm ?? null,
        event.lqi ?? null,
        event.seenAt ?? null,
        event.deviceId,
        state,
        isOther
          ? 'LABEL_SHOWS_OTHER'
          : state === 'failed'
            ? (event.reason ?? known?.reason ?? null)
            : (event.reason ?? null),
      );
      if (state === 'queued' && known?.state !== 'queued')
        tx.run('UPDATE label SET queued_at = ? WHERE tag_id = ?', instantOf(this.#deps.clock.now()), tagId);
      if (failed) this.#noteFailed(tx, tagId, known?.tries ?? 0);
      // An older picture is back: what it says binds the till, as that of any picture whose name is not known.
      if (isOther) bindTill(tx, tagId, pictureFen(tx, tagId, imageHash));
      if (proven) this.#prove(tx, known, said);
    });
    if (proven || isOther) this.#refreshGuards(known?.sku);
    if (known?.state !== state) changed(tagId, state);
  }

  /** The tag shows the wanted picture: from here on that price binds the till, and no older picture can appear any more. */
  #prove(tx: Tx, row: LabelRow, imageHash: string): void {
    if (row.wanted === null || row.sku === null) return;
    const { priceFen } = JSON.parse(row.wanted) as LabelContent;
    const at = row.shown_hash === imageHash ? row.shown_at : instantOf(this.#deps.clock.now());
    tx.run(
      `UPDATE label SET state = 'shown', reason = NULL, shown_fen = ?, shown_hash = ?, shown_at = ?, pending_fen = NULL, tries = 0 WHERE tag_id = ?`,
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
      const row = labelRow(this.#deps.journal, tagId);
      const content = this.#contentOf(row);
      if (content === undefined) return;
      const wanted = JSON.stringify(content);
      this.#noteEvidence(content);
      // Until the new picture has its hash, nothing that is shown proves the new price.
      this.#set(tagId, 'sending', { wanted, pendingFen: content.priceFen });
      this.#refreshGuards(row.sku);
      // No tag shows a price that a power cut takes back from the till.
      await this.#deps.journal.durable();
      const command: DeviceCommand = { type: 'show-label', deviceId: row.device_id, tagId, content };
      const result = await this.#deps.devices.command(command);
      if (!result.ok) return this.#set(tagId, 'failed', { wanted, reason: `${result.code}: ${result.message}` });
      this.#deps.journal.write((tx) =>
        notePicture(tx, {
          tagId,
          imageHash: String(result.value.imageHash),
          priceFen: content.priceFen,
          atMs: this.#deps.clock.now(),
        }),
      );
      this.#queued(tagId, wanted, String(result.value.imageHash), result.value.unchanged === true, shownMeanwhile);
    } finally {
      this.#shownWhileSending.delete(tagId);
    }
    // What changed while this picture was on its way is sent next.
    const row = labelRow(this.#deps.journal, tagId);
    const content = this.#contentOf(row);
    if (content !== undefined && JSON.stringify(content) !== row.wanted) this.#later(tagId);
  }

  /** The access point took the picture; a tag that shows it already has said so while we waited, or before when nothing changed. */
  #queued(tagId: string, wanted: string, imageHash: string, unchanged: boolean, shownMeanwhile: Set<string>): void {
    this.#set(tagId, 'queued', { wanted, imageHash });
    const row = labelRow(this.#deps.journal, tagId);
    if (row.wanted !== wanted || row.sku === null) return;
    if (!shownMeanwhile.has(imageHash) && !(unchanged && row.shown_hash === imageHash)) return;
    this.#deps.journal.write((tx) => this.#prove(tx, row, imageHash));
    this.#refreshGuards(row.sku);
    this.#deps.changed(tagId, 'shown');
  }

  /** A refused write must not end the agent: the label stays as it is and its turn comes again. */
  #later(tagId: string): void {
    this.#send(tagId)
      .catch(() => undefined)
      .finally(() => this.#pump());
  }

  /** Only what labels of these products bind is read again. */
  #refreshGuards(...skus: (string | null | undefined)[]): void {
    this.#deps.book.refreshGuards(new Set(skus.filter((sku) => sku != null)));
  }

  /** What a "was" rests on is kept before anybody can read it. */
  #noteEvidence(content: LabelContent): void {
    if (content.wasPriceFen === undefined) return;
    const { journal, clock } = this.#deps;
    const reference = referenceNow(this.#deps, content.sku);
    journal.write((tx) => noteEvidence(tx, reference, clock.now()));
  }

  #noteFailed(tx: Tx, tagId: string, tries: number): void {
    const now = this.#deps.clock.now();
    tx.run(
      'UPDATE label SET failed_at = ?, tries = ?, next_try_ms = ? WHERE tag_id = ?',
      instantOf(now),
      tries + 1,
      now + Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** Math.min(tries, 10)),
      tagId,
    );
  }

  /** `pendingFen`: the price of a picture that may appear from now on. */
  #set(
    tagId: string,
    state: LabelView['state'],
    more: { wanted: string; imageHash?: string; reason?: string; pendingFen?: number },
  ): void {
    const { wanted, imageHash = null, reason = null, pendingFen } = more;
    const now = this.#deps.clock.now();
    this.#deps.journal.write((tx) => {
      tx.run(
        'UPDATE label SET state = ?, reason = ?, wanted = ?, image_hash = ? WHERE tag_id = ? AND sku IS NOT NULL',
        state,
        reason,
        wanted,
        imageHash,
        tagId,
      );
      if (state === 'sending')
        tx.run('UPDATE label SET sent_at = ?, next_try_ms = ? WHERE tag_id = ?', instantOf(now), now + RETRY_MS, tagId);
      if (state === 'queued') tx.run('UPDATE label SET queued_at = ? WHERE tag_id = ?', instantOf(now), tagId);
      if (state === 'failed') this.#noteFailed(tx, tagId, labelRow(this.#deps.journal, tagId).tries);
      bindTill(tx, tagId, pendingFen);
    });
    this.#deps.changed(tagId, state);
  }

  #contentOf(row: LabelRow): LabelContent | undefined {
    const { items, book, journal } = this.#deps;
    const item = row.sku === null ? undefined : items.bySku(row.sku);
    return item && labelContent(journal, item, book.labelPrice(item), this.#deps.jurisdiction);
  }
}

/** From now on the label may show this price, and the till charges no more. */
function bindTill(tx: Tx, tagId: string, fen: number | undefined): void {
  if (fen === undefined) return;
  tx.run('UPDATE label SET pending_fen = min(coalesce(pending_fen, ?), ?) WHERE tag_id = ?', fen, fen, tagId);
}

const soldOfLate = (reader: Reader, sinceMs: number): Map<string, number> =>
  new Map(
    reader
      .all<{ sku: string; count: number }>(
        'SELECT sku, count(*) AS count FROM sold_price WHERE at >= ? GROUP BY sku',
        sinceMs,
      )
      .map(({ sku, count }) => [sku, count]),
  );

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
