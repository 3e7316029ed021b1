import { ModelNotes } from '@tillside/hub-contract';
import type {
  AppliedRecord,
  DesiredRecord,
  DesiredStore,
  MetadataDoc,
  ModelRecord,
  ReleaseRecord,
  StageRecord,
} from '../port.ts';
import type { Sqlite } from './open.ts';
import type { Transact } from './transact.ts';

const DESIRED =
  'store, kind, version, sha256, length_bytes AS lengthBytes, origin, published_at AS publishedAt, deltas';
const MODEL = 'id, created_at AS createdAt, sha256, size_bytes AS sizeBytes, manifest';
const STAGES = `SELECT store, version, model_id AS modelId, stage, share_percent AS sharePercent, questions, failed, late, crashes,
  overlap_percent AS overlapPercent, code, at FROM model_stages s
  WHERE version = (SELECT max(version) FROM model_stages WHERE store = s.store)
  OR version = (SELECT max(version) FROM model_stages WHERE store = s.store AND stage IN ('watch', 'in-service')) ORDER BY store, version`;
type ModelRow = Omit<ModelRecord, 'manifest'> & { manifest: string };
type DesiredRow = Omit<DesiredRecord, 'deltas'> & { deltas: string | null };
type ReleaseRow = Omit<ReleaseRecord, 'set'> & { set: string };

const toModel = (row: ModelRow): ModelRecord => ({
  ...row,
  manifest: JSON.parse(row.manifest) as ModelRecord['manifest'],
});

const toDesired = ({ deltas, ...row }: DesiredRow): DesiredRecord =>
  deltas === null ? row : { ...row, deltas: JSON.parse(deltas) as NonNullable<DesiredRecord['deltas']> };

function publish(db: Sqlite, { docs, desired, release }: Parameters<DesiredStore['publish']>[0]): void {
  if (release !== undefined) {
    db.prepare('INSERT INTO releases VALUES (@id, @publishedAt, @publishedBy, @set)').run({
      ...release,
      set: JSON.stringify(release.set),
    });
  }
  const insertDoc = db.prepare('INSERT INTO metadata VALUES (@role, @version, @body)');
  for (const doc of docs) insertDoc.run(doc);
  const insertDesired = db.prepare(
    'INSERT INTO desired VALUES (@store, @kind, @version, @sha256, @lengthBytes, @origin, @publishedAt, @deltas)',
  );
  for (const { deltas, ...record } of desired)
    insertDesired.run({ ...record, deltas: deltas === undefined ? null : JSON.stringify(deltas) });
}

export function createDesired(db: Sqlite, transact: Transact): DesiredStore {
  const newestDoc = db.prepare<[string], MetadataDoc>(
    'SELECT role, version, body FROM metadata WHERE role = ? ORDER BY version DESC LIMIT 1',
  );
  const oneDoc = db.prepare<[string, number], MetadataDoc>(
    'SELECT role, version, body FROM metadata WHERE role = ? AND version = ?',
  );
  return {
    current: async () =>
      db
        .prepare<[], DesiredRow>(
          `SELECT ${DESIRED} FROM desired AS d WHERE version =
           (SELECT max(version) FROM desired WHERE store = d.store AND kind = d.kind) ORDER BY store, kind`,
        )
        .all()
        .map(toDesired),
    byOrigin: async (origin) =>
      db
        .prepare<[string], DesiredRow>(`SELECT ${DESIRED} FROM desired WHERE origin = ? ORDER BY store, version`)
        .all(origin)
        .map(toDesired),
    history: async (store, kind, limit) =>
      db
        .prepare<[string, string, number], DesiredRow>(
          `SELECT ${DESIRED} FROM desired WHERE store = ? AND kind = ? ORDER BY version DESC LIMIT ?`,
        )
        .all(store, kind, limit)
        .map(toDesired),
    wasPublished: async (store, kind, sha256) =>
      db
        .prepare('SELECT 1 FROM desired WHERE store = ? AND kind = ? AND sha256 = ? LIMIT 1')
        .get(store, kind, sha256) !== undefined,
    applied: async () => db.prepare<[], AppliedRecord>('SELECT * FROM applied').all(),
    stages: async () => db.prepare<[], StageRecord>(STAGES).all(),
    publish: (change) =>
      transact(() => {
        publish(db, change);
      }),
    versionFloor: async () =>
      db.prepare<[], number>(`SELECT version FROM floors WHERE name = 'signed'`).pluck().get() ?? 0,
    raiseVersionFloor: (version) =>
      transact(() => {
        db.prepare(
          `INSERT INTO floors VALUES ('signed', ?) ON CONFLICT DO UPDATE SET version = max(version, excluded.version)`,
        ).run(version);
      }),
    metadata: async (role, version) =>
      (version === undefined ? newestDoc.get(role) : oneDoc.get(role, version)) ?? null,
    releases: async (limit) =>
      db
        .prepare<[number], ReleaseRow>(
          `SELECT id, published_at AS publishedAt, published_by AS publishedBy, campaign_set AS "set" FROM releases
           ORDER BY published_at DESC, rowid DESC LIMIT ?`,
        )
        .all(limit)
        .map((row) => ({ ...row, set: JSON.parse(row.set) as ReleaseRecord['set'] })),
    putModel: (model) =>
      transact(() => {
        db.prepare(
          'INSERT INTO models VALUES (@id, @createdAt, @sha256, @sizeBytes, @manifest) ON CONFLICT DO NOTHING',
        ).run({ ...model, manifest: JSON.stringify(model.manifest) });
      }),
    models: async (limit) =>
      db
        .prepare<[number], ModelRow>(`SELECT ${MODEL} FROM models ORDER BY created_at DESC, rowid DESC LIMIT ?`)
        .all(limit)
        .map(toModel),
    model: async (id) => {
      const row = db.prepare<[string], ModelRow>(`SELECT ${MODEL} FROM models WHERE id = ?`).get(id);
      return row === undefined ? null : toModel(row);
    },
    putModelNotes: (id, notes) =>
      transact(() => {
        db.prepare('INSERT OR REPLACE INTO model_notes VALUES (?, ?)').run(id, JSON.stringify(notes));
      }),
    modelNotes: async (id) => {
      const body = db.prepare<[string], string>('SELECT body FROM model_notes WHERE model = ?').pluck().get(id);
      return body === undefined ? null : (ModelNotes.safeParse(JSON.parse(body)).data ?? null);
    },
  };
}
