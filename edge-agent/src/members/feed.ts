import type { AskedChanges, MembersPort } from '@tillside/link';
import type { ChangesAnswer, MemberChange, PackHeader } from '@tillside/protocol';
import type { Journal, Reader, Tx } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import { checkIn, isErased } from './checked-in.ts';
import { eraseByHq, eraseKeys } from './erase.ts';
import { keepFreshness } from './freshness.ts';
import { dropNews, isInNews, type MemberNews, NEWS_LIMITS, newsAfterPack, putMerged, trimStrangers } from './news.ts';
import type { MemberPack } from './pack.ts';
import { dropOldProfile } from './profile.ts';

const CURSOR = 'members-cursor';

const cursorOf = (reader: Reader): number | undefined => {
  const value = reader.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', CURSOR)?.value;
  return value === undefined ? undefined : Number(value);
};

function keepCursor(tx: Tx, cursor: number): void {
  tx.run(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    CURSOR,
    String(cursor),
  );
}

/** A new pack knows what was news before it. What the store heard since it was made is told again: the pack does not know it. */
export function packInForce(tx: Tx, { cursor }: PackHeader): void {
  newsAfterPack(tx, cursor);
  keepCursor(tx, Math.min(cursor, cursorOf(tx) ?? 0));
}

export interface MemberFeedOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly pack: MemberPack;
  readonly news: MemberNews;
  /** Absent: NEWS_LIMITS.strangers. */
  readonly maxStrangers?: number;
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
    const { journal, pack } = this.#options;
    return cursorOf(journal) ?? pack.header?.cursor ?? 0;
  }

  packVersion(): number {
    return this.#options.pack.version;
  }

  async take(answer: ChangesAnswer, asked: AskedChanges): Promise<void> {
    const { journal, erased, pack, maxStrangers = NEWS_LIMITS.strangers } = this.#options;
    // Of another pack than this answer is for: what it tells holds, but for hashes of phones, and the round goes on from where the new pack begins.
    const isOfPack = asked.packVersion === pack.version;
    const gone: string[] = [];
    journal.write((tx) => {
      for (const change of answer.changes)
        if (this.#apply(tx, change, { ...answer, isOfPack })) gone.push(change.memberId);
      trimStrangers(tx, maxStrangers);
      if (isOfPack) keepCursor(tx, answer.cursor);
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
  #apply(
    tx: Tx,
    { memberId, record, near, profileIv }: MemberChange,
    { included, cursor, isOfPack }: ChangesAnswer & { readonly isOfPack: boolean },
  ): boolean {
    const { clock, pack, news } = this.#options;
    if (record === null) {
      if (!isErased(tx, memberId)) eraseByHq(tx, clock, memberId);
      return true;
    }
    const ids = [memberId, ...record.aliases];
    const asOf = instantOf(clock.now());
    if (ids.some((id) => isHere(tx, id))) {
      if (profileIv !== undefined) dropOldProfile(tx, memberId, profileIv);
      checkIn(tx, { record, included, source: 'feed', asOf });
    } else {
      const isInPack = ids.some((id) => pack.find('id', id) !== undefined);
      const isKept = isInPack || near !== undefined || ids.some((id) => isInNews(tx, id));
      if (!isKept || isErased(tx, memberId)) {
        dropNews(tx, memberId);
        return false;
      }
      const phoneWay = isOfPack ? near?.phoneWay : undefined;
      news.put(tx, { news: { record, included, asOf }, cursor, isStranger: !isInPack, phoneWay });
    }
    for (const alias of record.aliases) putMerged(tx, alias, { into: memberId, cursor });
    return false;
  }
}

const isHere = (reader: Reader, memberId: string): boolean =>
  reader.get('SELECT 1 AS yes FROM member WHERE member_id = ?', memberId) !== undefined;
