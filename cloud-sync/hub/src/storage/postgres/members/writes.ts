import type { ConsentState } from '@tillside/protocol';
import type { MemberChangeSet, MemberRow } from '../../member-port.ts';
import {
  agreesToOffers,
  type HeldConsent,
  isWithdrawn,
  lookupOf,
  type MarkKind,
  msOf,
  NUMBER_TRIES,
  newestConsents,
  newNumber,
  proofMark,
} from '../../members/rows.ts';
import { plain, plainOrNull } from '../copy.ts';
import { rowsOf, type Session } from '../pool.ts';
import { LOCK_MEMBERS } from '../registry.ts';
import type { Touches } from './feed.ts';

export type NewMember = Omit<MemberRow, 'number' | 'into' | 'phoneVerified' | 'changedAt'>;
type HeldRow = { root: string; consents: string; profileMs: number };

/** In a fixed order, for the length of the transaction: who changes a member holds it. */
export async function lockMembers(session: Session, memberIds: readonly string[]): Promise<void> {
  if (memberIds.length > 0) await session.query(LOCK_MEMBERS, [memberIds]);
}

export const isErased = async (session: Session, memberId: string): Promise<boolean> =>
  (await rowsOf(session, 'SELECT 1 FROM member_erasures WHERE member_id = $1', [memberId])).length > 0;

export async function rowOf(session: Session, memberId: string): Promise<HeldRow | undefined> {
  const rows = await rowsOf<HeldRow>(
    session,
    'SELECT root, person_consents AS consents, profile_ms AS "profileMs" FROM members WHERE member_id = $1',
    [memberId],
  );
  return rows[0];
}

export async function putMark(
  session: Session,
  mark: { memberId: string; kind: MarkKind; value: string; atMs: number; untilMs?: number | null },
): Promise<boolean> {
  const { memberId, kind, value, atMs, untilMs = null } = mark;
  if (await isErased(session, memberId)) return false;
  await session.query(
    `INSERT INTO member_marks AS held VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (member_id, kind, value) DO UPDATE SET at_ms = greatest(held.at_ms, excluded.at_ms)`,
    [memberId, kind, value, lookupOf(kind, value), atMs, untilMs],
  );
  return true;
}

export async function dropTaste(session: Session, memberId: string): Promise<void> {
  await session.query('DELETE FROM tastes WHERE member_id = $1', [memberId]);
}

async function refreshOne(session: Session, memberId: string): Promise<boolean | null> {
  const held = await rowOf(session, memberId);
  if (held === undefined) return null;
  const all = await rowsOf<HeldConsent>(
    session,
    `SELECT purpose, granted, text_version AS "textVersion", at, at_ms AS "atMs" FROM member_consents
     WHERE member_id = $1 OR member_id IN (SELECT member_id FROM members WHERE root = $1)`,
    [memberId],
  );
  const consents = newestConsents(all);
  const text = JSON.stringify(consents);
  if (text === held.consents) return null;
  await session.query('UPDATE members SET person_consents = $2 WHERE member_id = $1', [memberId, text]);
  if (!agreesToOffers(consents)) await dropTaste(session, memberId);
  return isWithdrawn(JSON.parse(held.consents) as ConsentState[], consents);
}

/** What counts of a person's consents is worked out anew; true when something was withdrawn by that, null: no change. */
export async function refreshConsents(session: Session, memberId: string): Promise<boolean | null> {
  const own = await refreshOne(session, memberId);
  const root = (await rowOf(session, memberId))?.root;
  return root === undefined || root === memberId ? own : refreshOne(session, root);
}

async function keepConsents(session: Session, memberId: string, consents: readonly ConsentState[]): Promise<void> {
  for (const { purpose, granted, textVersion, at } of consents)
    await session.query('INSERT INTO member_consents VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING', [
      memberId,
      purpose,
      msOf(at),
      granted,
      plain(textVersion),
      at,
    ]);
}

/** Keeps statements, also of who is not known yet. */
export async function addConsents(
  session: Session,
  memberId: string,
  consents: readonly ConsentState[],
  touches: Touches,
): Promise<void> {
  if (await isErased(session, memberId)) return;
  await keepConsents(session, memberId, consents);
  const withdrawn = await refreshConsents(session, memberId);
  if (withdrawn === null) return;
  touches.add((await rowOf(session, memberId))?.root ?? memberId, withdrawn ? 'all' : 'known');
}

async function takeNumber(session: Session): Promise<string> {
  for (let tries = 0; tries < NUMBER_TRIES; tries += 1) {
    const number = newNumber();
    const taken = await session.query('INSERT INTO member_numbers VALUES ($1) ON CONFLICT DO NOTHING', [number]);
    if (taken.rowCount === 1) return number;
  }
  throw new Error('no member number is free');
}

