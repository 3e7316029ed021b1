import type { Migration } from './migration.ts';

/** What a receiver answered at last (null: nothing), and how long that took. */
export const webhookAnswers: Migration = {
  version: 10,
  name: 'webhook-answers',
  sql: `
    ALTER TABLE webhook_deliveries ADD COLUMN status integer, ADD COLUMN took_ms bigint;
    CREATE INDEX webhook_deliveries_done ON webhook_deliveries (webhook_id, last_ms) WHERE state = 'done';
  `,
};
