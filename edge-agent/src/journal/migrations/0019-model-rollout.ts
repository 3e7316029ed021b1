/** The model that HQ published last, with the stage that it has come to in this store, and the one that answers again when it is rolled back. Of before: in service, with none before it. */
export const migration0019 = {
  version: 19,
  sql: `
CREATE TABLE model_rollout (
  one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, sha256 TEXT NOT NULL, by_delta INTEGER NOT NULL,
  stage TEXT NOT NULL, share_percent INTEGER NOT NULL, since_ms INTEGER NOT NULL,
  previous_version INTEGER, previous_sha256 TEXT, previous_path TEXT
) STRICT;
`,
} as const;
