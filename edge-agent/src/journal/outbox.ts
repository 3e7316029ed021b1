import type { Envelope, StreamAck } from '@tillside/protocol';
import type { Journal } from './journal.ts';

/** Sales first; within a stream the oldest first, so that the hub's contiguous mark moves. Footfall goes last. */
const STREAM_ORDER = `CASE o.stream WHEN 'sales' THEN 0 WHEN 'members' THEN 1 WHEN 'ops' THEN 2 ELSE 3 END`;

/** The store side of the outbox: what waits for the hub, and the only place that deletes it, by the hub's acks. */
export class Outbox {
  #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  pending(limit: number, maxBytes: number): Envelope[] {
    const rows = this.#journal.all<{ envelope: string; bytes: number }>(
      `SELECT e.envelope, o.bytes FROM outbox o JOIN event e USING (epoch, stream, seq) ORDER BY ${STREAM_ORDER}, o.epoch, o.seq LIMIT ?`,
      limit,
    );
    const batch: Envelope[] = [];
    let bytes = 0;
    for (const row of rows) {
      bytes += row.bytes;
      if (batch.length > 0 && bytes > maxBytes) break;
      batch.push(JSON.parse(row.envelope) as Envelope);
    }
    return batch;
  }

  /** Deletes exactly what the hub says it holds; returns how many. What comes back after a power cut is sent again, and the hub knows it: no sale waits for this. */
  trim(acks: readonly StreamAck[]): number {
    return this.#journal.writeUnsynced((tx) => {
      let trimmed = 0;
      for (const ack of acks) {
        trimmed += tx.run(
          'DELETE FROM outbox WHERE epoch = ? AND stream = ? AND seq <= ?',
          ack.epoch,
          ack.stream,
          ack.contiguousSeq,
        );
        for (const [from, to] of ack.ranges) {
          trimmed += tx.run(
            'DELETE FROM outbox WHERE epoch = ? AND stream = ? AND seq BETWEEN ? AND ?',
            ack.epoch,
            ack.stream,
            from,
            to,
          );
        }
      }
      return trimmed;
    });
  }

  conflict(): void {
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
    return this.#journal.get<{ n: number }>('SELECT count(*) AS n FROM outbox')?.n ?? 0;
  }

  keysToDeposit(limit: number): { memberId: string; key: string }[] {
    return this.#journal.all('SELECT member_id AS memberId, key FROM member_key WHERE deposited = 0 LIMIT ?', limit);
  }

  keysDeposited(memberIds: readonly string[]): void {
    this.#journal.write((tx) => {
      for (const memberId of memberIds) tx.run('UPDATE member_key SET deposited = 1 WHERE member_id = ?', memberId);
    });
  }
}
