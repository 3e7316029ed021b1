import type { MembersPort } from '@tillside/link';
import type { ChangesAnswer, MemberChange, PackHeader } from '@tillside/protocol';
import type { Journal, Reader, Tx } from '../journal/index.ts';
import { keepRules } from '../points/rules.ts';
import { type Clock, instantOf } from '../ports.ts';
import { checkIn, isErased } from './checked-in.ts';
import { eraseByHq, eraseKeys } from './erase.ts';
import { keepFreshness } from './freshness.ts';
import type { MemberPack } from './pack.ts';

const CURSOR = 'members-cursor';

const cursorOf = (reader: Reader): number =>
  Number(reader.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', CURSOR)?.value ?? 0);

function keepCursor(tx: Tx, cursor: number): void {
  tx.run(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    CURSOR,
    String(cursor),
  );
}

/** A new pack knows what was news before it. What the store heard since it was made is told again: the pack does not know it. */
export function packInForce(tx: Tx, { cursor, rules }: PackHeader): void {
  tx.run('DELETE FROM member_news WHERE cursor <= ?', cursor);
  keepCursor(tx, Math.min(cursor, cursorOf(tx)));
  keepRules(tx, rules);
}

export interface MemberFeedOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly pack: MemberPack;
  /** A member is gone: what lies elsewhere goes as well. */
  readonly erased: (memberId: string) => void;
}

/** Puts in force what HQ tells of members. */
export class MemberFeed implements MembersPort {
  #options: MemberFeedOptions;

  constructor(options: MemberFeedOptions) {
    this.#options = options;
  }

  cursor(): number {
    return cursorOf(this.#options.journal);
  }

  async take(answer: ChangesAnswer): Promise<void> {
    const { journal, erased } = this.#options;
    const gone: string[] = [];
    journal.write((tx) => {
      for (const change of answer.changes) if (this.#apply(tx, change, answer)) gone.push(change.memberId);
      keepRules(tx, answer.rules);
      keepCursor(tx, answer.cursor);
    });
    for (const memberId of gone) {
      eraseKeys(journal, memberId, 'hq');
      erased(memberId);
    }
    await journal.durable();
  }

  mayPersonalise(allowed: boolean): void {
    this.#options.journal.writeMarks((tx) => keepFreshness(tx, allowed));
  }

  /** True for an erasure. */
  #apply(tx: Tx, { memberId, record }: MemberChange, { included, cursor }: ChangesAnswer): boolean {
    const { clock, pack } = this.#options;
    if (record === null) {
      if (!isErased(tx, memberId)) eraseByHq(tx, clock, memberId);
      return true;
    }
    const ids = [memberId, ...record.aliases];
    const asOf = instantOf(clock.now());
    if (ids.some((id) => isHere(tx, id))) checkIn(tx, { record, included, source: 'feed', asOf });
    else if (ids.some((id) => pack.find('id', id) !== undefined)) {
      putNews(tx, memberId, cursor, { record: JSON.stringify({ record, included }), into: null });
    }
    for (const alias of record.aliases) putNews(tx, alias, cursor, { record: null, into: memberId });
    return false;
  }
}

const isHere = (reader: Reader, memberId: string): boolean =>
  reader.get('SELECT 1 AS yes FROM member WHERE member_id = ?', memberId) !== undefined;

function putNews(
  tx: Tx,
  memberId: string,
  cursor: number,
  { record, into }: { record: string | null; into: string | null },
): void {
  tx.run(
    `INSERT INTO member_news (member_id, record, into_id, cursor) VALUES (?, ?, ?, ?)
     ON CONFLICT (member_id) DO UPDATE SET record = excluded.record, into_id = excluded.into_id, cursor = excluded.cursor`,
    memberId,
    record,
    into,
    cursor,
  );
}
