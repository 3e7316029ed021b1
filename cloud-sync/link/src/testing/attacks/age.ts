import { DAY_MS, type JsonObject } from '../repo.ts';
import { type Attack, edited, publishEdited, replaced, SIGNED_DAILY, set, TOP } from './attack.ts';

const lists = (meta: unknown, name: string, version: number): void => {
  (meta as Record<string, { version: number }>)[name] = { version };
};

/** Rollback, freeze, mix-and-match. */
export const AGE: readonly Attack[] = [
  {
    name: 'rollback: an older timestamp',
    code: 'TUF_ROLLBACK',
    run: ({ repo, old }) => repo.files.set('timestamp.json', old.get('timestamp.json') ?? Buffer.alloc(0)),
  },
  {
    name: 'rollback: a newer timestamp that lists an older snapshot',
    code: 'TUF_ROLLBACK',
    run: edited('timestamp', ({ meta }) => lists(meta, 'snapshot.json', 1)),
  },
  ...(['targets.json', 'campaigns.json', 'model.json'] as const).map((name) => ({
    name: `rollback: a snapshot that lists an older ${name}`,
    code: 'TUF_ROLLBACK',
    run: edited('snapshot', ({ meta }) => lists(meta, name, 1)),
  })),
  ...(['targets.json', 'campaigns.json'] as const).map((name) => ({
    name: `rollback: a snapshot without ${name}`,
    code: 'TUF_ROLLBACK',
    run: edited('snapshot', ({ meta }) => {
      delete (meta as Record<string, unknown>)[name];
    }),
  })),
  ...(['snapshot', 'targets', 'campaigns'] as const).map((role) => ({
    name: `rollback: an older ${role}.json under the new name`,
    code: 'TUF_ROLLBACK',
    run: replaced(role, (_, { old }) => old.get(`1.${role}.json`) ?? Buffer.alloc(0)),
  })),
  {
    name: 'rollback: an older version of the artifact, signed anew',
    code: 'TUF_ROLLBACK',
    run: ({ repo, store }) => {
      store.applied.push({ kind: 'campaigns', version: 9, bytes: Buffer.from('set 9') });
      repo.publish([set(8)]);
    },
  },
  {
    name: 'rollback: the first root again as the second',
    code: 'TUF_ROLLBACK',
    run: ({ repo }) => repo.files.set('2.root.json', repo.files.get('1.root.json') ?? Buffer.alloc(0)),
  },
  {
    name: 'root: a version is skipped',
    code: 'TUF_ROLLBACK',
    run: ({ repo }) => {
      repo.versions.root = 2;
      repo.files.set('2.root.json', repo.publishRoot());
    },
  },
  ...(['root', ...SIGNED_DAILY] as const).map((role) => ({
    name: `expired: ${role}`,
    code: 'TUF_EXPIRED',
    run: ({ repo, store }: Parameters<Attack['run']>[0]) => {
      repo.expiresMs[role] = store.nowMs - 1;
      if (role === 'root') repo.publishRoot();
      repo.publish([set(2)]);
    },
  })),
  {
    name: 'freeze: nothing new for longer than the timestamp lives',
    code: 'TUF_EXPIRED',
    run: ({ store }) => {
      store.nowMs += 31 * DAY_MS;
    },
  },
  {
    name: 'freeze: a timestamp of the same version with a later expiry',
    code: 'TUF_EXPIRED',
    run: ({ repo, store }) => {
      store.nowMs += 31 * DAY_MS;
      repo.expiresMs.timestamp = store.nowMs + DAY_MS;
      repo.versions.timestamp -= 1;
      repo.publishTimestamp();
    },
  },
  ...(['snapshot', 'targets', 'campaigns'] as const).map((role) => ({
    name: `mix-and-match: ${role}.json of another publication`,
    code: 'TUF_HASH_MISMATCH',
    run: ({ repo }: Parameters<Attack['run']>[0]) => {
      publishEdited(repo, role, (signed) => Object.assign(signed, { other: 1 }));
      const other = repo.bytesOf(role);
      // The same length, or that would give it away.
      repo.edit = { [role]: (signed: JsonObject) => Object.assign(signed, { other: 2 }) };
      for (const each of [...TOP, 'campaigns'] as const) repo.versions[each] -= 1;
      repo.publish([set(2)]);
      repo.files.set(repo.newest(role), other);
    },
  })),
  ...(['snapshot', 'targets', 'campaigns'] as const).map((role) => ({
    name: `missing: ${role}.json`,
    code: 'TUF_MISSING',
    run: ({ repo }: Parameters<Attack['run']>[0]) => {
      repo.publish([set(2)]);
      repo.files.delete(repo.newest(role));
    },
  })),
  {
    name: 'missing: timestamp.json',
    code: 'TUF_MISSING',
    run: ({ repo }) => {
      repo.files.delete('timestamp.json');
    },
  },
];
