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
import type { Database, Session } from './pool.ts';

const DESIRED =
  'store, kind, version, sha256, length_bytes AS "lengthBytes", origin, published_at AS "publishedAt", deltas';
const MODEL = 'id, created_at AS "createdAt", sha256, size_bytes AS "sizeBytes", manifest';
const STAGES = `SELECT store, version, model_id AS "modelId", stage, share_percent AS "sharePercent", questions, failed, late, crashes,
  overlap_percent AS "overlapPercent", code, at FROM model_stages s
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

// JSON and not columns of text: a set may hold any character.
async function publish(
  session: Session,
  { docs, desired, release }: Parameters<DesiredStore['publish']>[0],
): Promise<void> {
  if (release !== undefined) {
    const { id, publishedAt, publishedBy, set } = release;
    await session.query('INSERT INTO releases (id, published_at, published_by, campaign_set) VALUES ($1, $2, $3, $4)', [
      id,
      publishedAt,
      publishedBy,
      JSON.stringify(set),
    ]);
  }
  if (docs.length > 0)
    await session.query('INSERT INTO metadata SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])', [
      docs.map(({ role }) => role),
      docs.map(({ version }) => version),
      docs.map(({ body }) => body),
    ]);
  if (desired.length === 0) return;
  await session.query(
    `INSERT INTO desired (store, kind, version, sha256, length_bytes, origin, published_at, deltas)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[])`,
    [
      desired.map(({ store }) => store),
      desired.map(({ kind }) => kind),
      desired.map(({ version }) => version),
      desired.map(({ sha256 }) => sha256),
      desired.map(({ lengthBytes }) => lengthBytes),
      desired.map(({ origin }) => origin),
      desired.map(({ publishedAt }) => publishedAt),
      desired.map(({ deltas }) => (deltas === undefined ? null : JSON.stringify(deltas))),
    ],
  );
}

/** What was signed and published. */
function createPublished(
  db: Database,
): Omit<DesiredStore, 'putModel' | 'models' | 'model' | 'putModelNotes' | 'modelNotes'> {
  return {
    current: async () =>
      (
        await db.rows<DesiredRow>(
          `SELECT ${DESIRED} FROM (SELECT DISTINCT ON (store, kind) * FROM desired ORDER BY store, kind, version DESC) AS d ORDER BY store, kind`,
        )
      ).map(toDesired),
    byOrigin: async (origin) =>
      (
        await db.rows<DesiredRow>(`SELECT ${DESIRED} FROM desired WHERE origin = $1 ORDER BY store, version`, [origin])
      ).map(toDesired),
    history: async (store, kind, limit) =>
      (
        await db.rows<DesiredRow>(
          `SELECT ${DESIRED} FROM desired WHERE store = $1 AND kind = $2 ORDER BY version DESC LIMIT $3`,
          [store, kind, limit],
        )
      ).map(toDesired),
    wasPublished: async (store, kind, sha256) =>
      (
        await db.rows('SELECT 1 FROM desired WHERE store = $1 AND kind = $2 AND sha256 = $3 LIMIT 1', [
          store,
          kind,
          sha256,
        ])
      ).length > 0,
    applied: () => db.rows<AppliedRecord>('SELECT * FROM applied'),
    stages: () => db.rows<StageRecord>(STAGES),
    publish: (change) => db.transact((session) => publish(session, change)),
    versionFloor: async () =>
      (await db.rows<{ version: number }>(`SELECT version FROM floors WHERE name = 'signed'`))[0]?.version ?? 0,
    raiseVersionFloor: async (version) => {
      await db.rows(
        `INSERT INTO floors AS held VALUES ('signed', $1) ON CONFLICT (name) DO UPDATE SET version = greatest(held.version, excluded.version)`,
        [version],
      );
    },
    metadata: async (role, version) => {
      const [doc] =
        version === undefined
          ? await db.rows<MetadataDoc>(
              'SELECT role, version, body FROM metadata WHERE role = $1 ORDER BY version DESC LIMIT 1',
              [role],
            )
          : await db.rows<MetadataDoc>('SELECT role, version, body FROM metadata WHERE role = $1 AND version = $2', [
              role,
              version,
            ]);
      return doc ?? null;
    },
    releases: async (limit) =>
      (
        await db.rows<ReleaseRow>(
          `SELECT id, published_at AS "publishedAt", published_by AS "publishedBy", campaign_set AS "set" FROM releases
           ORDER BY published_at DESC, added DESC LIMIT $1`,
          [limit],
        )
      ).map((row) => ({ ...row, set: JSON.parse(row.set) as ReleaseRecord['set'] })),
  };
}

export function createDesired(db: Database): DesiredStore {
  return {
    ...createPublished(db),
    putModel: async ({ id, createdAt, sha256, sizeBytes, manifest }) => {
      await db.rows(
        `INSERT INTO models (id, created_at, sha256, size_bytes, manifest) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
        [id, createdAt, sha256, sizeBytes, JSON.stringify(manifest)],
      );
    },
    models: async (limit) =>
      (
        await db.rows<ModelRow>(`SELECT ${MODEL} FROM models ORDER BY created_at DESC, added DESC LIMIT $1`, [limit])
      ).map(toModel),
    model: async (id) => {
      const [row] = await db.rows<ModelRow>(`SELECT ${MODEL} FROM models WHERE id = $1`, [id]);
      return row === undefined ? null : toModel(row);
    },
    putModelNotes: async (id, notes) => {
      await db.rows('INSERT INTO model_notes VALUES ($1, $2) ON CONFLICT (model) DO UPDATE SET body = excluded.body', [
        id,
        JSON.stringify(notes),
      ]);
    },
    modelNotes: async (id) => {
      const [row] = await db.rows<{ body: string }>('SELECT body FROM model_notes WHERE model = $1', [id]);
      return row === undefined ? null : (ModelNotes.safeParse(JSON.parse(row.body)).data ?? null);
    },
  };
}
