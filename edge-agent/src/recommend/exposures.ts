import { type PastAnswer, SHOWN_LOOK_BACK_MS } from '@tillside/decide';
import type { EventBody } from '@tillside/protocol';
import type { Journal, Reader, Tx } from '../journal/index.ts';

export type Served = EventBody<'tillside.recommendation.served.v1'>;

/** One answer that somebody saw. */
export interface Exposure {
  /** A basket, or a stay at the kiosk; an answer without either is a visit of its own. */
  readonly visit: string;
  readonly atMs: number;
  /** Of what was asked: the same question again is no new answer. */
  readonly asked: string;
  readonly body: Served;
}

/** Exposures are told together this often, since each write waits for the disk and all tills with it; they need not be durable before the answer. */
const TELL_MS = 1_000;
/** Most that one write tells, a millisecond or two of work; the rest follows after a breath. */
const MAX_TOLD = 16;
const NEXT_TELL_MS = 100;
/** After a write that the disk refused. */
const TELL_AGAIN_MS = 2_000;
/** Answers of one visit, and of one member, that are looked at: the newest. */
const MAX_OF_VISIT = 50;
const MAX_OF_MEMBER = 100;

interface ExposureRow {
  visit: string;
  at: number;
  asked: string;
  body: string;
}

const COLUMNS = 'visit, at, asked, body';
const toExposure = ({ visit, at, asked, body }: ExposureRow): Exposure => ({
  visit,
  atMs: at,
  asked,
  body: JSON.parse(body) as Served,
});

/**
 * Of a visit, newest first: those that were made for this member, or (undefined) for nobody in particular. What was chosen for a person says nothing once that person is served like anybody.
 */
export function exposuresOfVisit(reader: Reader, visit: string, memberId: string | undefined): Exposure[] {
  return reader
    .all<ExposureRow>(
      `SELECT ${COLUMNS} FROM exposure WHERE visit = ? AND member_id IS ? ORDER BY at DESC, recommendation_id DESC LIMIT ?`,
      visit,
      memberId ?? null,
      MAX_OF_VISIT,
    )
    .map(toExposure);
}

/** All of a visit, newest first, whomever they were made for. */
export function exposuresOfBasket(reader: Reader, basketId: string): Exposure[] {
  return reader
    .all<ExposureRow>(
      `SELECT ${COLUMNS} FROM exposure WHERE visit = ? ORDER BY at DESC, recommendation_id DESC LIMIT ?`,
      basketId,
      MAX_OF_VISIT,
    )
    .map(toExposure);
}

/** Made for a member from an instant on, newest first. */
export function exposuresOfMember(reader: Reader, memberId: string, fromMs: number): Exposure[] {
  return reader
    .all<ExposureRow>(
      `SELECT ${COLUMNS} FROM exposure WHERE member_id = ? AND at >= ? ORDER BY at DESC, recommendation_id DESC LIMIT ?`,
      memberId,
      fromMs,
      MAX_OF_MEMBER,
    )
    .map(toExposure);
}

/** The same without what else was said, for who is asked again and again. */
export function shownToMember(reader: Reader, memberId: string, fromMs: number): PastAnswer[] {
  return reader
    .all<{ visit: string; at: number; skus: string }>(
      'SELECT visit, at, skus FROM exposure WHERE member_id = ? AND at >= ? ORDER BY at DESC LIMIT ?',
      memberId,
      fromMs,
      MAX_OF_MEMBER,
    )
    .map(({ visit, at, skus }) => ({ visit, atMs: at, skus: JSON.parse(skus) as string[] }));
}

export function pruneExposures(tx: Tx, nowMs: number): void {
  tx.run('DELETE FROM exposure WHERE at < ?', nowMs - SHOWN_LOOK_BACK_MS);
}

/** Remembers what was shown, and tells it as events a little later: what waits outlives a restart. */
export class Exposures {
  #journal: Journal;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** What an earlier run had not told yet. */
  start(): void {
    this.#isStopped = false;
    this.#tellIn(TELL_MS);
  }

  /** A disk that can't take it must not hurt a sale: then it was never shown, as far as anybody will know. */
  put({ visit, atMs, asked, body }: Exposure): void {
    try {
      this.#journal.writeMarks((tx) =>
        tx.run(
          'INSERT INTO exposure (recommendation_id, visit, member_id, at, asked, skus, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
          body.recommendationId,
          visit,
          body.memberId ?? null,
          atMs,
          asked,
          JSON.stringify(body.skus),
          JSON.stringify(body),
        ),
      );
      this.#tellIn(TELL_MS);
    } catch {
      // Told by the journal's own condition.
    }
  }

  /** Tells what one write takes; the rest waits in the journal. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tell();
  }

  #tellIn(ms: number): void {
    if (this.#isStopped) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, ms).unref();
  }

  #tell(): void {
    const waiting = this.#journal.all<{ recommendation_id: string; body: string }>(
      'SELECT recommendation_id, body FROM exposure WHERE told = 0 ORDER BY at, recommendation_id LIMIT ?',
      MAX_TOLD,
    );
    if (waiting.length === 0) return;
    try {
      this.#journal.write((tx) => {
        for (const { recommendation_id, body } of waiting) {
          tx.append('tillside.recommendation.served.v1', JSON.parse(body) as Served);
          tx.run('UPDATE exposure SET told = 1 WHERE recommendation_id = ?', recommendation_id);
        }
      });
      if (waiting.length === MAX_TOLD) this.#tellIn(NEXT_TELL_MS);
    } catch {
      this.#tellIn(TELL_AGAIN_MS);
    }
  }
}
