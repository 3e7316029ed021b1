import type { PartnerScope } from '@tillside/hub-contract';
import type { CredentialRecord, MemberKeys, PairingCodeRecord, Registry, StoreRecord } from '../port.ts';
import { plain } from './copy.ts';
import { type Database, rowsOf, type Session } from './pool.ts';

const CREDENTIAL = 'id, kind, name, store, scopes, created_at AS "createdAt", revoked_at AS "revokedAt"';

/** Scopes lie as JSON. */
type Packed<T> = Omit<T, 'scopes'> & { readonly scopes: string };
const unpacked = (row: Packed<CredentialRecord>): CredentialRecord => ({
  ...row,
  scopes: JSON.parse(row.scopes) as PartnerScope[],
});
type CodeRow = Packed<Pick<PairingCodeRecord, 'kind' | 'store' | 'scopes' | 'expiresAt'>> & { attempts: number };

async function insertCredential(session: Session, credential: CredentialRecord & { hash: string }): Promise<void> {
  const { id, hash, kind, name, store, scopes, createdAt, revokedAt } = credential;
  await session.query(
    'INSERT INTO credentials (id, hash, kind, name, store, scopes, created_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
    [id, hash, kind, plain(name), store, JSON.stringify(scopes), createdAt, revokedAt],
  );
}

/** One-time codes: found by hash under its row's lock, spent or counted in the transaction that makes the credential. */
async function redeem(
  session: Session,
  { codeHash, kind, now, maxAttempts, credential }: Parameters<Registry['redeemPairingCode']>[0],
): Promise<CredentialRecord | null> {
  const [code] = await rowsOf<CodeRow>(
    session,
    'SELECT kind, store, scopes, expires_at AS "expiresAt", attempts FROM pairing_codes WHERE code_hash = $1 FOR UPDATE',
    [codeHash],
  );
  if (code === undefined || code.expiresAt <= now || code.attempts >= maxAttempts) return null;
  if (code.kind !== kind) {
    await session.query('UPDATE pairing_codes SET attempts = attempts + 1 WHERE code_hash = $1', [codeHash]);
    return null;
  }
  await session.query('DELETE FROM pairing_codes WHERE code_hash = $1', [codeHash]);
  const { id, hash, name } = credential;
  const { store } = code;
  const scopes = JSON.parse(code.scopes) as PartnerScope[];
  const record: CredentialRecord = { id, kind, name, store, scopes, createdAt: now, revokedAt: null };
  await insertCredential(session, { ...record, hash });
  return record;
}

/** Hubs may tell them in any order. Rows are locked in the order of their ids, so that two hubs never wait for each other. */
const TOUCH = `
  WITH seen AS (SELECT * FROM unnest($1::text[], $2::text[]) AS s (id, at)),
    held AS (SELECT id FROM stores WHERE id = ANY ($1::text[]) ORDER BY id FOR UPDATE)
  UPDATE stores SET last_seen_at = seen.at FROM seen JOIN held ON held.id = seen.id
  WHERE stores.id = held.id AND (last_seen_at IS NULL OR last_seen_at < seen.at)`;

export function createRegistry(db: Database): Registry {
  return {
    putStore: async ({ id, name, createdAt }) => {
      await db.rows(
        'INSERT INTO stores (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = excluded.name',
        [id, plain(name), createdAt],
      );
    },
    stores: () =>
      db.rows<StoreRecord>(
        'SELECT id, name, created_at AS "createdAt", last_seen_at AS "lastSeenAt" FROM stores ORDER BY id',
      ),
    touchStores: async (seen) => {
      await db.rows(TOUCH, [seen.map(({ id }) => id), seen.map(({ at }) => at)]);
    },
    putPairingCode: ({ codeHash, kind, store, scopes, expiresAt }, now) =>
      db.transact(async (session) => {
        await session.query('DELETE FROM pairing_codes WHERE expires_at <= $1 OR (store IS NOT NULL AND store = $2)', [
          now,
          store,
        ]);
        await session.query(
          'INSERT INTO pairing_codes (code_hash, kind, store, scopes, expires_at) VALUES ($1, $2, $3, $4, $5)',
          [codeHash, kind, store, JSON.stringify(scopes), expiresAt],
        );
      }),
    redeemPairingCode: (request) => db.transact((session) => redeem(session, request)),
    putCredential: (credential) => db.transact((session) => insertCredential(session, credential)),
    credentialByHash: async (hash) =>
      (
        await db.rows<Packed<CredentialRecord>>(
          `SELECT ${CREDENTIAL} FROM credentials WHERE hash = $1 AND revoked_at IS NULL`,
          [hash],
        )
      ).map(unpacked)[0] ?? null,
    credentials: async () =>
      (
        await db.rows<Packed<CredentialRecord>>(`SELECT ${CREDENTIAL} FROM credentials ORDER BY created_at DESC, id`)
      ).map(unpacked),
    revokeCredential: (id, at) =>
      db.transact(async (session) => {
        await session.query('UPDATE credentials SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL', [id, at]);
        const rows = await rowsOf<Packed<CredentialRecord>>(
          session,
          `SELECT ${CREDENTIAL} FROM credentials WHERE id = $1`,
          [id],
        );
        return rows.map(unpacked)[0] ?? null;
      }),
  };
}

