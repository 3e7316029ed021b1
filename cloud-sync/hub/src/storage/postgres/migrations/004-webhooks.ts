import type { Migration } from './migration.ts';

/**
 * Webhooks: `is_spread` says that a message was given to the subscriptions; a delivery is one message for one of them. `deed_claims`: ids that callers gave their deeds;
 * `destroyed_keys`: what an erasure took away.
 */
export const webhooks: Migration = {
  version: 4,
  name: 'webhooks',
  sql: `
    CREATE TABLE webhooks (
      id text COLLATE "C" PRIMARY KEY, owner text NOT NULL, url text NOT NULL, types text NOT NULL, generation integer NOT NULL, older_until text,
      created_at text COLLATE "C" NOT NULL, disabled_at text, disabled_why text
    );
    CREATE TABLE webhook_messages (
      id bigserial PRIMARY KEY, message_id text COLLATE "C" NOT NULL UNIQUE, type text NOT NULL, member_id text COLLATE "C" NOT NULL, at text NOT NULL, data text NOT NULL,
      made_ms bigint NOT NULL, is_spread boolean NOT NULL DEFAULT false
    );
    CREATE INDEX webhook_messages_new ON webhook_messages (id) WHERE NOT is_spread;
    CREATE INDEX webhook_messages_by_age ON webhook_messages (made_ms);
    CREATE TABLE webhook_deliveries (
      id bigserial PRIMARY KEY, webhook_id text COLLATE "C" NOT NULL, message bigint NOT NULL, member_id text COLLATE "C" NOT NULL, state text NOT NULL,
      attempts integer NOT NULL, first_ms bigint, next_ms bigint NOT NULL, last_ms bigint, why text
    );
    CREATE INDEX webhook_deliveries_of_member ON webhook_deliveries (webhook_id, member_id, id) WHERE state = 'waiting';
    CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_ms) WHERE state = 'waiting';
    CREATE INDEX webhook_deliveries_dead ON webhook_deliveries (webhook_id, id) WHERE state = 'dead';
    CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (last_ms) WHERE state <> 'waiting';
    CREATE INDEX webhook_deliveries_of_message ON webhook_deliveries (message);
    CREATE TABLE deed_claims (
      scope text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, content text NOT NULL, member_id text COLLATE "C" NOT NULL, at text COLLATE "C" NOT NULL,
      PRIMARY KEY (scope, name)
    );
    CREATE INDEX deed_claims_of_member ON deed_claims (member_id);
    CREATE INDEX deed_claims_by_age ON deed_claims (at);
    CREATE TABLE destroyed_keys (
      member_id text COLLATE "C" NOT NULL, store text COLLATE "C" NOT NULL, fingerprint text NOT NULL, PRIMARY KEY (member_id, store, fingerprint)
    );
  `,
};
