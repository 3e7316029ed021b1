import type { Migration } from './migration.ts';

/** Only while somebody asked to be told. */
const ASKED = 'EXISTS (SELECT 1 FROM webhooks)';
const tell = (type: string, member: string, at: string, data: string): string =>
  `INSERT INTO webhook_messages (message_id, type, member_id, at, data, made_ms)
   VALUES ('msg_' || lower(hex(randomblob(16))), '${type}', ${member}, ${at}, json_object('memberId', ${member}, ${data}), unixepoch() * 1000);`;

/**
 * Webhooks. Messages are made by triggers, so that each is in the transaction of what it tells of, whoever did it: a store's event, a partner, the nightly run. `is_spread`:
 * given to the subscriptions. A delivery is one message for one of them. `deed_claims`: ids that callers gave their deeds; `destroyed_keys`: what an erasure took away.
 */
export const webhooks: Migration = {
  version: 10,
  name: 'webhooks',
  sql: `
    CREATE TABLE webhooks (
      id TEXT PRIMARY KEY, owner TEXT NOT NULL, url TEXT NOT NULL, types TEXT NOT NULL, generation INTEGER NOT NULL, older_until TEXT,
      created_at TEXT NOT NULL, disabled_at TEXT, disabled_why TEXT
    ) STRICT;
    CREATE TABLE webhook_messages (
      id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, member_id TEXT NOT NULL, at TEXT NOT NULL, data TEXT NOT NULL,
      made_ms INTEGER NOT NULL, is_spread INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX webhook_messages_new ON webhook_messages (id) WHERE is_spread = 0;
    CREATE INDEX webhook_messages_by_age ON webhook_messages (made_ms);
    CREATE TABLE webhook_deliveries (
      id INTEGER PRIMARY KEY AUTOINCREMENT, webhook_id TEXT NOT NULL, message INTEGER NOT NULL, member_id TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
      first_ms INTEGER, next_ms INTEGER NOT NULL, last_ms INTEGER, why TEXT
    ) STRICT;
    CREATE INDEX webhook_deliveries_of_member ON webhook_deliveries (webhook_id, member_id, id) WHERE state = 'waiting';
    CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_ms) WHERE state = 'waiting';
    CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (webhook_id, id) WHERE state = 'dead';
    CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (last_ms) WHERE state <> 'waiting';
    CREATE INDEX webhook_deliveries_of_message ON webhook_deliveries (message);
    CREATE TABLE deed_claims (
      scope TEXT NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL, member_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (scope, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX deed_claims_of_member ON deed_claims (member_id);
    CREATE INDEX deed_claims_by_age ON deed_claims (at);
    CREATE TABLE destroyed_keys (
      member_id TEXT NOT NULL, store TEXT NOT NULL, fingerprint TEXT NOT NULL, PRIMARY KEY (member_id, store, fingerprint)
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER webhook_joined AFTER INSERT ON members WHEN ${ASKED} BEGIN
      ${tell('member.joined', 'NEW.member_id', 'NEW.joined_at', `'number', NEW.number, 'home', NEW.home, 'channel', NEW.channel, 'tier', NEW.tier`)} END;
    CREATE TRIGGER webhook_changed AFTER UPDATE OF tags, household, profile ON members
      WHEN (OLD.tags IS NOT NEW.tags OR OLD.household IS NOT NEW.household OR OLD.profile IS NOT NEW.profile) AND ${ASKED} BEGIN
      ${tell('member.changed', 'NEW.member_id', 'NEW.changed_at', `'tags', json(NEW.tags), 'household', NEW.household`)} END;
    CREATE TRIGGER webhook_tier AFTER UPDATE OF tier ON members WHEN OLD.tier <> NEW.tier AND ${ASKED} BEGIN
      ${tell('tier.changed', 'NEW.member_id', 'NEW.changed_at', `'tier', NEW.tier, 'before', OLD.tier, 'tierUntil', NEW.tier_until`)} END;
    CREATE TRIGGER webhook_consent AFTER INSERT ON member_consents WHEN ${ASKED} BEGIN
      ${tell('consent.changed', 'NEW.member_id', 'NEW.at', `'purpose', NEW.purpose, 'granted', json(iif(NEW.granted = 1, 'true', 'false')), 'textVersion', NEW.text_version`)} END;
    CREATE TRIGGER webhook_merged AFTER INSERT ON member_merges WHEN ${ASKED} BEGIN
      ${tell('member.merged', 'NEW.into_id', 'NEW.at', `'from', NEW.from_id, 'basis', NEW.basis, 'undone', json('false')`)} END;
    CREATE TRIGGER webhook_unmerged AFTER UPDATE OF undone_at ON member_merges WHEN OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL AND ${ASKED} BEGIN
      ${tell('member.merged', 'NEW.into_id', 'NEW.undone_at', `'from', NEW.from_id, 'basis', NEW.basis, 'undone', json('true')`)} END;
    CREATE TRIGGER webhook_erased AFTER INSERT ON member_erasures WHEN ${ASKED} BEGIN
      ${tell('member.erased', 'NEW.member_id', 'NEW.at', `'by', NEW.by`)} END;
    CREATE TRIGGER webhook_points AFTER INSERT ON ledger WHEN ${ASKED} BEGIN
      ${tell('points.moved', 'NEW.member_id', `json_extract(NEW.entry, '$.at')`, `'entryId', NEW.entry_id, 'kind', json_extract(NEW.entry, '$.kind'), 'points', json_extract(NEW.entry, '$.points')`)} END;
    CREATE TRIGGER webhook_points_again AFTER UPDATE OF hash ON ledger WHEN ${ASKED} BEGIN
      ${tell('points.moved', 'NEW.member_id', `json_extract(NEW.entry, '$.at')`, `'entryId', NEW.entry_id, 'kind', json_extract(NEW.entry, '$.kind'), 'points', json_extract(NEW.entry, '$.points'), 'corrects', json('true')`)} END;
  `,
};
