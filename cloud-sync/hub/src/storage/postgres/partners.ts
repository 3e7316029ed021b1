import type { WebhookType } from '@tillside/hub-contract';
import { instantOf } from '../../clock.ts';
import type {
  DeadLetter,
  DeedClaims,
  DeliveredMessage,
  Delivery,
  DestroyedKey,
  PartnerStore,
  WebhookRecord,
  WebhookStore,
} from '../partner-port.ts';
import { plain } from './copy.ts';
import { type Database, rowsOf } from './pool.ts';

type RawWebhook = Omit<WebhookRecord, 'types'> & { readonly types: string };
type RawDelivery = Omit<Delivery, 'data'> & { readonly data: string };

const WEBHOOK = `id, owner, url, types, generation, older_until AS "olderUntil", created_at AS "createdAt", disabled_at AS "disabledAt", disabled_why AS "disabledWhy"`;
const PUT_WEBHOOK = `INSERT INTO webhooks VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (id) DO UPDATE SET url = excluded.url, types = excluded.types, generation = excluded.generation, older_until = excluded.older_until,
    disabled_at = excluded.disabled_at, disabled_why = excluded.disabled_why`;
/** By what has no mark, not by a number that was reached: a message that commits late is found all the same. */
const SPREAD = `WITH fresh AS (SELECT id FROM webhook_messages WHERE NOT is_spread ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED),
  marked AS (UPDATE webhook_messages SET is_spread = true WHERE id IN (SELECT id FROM fresh) RETURNING id, type, member_id),
  given AS (INSERT INTO webhook_deliveries (webhook_id, message, member_id, state, attempts, next_ms)
    SELECT w.id, m.id, m.member_id, 'waiting', 0, $1 FROM marked m JOIN webhooks w ON w.disabled_at IS NULL AND w.types::jsonb ? m.type ORDER BY m.id)
  SELECT count(*)::int AS n FROM marked`;
const DUE = `SELECT d.id AS "deliveryId", d.webhook_id AS "webhookId", d.attempts, d.first_ms AS "firstMs", m.message_id AS id, m.type, m.member_id AS "memberId", m.at, m.data
  FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message
  WHERE d.webhook_id = $1 AND d.state = 'waiting' AND d.next_ms <= $2 AND NOT EXISTS (
    SELECT 1 FROM webhook_deliveries e WHERE e.webhook_id = d.webhook_id AND e.member_id = d.member_id AND e.state = 'waiting' AND e.id < d.id)
  ORDER BY d.next_ms, d.id LIMIT $3`;
const SETTLE = `UPDATE webhook_deliveries SET state = $2, attempts = attempts + 1, first_ms = coalesce(first_ms, $3), last_ms = $3,
  next_ms = coalesce($4, next_ms), why = $5, status = $6, took_ms = $7 WHERE id = $1 AND state = 'waiting'`;
const DEAD = `SELECT d.id AS "deliveryId", m.message_id AS "messageId", m.type, d.member_id AS "memberId", d.attempts, d.last_ms AS "lastMs", d.why
  FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message WHERE d.webhook_id = $1 AND d.state = 'dead' ORDER BY d.id DESC LIMIT $2`;
const DELIVERED = `SELECT m.message_id AS "messageId", m.type, d.member_id AS "memberId", d.attempts, d.last_ms AS "lastMs", d.status, d.took_ms AS "tookMs"
  FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message WHERE d.webhook_id = $1 AND d.state = 'done' ORDER BY d.last_ms DESC, d.id DESC LIMIT $2`;
const REPLAY = `WITH given AS (INSERT INTO webhook_deliveries (webhook_id, message, member_id, state, attempts, next_ms)
  SELECT w.id, m.id, m.member_id, 'waiting', 0, $3 FROM webhook_messages m JOIN webhooks w ON w.id = $1 AND w.types::jsonb ? m.type
  WHERE m.id >= $2 AND m.is_spread ORDER BY m.id LIMIT $4 RETURNING 1) SELECT count(*)::int AS n FROM given`;

/** What HQ's API for partners keeps. */
export function createPartners(db: Database): PartnerStore {
  return { claims: claimsOf(db), destroyed: destroyedOf(db), webhooks: webhooksOf(db) };
}

function claimsOf(db: Database): DeedClaims {
  return {
    take: ({ scope, name, content, memberId, at }) =>
      db.transact(async (session) => {
        const fresh = await rowsOf(
          session,
          'INSERT INTO deed_claims VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING 1',
          [plain(scope), plain(name), content, memberId, at],
        );
        if (fresh.length > 0) return { state: 'new', at };
        const [held] = await rowsOf<{ content: string; at: string }>(
          session,
          'SELECT content, at FROM deed_claims WHERE scope = $1 AND name = $2',
          [plain(scope), plain(name)],
        );
        return { state: held?.content === content ? 'same' : 'other', at: held?.at ?? at };
      }),
    forget: async (memberIds) => {
      // The name stays taken, by nothing that could be asked for again.
      await db.rows(`UPDATE deed_claims SET content = '' WHERE member_id = ANY ($1)`, [memberIds.map(plain)]);
    },
    forgetBefore: async (at) => (await db.rows('DELETE FROM deed_claims WHERE at < $1 RETURNING 1', [at])).length,
  };
}

