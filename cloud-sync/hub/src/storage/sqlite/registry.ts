import type { PartnerScope } from '@tillside/hub-contract';
import type { CredentialRecord, PairingCodeRecord, Registry, StoreRecord, StoreSeen } from '../port.ts';
import type { Sqlite } from './open.ts';
import type { Transact } from './transact.ts';

const CREDENTIAL = 'id, kind, name, store, scopes, created_at AS createdAt, revoked_at AS revokedAt';

/** Scopes lie as JSON. */
type Packed<T> = Omit<T, 'scopes'> & { readonly scopes: string };
const unpacked = (row: Packed<CredentialRecord>): CredentialRecord => ({
  ...row,
  scopes: JSON.parse(row.scopes) as PartnerScope[],
});
type CodeRow = Packed<Pick<PairingCodeRecord, 'kind' | 'store' | 'scopes' | 'expiresAt'>> & { attempts: number };

/** One-time codes: found by hash, spent or counted in the transaction that makes the credential. */
function redeem(
  db: Sqlite,
  request: Parameters<Registry['redeemPairingCode']>[0],
  insert: (credential: CredentialRecord & { hash: string }) => void,
): CredentialRecord | null {
  const { codeHash, kind, now, maxAttempts, credential } = request;
  const code = db
    .prepare<[string], CodeRow>(
      'SELECT kind, store, scopes, expires_at AS expiresAt, attempts FROM pairing_codes WHERE code_hash = ?',
    )
    .get(codeHash);
  if (code === undefined || code.expiresAt <= now || code.attempts >= maxAttempts) return null;
  if (code.kind !== kind) {
    db.prepare('UPDATE pairing_codes SET attempts = attempts + 1 WHERE code_hash = ?').run(codeHash);
    return null;
  }
  db.prepare('DELETE FROM pairing_codes WHERE code_hash = ?').run(codeHash);
  const { id, hash, name } = credential;
  const { store } = code;
  const scopes = JSON.parse(code.scopes) as PartnerScope[];
  const record: CredentialRecord = { id, kind, name, store, scopes, createdAt: now, revokedAt: null };
  insert({ ...record, hash });
  return record;
}

export function createRegistry(db: Sqlite, transact: Transact): Registry {
  const byHash = db.prepare<[string], Packed<CredentialRecord>>(
    `SELECT ${CREDENTIAL} FROM credentials WHERE hash = ? AND revoked_at IS NULL`,
  );
  const byId = db.prepare<[string], Packed<CredentialRecord>>(`SELECT ${CREDENTIAL} FROM credentials WHERE id = ?`);
  const insertCredential = db.prepare(
    `INSERT INTO credentials (id, hash, kind, name, store, scopes, created_at, revoked_at)
     VALUES (@id, @hash, @kind, @name, @store, @scopes, @createdAt, @revokedAt)`,
  );
  const insert = (row: CredentialRecord & { hash: string }): void => {
    insertCredential.run({ ...row, scopes: JSON.stringify(row.scopes) });
  };
  const touch = db.prepare<StoreSeen>(
    'UPDATE stores SET last_seen_at = @at WHERE id = @id AND (last_seen_at IS NULL OR last_seen_at < @at)',
  );
  return {
    putStore: (store) =>
      transact(() => {
        db.prepare(
          'INSERT INTO stores (id, name, created_at) VALUES (@id, @name, @createdAt) ON CONFLICT (id) DO UPDATE SET name = excluded.name',
        ).run(store);
      }),
    stores: async () =>
      db
        .prepare<[], StoreRecord>(
          'SELECT id, name, created_at AS createdAt, last_seen_at AS lastSeenAt FROM stores ORDER BY id',
        )
        .all(),
    touchStores: (seen) =>
      transact(() => {
        for (const each of seen) touch.run(each);
      }),
    putPairingCode: (code, now) =>
      transact(() => {
        db.prepare('DELETE FROM pairing_codes WHERE expires_at <= ? OR (store IS NOT NULL AND store = ?)').run(
          now,
          code.store,
        );
        db.prepare(
          'INSERT INTO pairing_codes (code_hash, kind, store, scopes, expires_at) VALUES (@codeHash, @kind, @store, @scopes, @expiresAt)',
        ).run({ ...code, scopes: JSON.stringify(code.scopes) });
      }),
    redeemPairingCode: (request) => transact(() => redeem(db, request, insert)),
    putCredential: (credential) => transact(() => insert(credential)),
    credentialByHash: async (hash) => {
      const row = byHash.get(hash);
      return row === undefined ? null : unpacked(row);
    },
    credentials: async () =>
      db
        .prepare<[], Packed<CredentialRecord>>(`SELECT ${CREDENTIAL} FROM credentials ORDER BY created_at DESC, id`)
        .all()
        .map(unpacked),
    revokeCredential: (id, at) =>
      transact(() => {
        db.prepare('UPDATE credentials SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL').run(at, id);
        const row = byId.get(id);
        return row === undefined ? null : unpacked(row);
      }),
  };
}
