import { type JsonObject, newKey, sealed, signatureOf, TestRepo } from '../repo.ts';
import {
  type Attack,
  edited,
  flipped,
  publishEdited,
  replaced,
  resealed,
  rewritten,
  SIGNED_DAILY,
  set,
} from './attack.ts';

const BELOW = 'TUF_SIGNATURE_BELOW_THRESHOLD';
const all = ['root', ...SIGNED_DAILY] as const;
const holders = (signed: JsonObject, index: number): JsonObject =>
  (signed as { delegations: { roles: JsonObject[] } }).delegations.roles[index] ?? {};

/** Unsigned, signed by the wrong ones, by too few, twice by one. */
export const SIGNATURES: readonly Attack[] = [
  ...all.map((role) => ({
    name: `unsigned: ${role}`,
    code: BELOW,
    run: rewritten(role, (file) => {
      file.signatures = [];
    }),
  })),
  ...all.map((role) => ({ name: `signed by a stranger: ${role}`, code: BELOW, run: resealed(role, () => [newKey()]) })),
  ...all.map((role) => ({
    name: `changed after signing: ${role}`,
    code: BELOW,
    run: rewritten(role, ({ signed }) => Object.assign(signed, { expires: '2090-01-01T00:00:00Z' })),
  })),
  ...(['timestamp', 'campaigns'] as const).map((role) => ({
    name: `a bit of the signature flipped: ${role}`,
    code: BELOW,
    run: replaced(role, (bytes) => flipped(bytes, bytes.indexOf('"sig":"') + 20)),
  })),
  {
    name: 'a signature that is no hexadecimal',
    code: BELOW,
    run: rewritten('timestamp', ({ signatures }) => Object.assign(signatures[0] ?? {}, { sig: 'signature' })),
  },
  {
    name: "a kind's role signed by another kind's key",
    code: BELOW,
    run: resealed('campaigns', ({ signers }) => signers.model),
  },
  {
    name: "a kind's role signed by the key of top-level targets",
    code: BELOW,
    run: resealed('campaigns', ({ signers }) => signers.targets),
  },
  {
    name: "top-level targets signed by a kind's key",
    code: BELOW,
    run: resealed('targets', ({ signers }) => signers.campaigns),
  },
  {
    name: 'below threshold: one of two keys of the snapshot',
    code: BELOW,
    run: ({ repo }) => {
      repo.signers.snapshot = [...repo.signers.snapshot, newKey()];
      repo.thresholds.snapshot = 2;
      repo.publishRoot();
      repo.signers.snapshot = repo.signers.snapshot.slice(0, 1);
      repo.publish([set(2)]);
    },
  },
  {
    name: "below threshold: one of two keys of a kind's role",
    code: BELOW,
    run: (scene) => {
      const { repo } = scene;
      const both = [...repo.signers.campaigns, newKey()];
      repo.signers.campaigns = both;
      repo.thresholds.campaigns = 2;
      resealed('campaigns', () => both.slice(0, 1))(scene);
    },
  },
  {
    name: 'one key signs twice under its id',
    code: 'TUF_MALFORMED',
    run: rewritten('campaigns', ({ signatures }) => signatures.push(...signatures)),
  },
  {
    name: 'one key under two ids for a threshold of two',
    code: 'TUF_MALFORMED',
    run: (scene) => {
      const { repo } = scene;
      const [key = newKey()] = repo.signers.campaigns;
      repo.signers.campaigns = [key, { ...key, keyId: 'ff'.repeat(32) }];
      repo.thresholds.campaigns = 2;
      repo.publish([set(2)]);
    },
  },
  {
    name: 'a key id listed twice in a role of targets',
    code: 'TUF_MALFORMED',
    run: edited('targets', (signed) => {
      const role = holders(signed, 0);
      role.keyids = [...(role.keyids as string[]), ...(role.keyids as string[])];
    }),
  },
  {
    name: 'a key id listed twice in a role of root',
    code: 'TUF_MALFORMED',
    run: edited('root', (signed) => {
      const { timestamp } = (signed as { roles: Record<string, { keyids: string[] }> }).roles;
      timestamp?.keyids.push(...timestamp.keyids);
    }),
  },
  {
    name: 'a threshold of none',
    code: 'TUF_MALFORMED',
    run: edited('targets', (signed) => Object.assign(holders(signed, 0), { threshold: 0 })),
  },
  {
    name: 'a key of an unknown scheme',
    code: BELOW,
    run: edited('targets', (signed) => {
      const { keys } = (signed as { delegations: { keys: Record<string, JsonObject> } }).delegations;
      for (const key of Object.values(keys)) Object.assign(key, { scheme: 'none', keytype: 'none' });
    }),
  },
  {
    name: 'root: not signed by the root before it',
    code: BELOW,
    run: ({ repo }) => {
      repo.signers.root = [newKey(), newKey()];
      repo.publishRoot();
    },
  },
  {
    name: 'root: signed by the root before it, not by its own keys',
    code: BELOW,
    run: ({ repo }) => {
      const former = repo.signers.root;
      repo.signers.root = [newKey(), newKey()];
      const bytes = repo.publishRoot();
      const { signed } = JSON.parse(bytes.toString('utf8')) as { signed: JsonObject };
      repo.files.set('2.root.json', sealed(signed, former));
    },
  },
  {
    name: 'root: signed by one of two',
    code: BELOW,
    run: resealed('root', ({ signers }) => signers.root.slice(0, 1)),
  },
  {
    name: 'root: lowers its own threshold with one signature',
    code: BELOW,
    run: ({ repo }) => {
      repo.thresholds.root = 1;
      repo.signers.root = repo.signers.root.slice(0, 1);
      repo.publishRoot();
    },
  },
  { name: 'root: signed by the online keys', code: BELOW, run: resealed('root', ({ signers }) => signers.timestamp) },
  {
    name: 'another hub: a whole repository with keys of its own',
    code: BELOW,
    run: ({ repo, store }) => {
      const other = new TestRepo(store.nowMs);
      Object.assign(other.versions, repo.versions);
      other.publishRoot();
      other.publish([set(2)]);
      for (const [name, bytes] of other.files) repo.files.set(name, bytes);
      repo.files.delete('3.root.json');
    },
  },
  {
    name: 'more signatures than any role needs',
    code: 'TUF_MALFORMED',
    run: rewritten('timestamp', ({ signatures, signed }) => {
      for (let count = 0; count < 65; count += 1) signatures.push(signatureOf(signed, newKey()));
    }),
  },
  {
    name: "a key that targets revoked still signs a kind's role",
    code: BELOW,
    run: (scene) => {
      const former = scene.repo.signers.campaigns;
      scene.repo.rotate('campaigns');
      publishEdited(scene.repo, 'campaigns', () => {});
      resealed('campaigns', () => former)(scene);
    },
  },
];
