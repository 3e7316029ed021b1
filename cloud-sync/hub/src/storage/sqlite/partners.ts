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
import type { Sqlite } from './open.ts';
import type { Transact } from './transact.ts';

type RawWebhook = Omit<WebhookRecord, 'types'> & { readonly types: string };
type RawDelivery = Omit<Delivery, 'data'> & { readonly data: string };

const WEBHOOK = `id, owner, url, types, generation, older_until AS olderUntil, created_at AS createdAt, disabled_at AS disabledAt, disabled_why AS disabledWhy`;
const PUT_WEBHOOK = `INSERT INTO webhooks VALUES (@id, @owner, @url, @types, @generation, @olderUntil, @createdAt, @disabledAt, @disabledWhy)
  ON CONFLICT DO UPDATE SET url = excluded.url, types = excluded.types, generation = excluded.generation, older_until = excluded.older_until,
    disabled_at = excluded.disabled_at, disabled_why = excluded.disabled_why`;
const SPREAD = `INSERT INTO webhook_deliveries (webhook_id, message, member_id, state, attempts, next_ms)
  SELECT w.id, m.id, m.member_id, 'waiting', 0, @nowMs FROM webhook_messages m JOIN webhooks w ON w.disabled_at IS NULL
    AND EXISTS (SELECT 1 FROM json_each(w.types) WHERE value = m.type)
  WHERE m.is_spread = 0 AND m.id <= @last ORDER BY m.id`;
const DUE = `SELECT d.id AS deliveryId, d.webhook_id AS webhookId, d.attempts, d.first_ms AS firstMs, m.message_id AS id, m.type, m.member_id AS memberId, m.at, m.data
  FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message
  WHERE d.webhook_id = @webhookId AND d.state = 'waiting' AND d.next_ms <= @nowMs AND NOT EXISTS (
    SELECT 1 FROM webhook_deliveries e WHERE e.webhook_id = d.webhook_id AND e.member_id = d.member_id AND e.state = 'waiting' AND e.id < d.id)
  ORDER BY d.next_ms, d.id LIMIT @limit`;
const SETTLE = `UPDATE webhook_deliveries SET state = @state, attempts = attempts + 1, first_ms = coalesce(first_ms, @nowMs), last_ms = @nowMs,
  next_ms = coalesce(@nextMs, next_ms), why = @why, status = @status, took_ms = @tookMs WHERE id = @deliveryId AND state = 'waiting'`;
const DEAD = `SELECT d.id AS deliveryId, m.message_id AS messageId, m.type, d.member_id AS memberId, d.attempts, d.last_ms AS lastMs, d.why
  FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message WHERE d.webhook_id = ? AND d.state = 'dead' ORDER BY d.id DESC LIMIT ?`;
const DELIVERED = `SELECT m.message_id AS messageId, m.type, d.member_id AS memberId, d.attempts, d.last_ms AS lastMs, d.status, d.took_ms AS tookMs
  FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message WHERE d.webhook_id = ? AND d.state = 'done' ORDER BY d.last_ms DESC, d.id DESC LIMIT ?`;
const REPLAY = `INSERT INTO webhook_deliveries (webhook_id, message, member_id, state, attempts, next_ms)
  SELECT w.id, m.id, m.member_id, 'waiting', 0, @nowMs FROM webhook_messages m JOIN webhooks w ON w.id = @webhookId
    AND EXISTS (SELECT 1 FROM json_each(w.types) WHERE value = m.type)
  WHERE m.id >= @from AND m.is_spread = 1 ORDER BY m.id LIMIT @limit`;

/** What HQ's API for partners keeps. */
export function createPartners(db: Sqlite, transact: Transact): PartnerStore {
  return { claims: claimsOf(db, transact), destroyed: destroyedOf(db), webhooks: webhooksOf(db, transact) };
}

function claimsOf(db: Sqlite, transact: Transact): DeedClaims {
  const insert = db.prepare(
    'INSERT INTO deed_claims VALUES (@scope, @name, @content, @memberId, @at) ON CONFLICT DO NOTHING',
  );
  const held = db.prepare<object, { content: string; at: string }>(
    'SELECT content, at FROM deed_claims WHERE scope = @scope AND name = @name',
  );
  return {
    take: (claim) =>
      transact(() => {
        if (insert.run(claim).changes === 1) return { state: 'new', at: claim.at };
        const before = held.get(claim);
        return { state: before?.content === claim.content ? 'same' : 'other', at: before?.at ?? claim.at };
      }),
    forget: (memberIds) =>
      transact(() => {
        // The name stays taken, by nothing that could be asked for again.
        db.prepare(`UPDATE deed_claims SET content = '' WHERE member_id IN (SELECT value FROM json_each(?))`).run(
          JSON.stringify(memberIds),
        );
      }),
    forgetBefore: (at) => transact(() => db.prepare('DELETE FROM deed_claims WHERE at < ?').run(at).changes),
  };
}