const HELD = 'SELECT member_id AS "memberId", key FROM member_keys WHERE member_id = ANY ($2) AND store = $1';

/**
 * In the same database, in tables of their own: leave `member_keys` out of backups (docs/hub-storage.md). A deleted row's bytes stay in PostgreSQL's pages until they are used
 * again and in its log until that is recycled; a backup taken after the erasure holds neither the key nor a way to it.
 */
export function createMemberKeys(db: Database): MemberKeys {
  return {
    put: (store, keys) =>
      db.transact(async (session) => {
        const memberIds = keys.map(({ memberId }) => plain(memberId));
        // Erasing takes the same lock: a key that is being deposited while its member is erased is not kept.
        await session.query(LOCK_MEMBERS, [memberIds]);
        await session.query(
          `INSERT INTO member_keys (store, member_id, key)
           SELECT $1, w.member_id, w.key FROM unnest($2::text[], $3::text[]) AS w (member_id, key)
           WHERE NOT EXISTS (SELECT 1 FROM erasures e WHERE e.member_id = w.member_id AND e.store = $1)
             AND NOT EXISTS (SELECT 1 FROM member_erasures e WHERE e.member_id = w.member_id)
           ORDER BY w.member_id COLLATE "C" ON CONFLICT DO NOTHING`,
          [store, memberIds, keys.map(({ key }) => plain(key))],
        );
        // A key that opened nothing may have come before the right one.
        await session.query(
          'UPDATE members SET is_indexed = false WHERE member_id = ANY ($1) AND is_indexed AND phone_index IS NULL AND profile IS NOT NULL',
          [memberIds],
        );
        return (await rowsOf(session, HELD, [store, memberIds])).length;
      }),
    held: (store, memberIds) => db.rows(HELD, [store, memberIds.map(plain)]),
    holders: (memberId) =>
      db.rows('SELECT store, key FROM member_keys WHERE member_id = $1 ORDER BY store', [plain(memberId)]),
    holdersOf: (memberIds) =>
      db.rows('SELECT member_id AS "memberId", key FROM member_keys WHERE member_id = ANY ($1)', [
        memberIds.map(plain),
      ]),
    erase: (memberId, at) =>
      db.transact(async (session) => {
        await session.query(LOCK_MEMBERS, [[plain(memberId)]]);
        const gone = await rowsOf<{ store: string }>(
          session,
          'DELETE FROM member_keys WHERE member_id = $1 RETURNING store',
          [plain(memberId)],
        );
        const stores = gone.map(({ store }) => store).sort();
        await session.query(
          'INSERT INTO erasures SELECT $1, store, $3 FROM unnest($2::text[]) AS w (store) ON CONFLICT DO NOTHING',
          [plain(memberId), stores, at],
        );
        return stores;
      }),
    erasures: (store) =>
      db.rows('SELECT member_id AS "memberId", at FROM erasures WHERE store = $1 ORDER BY at, member_id', [store]),
  };
}

/** In a fixed order, for the length of the transaction. */
export const LOCK_MEMBERS = `SELECT pg_advisory_xact_lock(hashtextextended('member/' || id, 0)) FROM (SELECT DISTINCT id FROM unnest($1::text[]) AS w (id) ORDER BY id) AS ordered`;
