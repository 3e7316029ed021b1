import type { Database } from 'better-sqlite3';
import { AgentError } from '../errors.ts';
import { migration0001 } from './migrations/0001-store.ts';
import { migration0002 } from './migrations/0002-sold-price.ts';
import { migration0003 } from './migrations/0003-label-pending.ts';
import { migration0004 } from './migrations/0004-promotions.ts';
import { migration0005 } from './migrations/0005-till.ts';
import { migration0006 } from './migrations/0006-items.ts';
import { migration0007 } from './migrations/0007-receipts.ts';
import { migration0008 } from './migrations/0008-adapters.ts';
import { migration0009 } from './migrations/0009-member-keys.ts';
import { migration0010 } from './migrations/0010-outbox-lanes.ts';
import { migration0011 } from './migrations/0011-erasures.ts';
import { migration0012 } from './migrations/0012-hq-state.ts';
import { migration0013 } from './migrations/0013-member-codes.ts';
import { migration0014 } from './migrations/0014-points.ts';
import { migration0015 } from './migrations/0015-members-of-hq.ts';
import { migration0016 } from './migrations/0016-strangers.ts';
import { migration0017 } from './migrations/0017-birthdays.ts';
import { migration0018 } from './migrations/0018-exposures.ts';
import { migration0019 } from './migrations/0019-model-rollout.ts';
import { migration0020 } from './migrations/0020-own-choices.ts';
import { migration0021 } from './migrations/0021-phone-codes.ts';
import { migration0022 } from './migrations/0022-labels.ts';
import { migration0023 } from './migrations/0023-reference-prices.ts';

export const MIGRATIONS: readonly { readonly version: number; readonly sql: string }[] = [
  migration0001,
  migration0002,
  migration0003,
  migration0004,
  migration0005,
  migration0006,
  migration0007,
  migration0008,
  migration0009,
  migration0010,
  migration0011,
  migration0012,
  migration0013,
  migration0014,
  migration0015,
  migration0016,
  migration0017,
  migration0018,
  migration0019,
  migration0020,
  migration0021,
  migration0022,
  migration0023,
];

/** Brings a database to `target` (default: newest), each step in a transaction of its own. A database from a newer version is left untouched: DATABASE_NEWER. */
export function migrate(db: Database, target = MIGRATIONS.length): number {
  const found = db.pragma('user_version', { simple: true }) as number;
  if (found > MIGRATIONS.length)
    throw new AgentError('DATABASE_NEWER', { detail: `(${found} > ${MIGRATIONS.length})` });
  for (const step of MIGRATIONS) {
    if (step.version <= found || step.version > target) continue;
    db.transaction(() => {
      db.exec(step.sql);
      db.pragma(`user_version = ${step.version}`);
    })();
  }
  return found;
}