function destroyedOf(db: Database): PartnerStore['destroyed'] {
  return {
    of: (memberIds) =>
      db.rows<DestroyedKey>(
        'SELECT store, fingerprint FROM destroyed_keys WHERE member_id = ANY ($1) ORDER BY store, fingerprint',
        [memberIds.map(plain)],
      ),
  };
}

const read = ({ types, ...row }: RawWebhook): WebhookRecord => ({ ...row, types: JSON.parse(types) as WebhookType[] });

function webhooksOf(db: Database): WebhookStore {
  const count = async (text: string, values: unknown[]): Promise<number> =>
    (await db.rows<{ n: number }>(text, values))[0]?.n ?? 0;
  return {
    put: async ({ id, owner, url, types, generation, olderUntil, createdAt, disabledAt, disabledWhy }) => {
      const values = [
        id,
        owner,
        plain(url),
        JSON.stringify(types),
        generation,
        olderUntil,
        createdAt,
        disabledAt,
        disabledWhy,
      ];
      await db.rows(PUT_WEBHOOK, values);
    },
    get: async (id) =>
      (await db.rows<RawWebhook>(`SELECT ${WEBHOOK} FROM webhooks WHERE id = $1`, [id])).map(read)[0] ?? null,
    list: async () => (await db.rows<RawWebhook>(`SELECT ${WEBHOOK} FROM webhooks ORDER BY created_at, id`)).map(read),
    remove: (id) =>
      db.transact(async (session) => {
        await session.query('DELETE FROM webhook_deliveries WHERE webhook_id = $1', [id]);
        return (await rowsOf(session, 'DELETE FROM webhooks WHERE id = $1 RETURNING 1', [id])).length > 0;
      }),
    spread: (nowMs, limit) => count(SPREAD, [nowMs, limit]),
    due: async (webhookId, nowMs, limit) =>
      (await db.rows<RawDelivery>(DUE, [webhookId, nowMs, limit])).map(({ data, ...row }) => ({
        ...row,
        data: JSON.parse(data) as Delivery['data'],
      })),
    settle: async (deliveryId, nowMs, outcome, { status, tookMs }) => {
      const { state } = outcome;
      const nextMs = state === 'waiting' ? outcome.nextMs : null;
      const why = state === 'done' ? null : plain(outcome.why);
      await db.rows(SETTLE, [deliveryId, state, nowMs, nextMs, why, status, tookMs]);
    },
    delivered: async (webhookId, limit) =>
      (await db.rows<Omit<DeliveredMessage, 'at'> & { lastMs: number }>(DELIVERED, [webhookId, limit])).map(
        ({ lastMs, ...row }) => ({ ...row, at: instantOf(lastMs) }),
      ),
    counts: async (webhookId) => {
      const of = 'SELECT count(*)::int AS n FROM webhook_deliveries WHERE webhook_id = $1 AND state = $2';
      return { waiting: await count(of, [webhookId, 'waiting']), dead: await count(of, [webhookId, 'dead']) };
    },
    dead: async (webhookId, limit) =>
      (await db.rows<Omit<DeadLetter, 'lastAt'> & { lastMs: number }>(DEAD, [webhookId, limit])).map(
        ({ lastMs, ...row }) => ({ ...row, lastAt: instantOf(lastMs) }),
      ),
    replay: async (webhookId, from, nowMs, limit) => {
      const [first] =
        'id' in from
          ? await db.rows<{ id: number | null }>('SELECT id FROM webhook_messages WHERE message_id = $1', [
              plain(from.id),
            ])
          : await db.rows<{ id: number | null }>('SELECT min(id) AS id FROM webhook_messages WHERE made_ms >= $1', [
              Date.parse(from.at),
            ]);
      if (first?.id === undefined || first.id === null) return 'id' in from ? null : 0;
      return count(REPLAY, [webhookId, first.id, nowMs, limit]);
    },
    trim: (beforeMs) =>
      db.transact(async (session) => {
        await session.query(`DELETE FROM webhook_deliveries WHERE state <> 'waiting' AND last_ms < $1`, [beforeMs]);
        await session.query(
          `DELETE FROM webhook_messages m WHERE made_ms < $1 AND is_spread AND NOT EXISTS (SELECT 1 FROM webhook_deliveries WHERE message = m.id)`,
          [beforeMs],
        );
      }),
  };
}
