import { hkdfSync } from 'node:crypto';
import { type IncludedMarks, keyIdOf, type MemberRecord, type PackLookup, type Sealed } from '@tillside/protocol';
import type { Reader, Tx } from '../journal/index.ts';
import type { Random } from '../ports.ts';
import { seal, unseal } from './sealing.ts';

export const NEWS_LIMITS = {
  /** Members kept whom neither this store nor its pack knows; whoever was told of first goes first. */
  strangers: 50_000,
} as const;

const DROPPED = 'members-strangers-dropped';
const KEY_BYTES = 32;

/** What HQ told of a member, and when. */
export interface News {
  readonly record: MemberRecord;
  readonly included: IncludedMarks;
  readonly asOf: string;
}

export interface NewsToKeep {
  readonly news: News;
  /** Of the answer that told it. */
  readonly cursor: number;
  readonly isStranger: boolean;
  /** The member's phone as a look-up in the pack in force hashes it, hex. */
  readonly phoneWay: string | undefined;
}

interface NewsRow {
  member_id: string;
  sealed: string | null;
  into_id: string | null;
}

/**
 * What HQ told since the pack was made of members whom this store has not met: of those in the pack, and of strangers who were seen near. Each is found by what they may show. A record is
 * sealed under a key of this machine, as in the pack it would be under the pack's; of a phone there is the pack's own hash.
 */
export class MemberNews {
  readonly #random: Random;
  readonly #key: Buffer;

  constructor({ random, indexKey }: { random: Random; indexKey: Buffer }) {
    this.#random = random;
    this.#key = Buffer.from(hkdfSync('sha256', indexKey, Buffer.alloc(0), 'tillside member news', KEY_BYTES));
  }

  put(tx: Tx, { news, cursor, isStranger, phoneWay }: NewsToKeep): void {
    const { memberId } = news.record;
    dropNews(tx, memberId);
    const sealed = seal(this.#random, this.#key, memberId, { news: JSON.stringify(news) });
    tx.run(
      'INSERT INTO member_news (member_id, sealed, into_id, cursor, is_stranger) VALUES (?, ?, NULL, ?, ?)',
      memberId,
      JSON.stringify(sealed),
      cursor,
      isStranger ? 1 : 0,
    );
    const phone = phoneWay === undefined ? [] : [wayOf('phone', phoneWay)];
    for (const way of [...waysOf(news.record), ...phone])
      tx.run(
        'INSERT INTO member_news_way (way, member_id) VALUES (?, ?) ON CONFLICT (way) DO UPDATE SET member_id = excluded.member_id',
        way,
        memberId,
      );
  }

  /** `value`: of a phone its hash as the pack has it. */
  find(reader: Reader, kind: PackLookup, value: string): News | undefined {
    const row = reader.get<NewsRow>(
      'SELECT * FROM member_news WHERE member_id = (SELECT member_id FROM member_news_way WHERE way = ?)',
      wayOf(kind, value),
    );
    return row && this.#open(row);
  }

  /** Of this very id; `into`: it was merged into another. */
  of(reader: Reader, memberId: string): { news: News } | { into: string } | undefined {
    const row = reader.get<NewsRow>('SELECT * FROM member_news WHERE member_id = ?', memberId);
    if (row === undefined) return undefined;
    if (row.into_id !== null) return { into: row.into_id };
    const news = this.#open(row);
    return news && { news };
  }

  /** Undefined for what another machine sealed: HQ tells it again. */
  #open({ member_id: memberId, sealed }: NewsRow): News | undefined {
    if (sealed === null) return undefined;
    try {
      const { news } = unseal(this.#key, memberId, JSON.parse(sealed) as Sealed) as { news?: string };
      return news === undefined ? undefined : (JSON.parse(news) as News);
    } catch {
      return undefined;
    }
  }
}

const wayOf = (kind: PackLookup, value: string): string => `${kind}:${value}`;

const waysOf = ({ memberId, aliases, number, codeHashes, publicKeys }: MemberRecord): string[] => [
  ...[memberId, ...aliases].map((id) => wayOf('id', id)),
  ...(number === undefined ? [] : [wayOf('number', number)]),
  ...codeHashes.map((hash) => wayOf('code', hash)),
  ...publicKeys.map((key) => wayOf('key', keyIdOf(Buffer.from(key, 'base64url')))),
];

export const isInNews = (reader: Reader, memberId: string): boolean =>
  reader.get('SELECT 1 AS yes FROM member_news WHERE member_id = ?', memberId) !== undefined;

/** An id that leads to another member now. */
export function putMerged(tx: Tx, alias: string, { into, cursor }: { into: string; cursor: number }): void {
  dropNews(tx, alias);
  tx.run(
    'INSERT INTO member_news (member_id, sealed, into_id, cursor, is_stranger) VALUES (?, NULL, ?, ?, 0)',
    alias,
    into,
    cursor,
  );
}

export function dropNews(tx: Tx, memberId: string): void {
  tx.run('DELETE FROM member_news_way WHERE member_id = ?', memberId);
  tx.run('DELETE FROM member_news WHERE member_id = ?', memberId);
}

/** A new pack knows what was news before it. What is newer stays, but phones were hashed for the pack before: HQ tells them again. */
export function newsAfterPack(tx: Tx, cursor: number): void {
  tx.run(
    `DELETE FROM member_news_way WHERE way >= 'phone:' AND way < 'phone;'
       OR member_id IN (SELECT member_id FROM member_news WHERE cursor <= ?)`,
    cursor,
  );
  tx.run('DELETE FROM member_news WHERE cursor <= ?', cursor);
  tx.run('DELETE FROM meta WHERE key = ?', DROPPED);
}

/** Keeps so many strangers, the newest. */
export function trimStrangers(tx: Tx, most: number): void {
  const excess = strangersKept(tx) - most;
  if (excess <= 0) return;
  const oldest = tx.all<{ id: string }>(
    'SELECT member_id AS id FROM member_news WHERE is_stranger = 1 ORDER BY cursor LIMIT ?',
    excess,
  );
  for (const { id } of oldest) dropNews(tx, id);
  tx.run(
    `INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + ? AS TEXT)`,
    DROPPED,
    String(excess),
    excess,
  );
}

const strangersKept = (reader: Reader): number =>
  reader.get<{ n: number }>('SELECT count(*) AS n FROM member_news WHERE is_stranger = 1')?.n ?? 0;

/** Strangers who are kept, and how many found no room since the pack came into force. */
export const strangersOf = (reader: Reader): { kept: number; dropped: number } => ({
  kept: strangersKept(reader),
  dropped: Number(reader.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', DROPPED)?.value ?? 0),
});