export async function addMember(
  session: Session,
  member: NewMember,
  at: string,
  touches: Touches,
): Promise<'added' | 'known' | 'erased'> {
  const { memberId, home, channel, joinedAt, tier, tierUntil, tags, segments, household, profile, phoneIndex } = member;
  if (await isErased(session, memberId)) return 'erased';
  if ((await rowOf(session, memberId)) !== undefined) return 'known';
  const joinedMs = msOf(joinedAt);
  await session.query(
    `INSERT INTO members VALUES ($1, $2, $1, NULL, $3, $4, $5, $6, $7, $8, '[]', $9, $10, $11, $12, $6, $13, $14, $15)`,
    [
      memberId,
      await takeNumber(session),
      home,
      channel,
      joinedAt,
      joinedMs,
      plain(tier),
      tierUntil,
      plain(JSON.stringify(tags)),
      plain(JSON.stringify(segments)),
      plainOrNull(household),
      profile === null ? null : JSON.stringify(profile),
      phoneIndex,
      profile === null || phoneIndex !== null,
      at,
    ],
  );
  for (const value of member.publicKeys) await putMark(session, { memberId, kind: 'key', value, atMs: joinedMs });
  for (const value of member.codeHashes) await putMark(session, { memberId, kind: 'code', value, atMs: joinedMs });
  await keepConsents(session, memberId, member.consents);
  await refreshConsents(session, memberId);
  touches.add(memberId, 'known');
  return 'added';
}

/** A newer profile takes the place of an older one. */
export async function correctProfile(
  session: Session,
  { memberId, profile, at }: { memberId: string; profile: unknown; at: string },
  changedAt: string,
  touches: Touches,
): Promise<void> {
  const [row] = await rowsOf<{ root: string }>(
    session,
    `UPDATE members SET profile = $2, profile_ms = $3, phone_index = NULL, is_indexed = false, changed_at = $4
     WHERE member_id = $1 AND profile_ms <= $3 RETURNING root`,
    [memberId, profile === null ? null : JSON.stringify(profile), msOf(at), changedAt],
  );
  if (row !== undefined) touches.add(row.root, 'known');
}

const COLUMNS = {
  home: 'home',
  channel: 'channel',
  joinedAt: 'joined_at',
  tier: 'tier',
  tierUntil: 'tier_until',
  tags: 'tags',
  segments: 'segments',
  household: 'household',
} as const;

async function putMarks(session: Session, root: string, kind: 'key' | 'code', values: readonly string[], at: string) {
  await session.query(
    `DELETE FROM member_marks WHERE kind = $1 AND member_id IN (SELECT member_id FROM members WHERE root = $2) AND value <> ALL ($3)`,
    [kind, root, values],
  );
  for (const value of values) await putMark(session, { memberId: root, kind, value, atMs: msOf(at) });
}

export async function putMember(
  session: Session,
  memberId: string,
  change: MemberChangeSet,
  at: string,
  touches: Touches,
): Promise<boolean> {
  const held = await rowOf(session, memberId);
  if (held === undefined) return false;
  const { publicKeys, codeHashes, profile, phoneIndex, phoneVerified = null, ...rest } = change;
  const sets = Object.entries(rest).filter(([name, value]) => name in COLUMNS && value !== undefined);
  const columns = sets.map(([name], place) => `${COLUMNS[name as keyof typeof COLUMNS]} = $${place + 3}`);
  const values = sets.map(([, value]) => (Array.isArray(value) ? plain(JSON.stringify(value)) : value));
  await session.query(`UPDATE members SET ${[...columns, 'changed_at = $2'].join(', ')} WHERE member_id = $1`, [
    held.root,
    at,
    ...values,
  ]);
  if (rest.joinedAt !== undefined)
    await session.query('UPDATE members SET joined_ms = $2 WHERE member_id = $1', [held.root, msOf(rest.joinedAt)]);
  if (profile !== undefined) await correctProfile(session, { memberId, profile, at }, at, touches);
  if (phoneIndex !== undefined)
    await session.query('UPDATE members SET phone_index = $2, is_indexed = true WHERE member_id = $1', [
      memberId,
      phoneIndex,
    ]);
  if (phoneVerified !== null)
    await putMark(session, { memberId, kind: 'proof', value: proofMark(phoneVerified), atMs: msOf(at) });
  if (publicKeys !== undefined) await putMarks(session, held.root, 'key', publicKeys, at);
  if (codeHashes !== undefined) await putMarks(session, held.root, 'code', codeHashes, at);
  touches.add(held.root, 'known');
  return true;
}
