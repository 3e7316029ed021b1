import { targetPath } from '@tillside/protocol';
import { desiredTarget, type JsonObject } from '../repo.ts';
import { endless } from '../repo-server.ts';
import { type Attack, flipped, publishEdited, type Scene, set } from './attack.ts';

const OURS = targetPath('demo', 'campaigns');
const entry = (signed: JsonObject): JsonObject => (signed.targets as Record<string, JsonObject>)[OURS] ?? {};

const listing =
  (change: (target: JsonObject) => void) =>
  ({ repo }: Scene): void =>
    publishEdited(repo, 'campaigns', (signed) => change(entry(signed)));
const custom = (more: JsonObject | null) => listing((target) => Object.assign(target, { custom: more }));
/** An honest publish whose file is served otherwise. */
const served =
  (change: (bytes: Buffer) => Buffer) =>
  ({ repo }: Scene): void => {
    repo.publish([set(2)]);
    repo.files.set(repo.fileOf(Buffer.from('set 2')), change(Buffer.from('set 2')));
  };

/** What the target says, and what comes as its file. */
export const ARTIFACTS: readonly Attack[] = [
  {
    name: 'wrong store: a target under our path that is meant for another',
    code: 'TUF_WRONG_STORE',
    run: custom({ kind: 'campaigns', version: 2, store: 'other' }),
  },
  {
    name: 'wrong store: only targets of others',
    code: null,
    run: ({ repo }) => repo.publish([desiredTarget('other', 'campaigns', 2, Buffer.from('theirs'))]),
  },
  {
    name: 'wrong kind: a model under the path of campaigns',
    code: 'TUF_WRONG_STORE',
    run: custom({ kind: 'model', version: 2, store: 'demo' }),
  },
  { name: 'no word of whom it is for', code: 'TUF_MALFORMED', run: custom(null) },
  {
    name: 'more said than is known',
    code: 'TUF_MALFORMED',
    run: custom({ kind: 'campaigns', version: 2, store: 'demo', run: 'this' }),
  },
  { name: 'version 0', code: 'TUF_MALFORMED', run: custom({ kind: 'campaigns', version: 0, store: 'demo' }) },
  {
    name: 'no SHA-256',
    code: 'TUF_MALFORMED',
    run: listing((target) => Object.assign(target, { hashes: { sha512: '0'.repeat(128) } })),
  },
  {
    name: 'a hash that is a path',
    code: 'TUF_MALFORMED',
    run: listing((target) => Object.assign(target, { hashes: { sha256: '../../../etc/passwd' } })),
  },
  {
    name: 'a negative length',
    code: 'TUF_MALFORMED',
    run: listing((target) => Object.assign(target, { length: -1 })),
  },
  {
    name: 'oversized: a length beyond what a store takes',
    code: 'TARGET_TOO_LARGE',
    run: listing((target) => Object.assign(target, { length: 2 ** 40 })),
  },
  {
    name: 'wrong length: longer than the file',
    code: 'TARGET_CUT_OFF',
    run: listing((target) => Object.assign(target, { length: 1000 })),
  },
  {
    name: 'wrong length: shorter than the file',
    code: 'TARGET_TOO_LARGE',
    run: listing((target) => Object.assign(target, { length: 3 })),
  },
  {
    name: 'wrong hash',
    code: 'TARGET_HASH_MISMATCH',
    run: (scene) => {
      listing((target) => Object.assign(target, { hashes: { sha256: 'a'.repeat(64) } }))(scene);
      scene.repo.files.set(`targets/stores/demo/${'a'.repeat(64)}.campaigns.json`, Buffer.from('set 2'));
    },
  },
  { name: 'a bit flipped', code: 'TARGET_HASH_MISMATCH', run: served((bytes) => flipped(bytes, 2)) },
  { name: 'cut short', code: 'TARGET_CUT_OFF', run: served((bytes) => bytes.subarray(0, 3)) },
  { name: 'empty', code: 'TARGET_CUT_OFF', run: served(() => Buffer.alloc(0)) },
  { name: 'longer', code: 'TARGET_TOO_LARGE', run: served((bytes) => Buffer.concat([bytes, bytes])) },
  {
    name: 'endless',
    code: 'TARGET_TOO_LARGE',
    run: ({ repo, server }) => {
      repo.publish([set(2)]);
      server.answer = (name, response) => name.startsWith('targets/') && endless(response);
    },
  },
  {
    name: 'missing',
    code: 'TARGET_MISSING',
    run: ({ repo }) => {
      repo.publish([set(2)]);
      repo.files.delete(repo.fileOf(Buffer.from('set 2')));
    },
  },
  {
    name: 'sent elsewhere by a redirect',
    code: 'HUB_UNREACHABLE',
    run: ({ repo, server }) => {
      repo.publish([set(2)]);
      server.answer = (name, response) => {
        if (!name.startsWith('targets/')) return false;
        response.writeHead(302, { location: '/repo/timestamp.json' }).end();
        return true;
      };
    },
  },
];