function destroyedOf(db: Sqlite): PartnerStore['destroyed'] {
  return {
    of: async (memberIds) =>
      db
        .prepare<[string], DestroyedKey>(
          'SELECT store, fingerprint FROM destroyed_keys WHERE member_id IN (SELECT value FROM json_each(?)) ORDER BY store, fingerprint',
        )
        .all(JSON.stringify(memberIds)),
  };
}

function webhooksOf(db: Sqlite, transact: Transact): WebhookStore {
  const put = db.prepare(PUT_WEBHOOK);
  const get = db.prepare<[string], RawWebhook>(`SELECT ${WEBHOOK} FROM webhooks WHERE id = ?`);
  const list = db.prepare<[], RawWebhook>(`SELECT ${WEBHOOK} FROM webhooks ORDER BY created_at, id`);
  const fresh = db.prepare<[number], { last: number | null; n: number }>(
    'SELECT max(id) AS last, count(*) AS n FROM (SELECT id FROM webhook_messages WHERE is_spread = 0 ORDER BY id LIMIT ?)',
  );
  const spread = db.prepare(SPREAD);
  const mark = db.prepare('UPDATE webhook_messages SET is_spread = 1 WHERE is_spread = 0 AND id <= ?');
  const due = db.prepare<object, RawDelivery>(DUE);
  const settle = db.prepare(SETTLE);
  const dead = db.prepare<[string, number], Omit<DeadLetter, 'lastAt'> & { lastMs: number }>(DEAD);
  const delivered = db.prepare<[string, number], Omit<DeliveredMessage, 'at'> & { lastMs: number }>(DELIVERED);
  const byId = db.prepare<[string], number>('SELECT id FROM webhook_messages WHERE message_id = ?').pluck();
  const since = db.prepare<[number], number | null>('SELECT min(id) FROM webhook_messages WHERE made_ms >= ?').pluck();
  const replay = db.prepare(REPLAY);
  const count = db
    .prepare<[string, string], number>('SELECT count(*) FROM webhook_deliveries WHERE webhook_id = ? AND state = ?')
    .pluck();
  const read = ({ types, ...row }: RawWebhook): WebhookRecord => ({
    ...row,
    types: JSON.parse(types) as WebhookType[],
  });
  return {
    put: (webhook) =>
      transact(() => {
        put.run({ ...webhook, types: JSON.stringify(webhook.types) });
      }),
    get: async (id) => {
      const row = get.get(id);
      return row === undefined ? null : read(row);
    },
    list: async () => list.all().map(read),
    remove: (id) =>
      transact(() => {
        db.prepare('DELETE FROM webhook_deliveries WHERE webhook_id = ?').run(id);
        return db.prepare('DELETE FROM webhooks WHERE id = ?').run(id).changes > 0;
      }),
    spread: (nowMs, limit) =>
      transact(() => {
        const { last, n } = fresh.get(limit) ?? { last: null, n: 0 };
        if (last === null) return 0;
        spread.run({ nowMs, last });
        mark.run(last);
        return n;
      }),
    due: async (webhookId, nowMs, limit) =>
      due
        .all({ webhookId, nowMs, limit })
        .map(({ data, ...row }) => ({ ...row, data: JSON.parse(data) as Delivery['data'] })),
    settle: (deliveryId, nowMs, outcome, answer) =>
      transact(() => {
        const { state } = outcome;
        const nextMs = state === 'waiting' ? outcome.nextMs : null;
        settle.run({ deliveryId, nowMs, state, nextMs, why: state === 'done' ? null : outcome.why, ...answer });
      }),
    delivered: async (webhookId, limit) =>
      delivered.all(webhookId, limit).map(({ lastMs, ...row }) => ({ ...row, at: instantOf(lastMs) })),
    counts: async (webhookId) => ({
      waiting: count.get(webhookId, 'waiting') ?? 0,
      dead: count.get(webhookId, 'dead') ?? 0,
    }),
    dead: async (webhookId, limit) =>
      dead.all(webhookId, limit).map(({ lastMs, ...row }) => ({ ...row, lastAt: instantOf(lastMs) })),
    replay: (webhookId, from, nowMs, limit) =>
      transact(() => {
        const first = 'id' in from ? byId.get(from.id) : since.get(Date.parse(from.at));
        if (first === undefined || first === null) return 'id' in from ? null : 0;
        return replay.run({ webhookId, from: first, nowMs, limit }).changes;
      }),
    trim: (beforeMs) =>
      transact(() => {
        db.prepare(`DELETE FROM webhook_deliveries WHERE state <> 'waiting' AND last_ms < ?`).run(beforeMs);
        db.prepare(
          `DELETE FROM webhook_messages WHERE made_ms < ? AND is_spread = 1 AND NOT EXISTS (SELECT 1 FROM webhook_deliveries WHERE message = webhook_messages.id)`,
        ).run(beforeMs);
      }),
  };
}
