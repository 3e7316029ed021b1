import type { Migration } from './migration.ts';

const tell = (type: string, member: string, at: string, data: string): string =>
  `INSERT INTO webhook_messages (message_id, type, member_id, at, data, made_ms)
   VALUES ('msg_' || replace(gen_random_uuid()::text, '-', ''), ${type}, ${member}, ${at}, json_build_object('memberId', ${member}, ${data})::text,
     (extract(epoch FROM clock_timestamp()) * 1000)::bigint);`;

/** A trigger that tells of each row, only while somebody asked to be told. */
const trigger = (name: string, on: string, when: string, body: string): string => `
    CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF EXISTS (SELECT 1 FROM webhooks) THEN ${body} END IF; RETURN NULL;
    END $$;
    CREATE TRIGGER ${name} AFTER ${on} FOR EACH ROW ${when} EXECUTE FUNCTION ${name}();`;

const POINTS = `'entryId', NEW.entry_id, 'kind', NEW.entry::jsonb->>'kind', 'points', (NEW.entry::jsonb->>'points')::bigint`;

/** Messages for webhooks are made in the transaction of what they tell of, whoever did it, as in SQLite; and what a deleted sealing key was, by its fingerprint. */
export const webhookTriggers: Migration = {
  version: 8,
  name: 'webhook-triggers',
  sql: `
    ${trigger('webhook_joined', 'INSERT ON members', '', tell(`'member.joined'`, 'NEW.member_id', 'NEW.joined_at', `'number', NEW.number, 'home', NEW.home, 'channel', NEW.channel, 'tier', NEW.tier`))}
    ${trigger('webhook_changed', 'UPDATE OF tags, household, profile ON members', 'WHEN ((OLD.tags, OLD.household, OLD.profile) IS DISTINCT FROM (NEW.tags, NEW.household, NEW.profile))', tell(`'member.changed'`, 'NEW.member_id', 'NEW.changed_at', `'tags', NEW.tags::json, 'household', NEW.household`))}
    ${trigger('webhook_tier', 'UPDATE OF tier ON members', 'WHEN (OLD.tier <> NEW.tier)', tell(`'tier.changed'`, 'NEW.member_id', 'NEW.changed_at', `'tier', NEW.tier, 'before', OLD.tier, 'tierUntil', NEW.tier_until`))}
    ${trigger('webhook_consent', 'INSERT ON member_consents', '', tell(`'consent.changed'`, 'NEW.member_id', 'NEW.at', `'purpose', NEW.purpose, 'granted', NEW.granted, 'textVersion', NEW.text_version`))}
    ${trigger('webhook_merged', 'INSERT ON member_merges', '', tell(`'member.merged'`, 'NEW.into_id', 'NEW.at', `'from', NEW.from_id, 'basis', NEW.basis, 'undone', false`))}
    ${trigger('webhook_unmerged', 'UPDATE OF undone_at ON member_merges', 'WHEN (OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL)', tell(`'member.merged'`, 'NEW.into_id', 'NEW.undone_at', `'from', NEW.from_id, 'basis', NEW.basis, 'undone', true`))}
    ${trigger('webhook_erased', 'INSERT ON member_erasures', '', tell(`'member.erased'`, 'NEW.member_id', 'NEW.at', `'by', to_json(NEW)->>'by'`))}
    ${trigger('webhook_points', 'INSERT ON ledger', '', tell(`'points.moved'`, 'NEW.member_id', `NEW.entry::jsonb->>'at'`, POINTS))}
    ${trigger('webhook_points_again', 'UPDATE OF hash ON ledger', '', tell(`'points.moved'`, 'NEW.member_id', `NEW.entry::jsonb->>'at'`, `${POINTS}, 'corrects', true`))}
    CREATE FUNCTION note_destroyed_key() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO destroyed_keys VALUES (OLD.member_id, OLD.store, encode(sha256(convert_to(OLD.key, 'UTF8')), 'hex')) ON CONFLICT DO NOTHING;
      RETURN NULL;
    END $$;
    CREATE TRIGGER note_destroyed_key AFTER DELETE ON member_keys FOR EACH ROW EXECUTE FUNCTION note_destroyed_key();
  `,
};
