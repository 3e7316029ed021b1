import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { OutboxPort, PreparedBatch, StreamConflict } from '@tillside/link';
import { batchText, fitBatch, type StreamAck } from '@tillside/protocol';
import type { Journal } from './journal.ts';
import { newestOf, openLanes, waitingIn, waitingOf } from './outbox-lane.ts';

const gzipAsync = promisify(gzip);

/** Sales that overtake a backlog in each batch. */
const NEWEST_SALES = 50;

/** The store side of sync: what waits for the hub. The events themselves are the outbox; a row for each stream says what the hub holds. */
export class Outbox implements OutboxPort {
  #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  async next(batchId: string, limit: { events: number; bytes: number }): Promise<PreparedBatch | undefined> {
    const texts = this.pending(limit.events);
    const events = fitBatch(texts, limit);
    if (events === 0) return undefined;
    const text = batchText({ batchId, store: this.#journal.store }, texts.slice(0, events));
    const body = await gzipAsync(text, { level: 1 });
    // The hub must not know an event whose number a power cut would give to another.
    await this.#journal.durable();
    return { events, body };
  }

  /** The newest sales, then the backlog from its oldest, sales before all else. */
  pending(limit: number): string[] {
    const chosen = new Map<string, string>();
    const lanes = openLanes(this.#journal);
    const running = lanes.find(({ stream, epoch }) => stream === 'sales' && epoch === this.#journal.epoch);
    if (running !== undefined && waitingIn(running) > limit) {
      for (const { seq, text } of newestOf(this.#journal, running, Math.min(NEWEST_SALES, limit)))
        chosen.set(`${running.epoch}/sales/${seq}`, text);
    }
    for (const lane of lanes) {
      if (chosen.size >= limit) break;
      for (const { seq, text } of waitingOf(this.#journal, lane, limit - chosen.size))
        chosen.set(`${lane.epoch}/${lane.stream}/${seq}`, text);
    }
    return [...chosen.values()];
  }

  /** A mark that comes back after a power cut makes us send again what the hub holds already: no sale waits for this. */
  async trim(acks: readonly StreamAck[]): Promise<number> {
    const lanes = openLanes(this.#journal);
    const beyond = ({ epoch, stream, contiguousSeq, ranges }: StreamAck): boolean =>
      lanes.some(
        (lane) =>
          lane.epoch === epoch &&
          lane.stream === stream &&
          Math.max(contiguousSeq, ranges.at(-1)?.[1] ?? 0) > lane.head,
      );
    // The hub holds what this disk never wrote, so it was restored: the next event would take a number that is taken.
    if (acks.some(beyond)) this.#journal.openNewEpoch();
    const before = this.waiting();
    this.#journal.write((tx) => {
      for (const { epoch, stream, contiguousSeq, ranges } of acks)
        tx.run(
          'UPDATE outbox_lane SET held = ?, ranges = ? WHERE epoch = ? AND stream = ?',
          contiguousSeq,
          JSON.stringify(ranges),
          epoch,
          stream,
        );
    });
    return before - this.waiting();
  }

  async conflict(_conflicts: readonly StreamConflict[]): Promise<void> {
    this.#journal.openNewEpoch();
  }

  /** Events of the running epoch. */
  appended(): number {
    return (
      this.#journal.get<{ n: number | null }>(
        'SELECT sum(last) AS n FROM (SELECT max(seq) AS last FROM event WHERE epoch = ? GROUP BY stream)',
        this.#journal.epoch,
      )?.n ?? 0
    );
  }

  waiting(): number {
    return openLanes(this.#journal).reduce((sum, lane) => sum + waitingIn(lane), 0);
  }

  async keysToDeposit(limit: number): Promise<{ memberId: string; key: string }[]> {
    await this.#journal.durable();
    return this.#journal.all('SELECT member_id AS memberId, key FROM member_key WHERE deposited = 0 LIMIT ?', limit);
  }

  async keysDeposited(memberIds: readonly string[]): Promise<void> {
    this.#journal.write((tx) => {
      for (const memberId of memberIds) tx.run('UPDATE member_key SET deposited = 1 WHERE member_id = ?', memberId);
    });
  }
}
