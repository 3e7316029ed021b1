import type { OwnTier, TierStanding } from '@tillside/agent-contract';
import type { Names } from '@tillside/decide';
import { ToldTier } from '@tillside/protocol';
import type { z } from 'zod';
import type { Reader, Tx } from '../journal/index.ts';
import type { Member } from './members.ts';

/** Names of the chain's tiers as HQ told them last. */
const NAMES = 'tier-names';

/** What HQ told when it was asked: repeated until it is asked again. */
export function keepToldTier(tx: Tx, memberId: string, told: ToldTier): void {
  tx.run(
    `INSERT INTO tier_told (member_id, standing, at) VALUES (?, ?, ?)
     ON CONFLICT (member_id) DO UPDATE SET standing = excluded.standing, at = excluded.at`,
    memberId,
    JSON.stringify(told),
    Date.parse(told.asOf),
  );
  tx.run('UPDATE member SET tier = ?, tier_until = ? WHERE member_id = ?', told.tier, told.tierUntil ?? null, memberId);
  if (told.tiers.length > 0)
    tx.run(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      NAMES,
      JSON.stringify(told.tiers),
    );
}

/** Where a member stands among the tiers, as far as this store knows. What was counted for another tier than the one they hold by now is not told again. */
export function tierStanding(reader: Reader, { memberId, tier }: Pick<Member, 'memberId' | 'tier'>): TierStanding {
  const row = reader.get<{ standing: string }>('SELECT standing FROM tier_told WHERE member_id = ?', memberId);
  const told = row === undefined ? undefined : ToldTier.safeParse(JSON.parse(row.standing)).data;
  const end = reader.get<{ until: string | null }>(
    'SELECT tier_until AS until FROM member WHERE member_id = ?',
    memberId,
  )?.until;
  const names = namesOf(reader);
  const name = names.get(tier);
  return {
    tier,
    ...(name === undefined ? {} : { name }),
    ...(end == null ? {} : { until: end }),
    ...(told?.tier === tier ? nextOf(told, names) : {}),
  };
}

function nextOf({ next, tiers, asOf }: ToldTier, names: ReadonlyMap<string, Names>): Partial<TierStanding> {
  if (next === null) return tiers.length === 0 ? {} : { isTop: true, asOf };
  const name = names.get(next.tier);
  return name === undefined ? {} : { next: { ...next, name }, asOf };
}

function namesOf(reader: Reader): ReadonlyMap<string, Names> {
  const kept = reader.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', NAMES)?.value;
  const tiers = ToldTier.shape.tiers.safeParse(JSON.parse(kept ?? '[]')).data ?? [];
  return new Map(tiers.map(({ id, name }) => [id, name]));
}

/** Asks HQ, and keeps what it tells; else what is known. `told`: undefined where HQ can't be asked. */
export function ownTier(
  journal: Reader & { write<T>(work: (tx: Tx) => T): T },
  member: () => Member,
  told: ToldTier | undefined,
): z.infer<typeof OwnTier> {
  const { memberId } = member();
  if (told !== undefined) journal.write((tx) => keepToldTier(tx, memberId, told));
  return { standing: tierStanding(journal, member()), isNow: told !== undefined };
}

export function forgetTier(tx: Tx, memberId: string): void {
  tx.run('DELETE FROM tier_told WHERE member_id = ?', memberId);
}
