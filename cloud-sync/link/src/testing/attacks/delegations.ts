import { targetPath } from '@tillside/protocol';
import { DAY_MS, desiredTarget, type Json, type JsonObject, newKey, type TestKey, type TestRepo } from '../repo.ts';
import { type Attack, edited, publishEdited, type Scene, set } from './attack.ts';

const BAD = 'TUF_MALFORMED';
const OURS = targetPath('demo', 'campaigns');

interface Named {
  readonly name: string;
  readonly to?: readonly string[];
  readonly targets?: JsonObject;
}

/** In place of what the campaigns role says: delegations from it, and roles below, all signed by one key. */
function graph(scene: Scene, top: readonly string[], roles: readonly Named[]): void {
  const { repo, store } = scene;
  const key = newKey();
  const campaigns = repo.signers.campaigns[0] ?? key;
  repo.extra = roles.map(({ name, to = [], targets = {} }) => ({
    name,
    keys: [key],
    signed: {
      _type: 'targets',
      version: 1,
      spec_version: '1.0.31',
      expires: new Date(store.nowMs + DAY_MS).toISOString(),
      targets,
      ...(to.length === 0 ? {} : { delegations: delegations(to, key, campaigns) }),
    },
  }));
  publishEdited(repo, 'campaigns', (signed) => {
    signed.targets = {};
    signed.delegations = delegations(top, key, campaigns);
  });
}

function delegations(names: readonly string[], key: TestKey, campaigns: TestKey, more: JsonObject = {}): JsonObject {
  const roles = names.map((name) => ({
    name,
    keyids: [name === 'campaigns' ? campaigns.keyId : key.keyId],
    threshold: 1,
    terminating: false,
    paths: ['stores/*/*'],
    ...more,
  }));
  return { keys: { [key.keyId]: key.json, [campaigns.keyId]: campaigns.json }, roles };
}

const chain = (length: number): Named[] =>
  Array.from({ length }, (_, index) => ({ name: `r${index}`, to: index + 1 < length ? [`r${index + 1}`] : [] }));
const rolesOf = (signed: JsonObject): JsonObject[] =>
  (signed as { delegations: { roles: JsonObject[] } }).delegations.roles;

/** Serves campaigns 2 for our path from a role that must not speak for it. */
const smuggled = (repo: TestRepo): JsonObject => repo.listed([set(2)]);

export const DELEGATIONS: readonly Attack[] = [
  {
    name: 'loop: a role that delegates to itself',
    code: 'TUF_DELEGATION_LOOP',
    run: (scene) => graph(scene, ['campaigns'], []),
  },
  {
    name: 'loop: of three roles',
    code: 'TUF_DELEGATION_LOOP',
    run: (scene) =>
      graph(
        scene,
        ['a'],
        [
          { name: 'a', to: ['b'] },
          { name: 'b', to: ['a'] },
        ],
      ),
  },
  {
    name: 'too many: 40 roles side by side',
    code: 'TUF_DELEGATION_LIMIT',
    run: (scene) => {
      const names = Array.from({ length: 40 }, (_, index) => `r${index}`);
      graph(
        scene,
        names,
        names.map((name) => ({ name })),
      );
    },
  },
  {
    name: 'too many: 65 roles in one file',
    code: BAD,
    run: (scene) =>
      graph(
        scene,
        Array.from({ length: 65 }, (_, index) => `r${index}`),
        [],
      ),
  },
  { name: 'too deep: 10 levels', code: 'TUF_DELEGATION_LIMIT', run: (scene) => graph(scene, ['r0'], chain(10)) },
  { name: 'a role that the snapshot does not list', code: BAD, run: (scene) => graph(scene, ['nowhere'], []) },
  ...['root', 'snapshot', 'targets', 'timestamp'].map((name) => ({
    name: `a role named ${name}`,
    code: BAD,
    run: edited('targets', (signed) => Object.assign(rolesOf(signed)[0] ?? {}, { name })),
  })),
  {
    name: 'a role with a name that is no file name',
    code: BAD,
    run: edited('targets', (signed) => Object.assign(rolesOf(signed)[0] ?? {}, { name: '../'.repeat(60) })),
  },
  {
    name: 'one role name twice',
    code: BAD,
    run: edited('targets', (signed) => Object.assign(rolesOf(signed)[1] ?? {}, { name: 'campaigns' })),
  },
  {
    name: 'roles and bins at once',
    code: BAD,
    run: edited('targets', (signed) =>
      Object.assign(signed.delegations as object, {
        succinct_roles: { keyids: [], threshold: 1, bit_length: 4, name_prefix: 'x' },
      }),
    ),
  },
  ...[0, 33, 1.5].map((bit_length) => ({
    name: `bins of ${bit_length} bits`,
    code: BAD,
    run: edited('targets', (signed) => {
      const delegated = signed.delegations as { [name: string]: Json };
      delete delegated.roles;
      delegated.succinct_roles = { keyids: [], threshold: 1, bit_length, name_prefix: 'x' };
    }),
  })),
  {
    name: 'a delegation without paths',
    code: BAD,
    run: edited('targets', (signed) => {
      delete rolesOf(signed)[0]?.paths;
    }),
  },
  {
    name: 'a delegation that does not say whether it ends the search',
    code: BAD,
    run: edited('targets', (signed) => {
      delete rolesOf(signed)[0]?.terminating;
    }),
  },
  {
    name: "outside: the model's role names our campaigns, the campaigns' role nothing",
    code: null,
    run: ({ repo }) => {
      repo.edit = {
        campaigns: (signed) => Object.assign(signed, { targets: {} }),
        model: (signed) => Object.assign(signed, { targets: smuggled(repo) }),
      };
      repo.publish([]);
    },
  },
  {
    name: "outside: the campaigns' role names our model",
    code: null,
    run: ({ repo }) => {
      const model = repo.listed([desiredTarget('demo', 'model', 1, Buffer.from('model'))]);
      publishEdited(repo, 'campaigns', (signed) => Object.assign(signed, { targets: model }));
    },
  },
  {
    name: 'outside: a pattern without our store',
    code: null,
    run: edited('targets', (signed) => Object.assign(rolesOf(signed)[0] ?? {}, { paths: ['stores/other/*'] })),
  },
  {
    name: 'outside: a star does not reach over a slash',
    code: null,
    run: edited('targets', (signed) => Object.assign(rolesOf(signed)[0] ?? {}, { paths: ['*', 'stores/*'] })),
  },
  {
    name: 'outside: a pattern made to stall a matcher',
    code: null,
    run: edited('targets', (signed) =>
      Object.assign(rolesOf(signed)[0] ?? {}, { paths: [`stores/*/${'*c'.repeat(200)}`] }),
    ),
  },
  {
    name: 'outside: hash prefixes of other paths',
    code: null,
    run: edited('targets', (signed) => {
      const role = rolesOf(signed)[0] ?? {};
      delete role.paths;
      role.path_hash_prefixes = ['00'];
    }),
  },
  {
    name: 'outside: a terminating role ahead of the one that names us',
    code: null,
    run: edited('targets', (signed) => {
      const roles = rolesOf(signed);
      roles.unshift({ ...roles[2], name: 'first', paths: [OURS], terminating: true } as JsonObject);
      roles.splice(3, 1);
      Object.assign(roles[0] ?? {}, { name: 'model' });
    }),
  },
  {
    name: 'a bin that is not ours names us',
    code: null,
    run: (scene) => {
      const { repo } = scene;
      const key = newKey();
      const names = Array.from({ length: 16 }, (_, index) => `campaigns-${index.toString(16)}`);
      repo.extra = names.map((name) => ({
        name,
        keys: [key],
        signed: {
          _type: 'targets',
          version: 1,
          spec_version: '1.0.31',
          expires: new Date(scene.store.nowMs + DAY_MS).toISOString(),
          // Ours is campaigns-f.
          targets: name === 'campaigns-f' ? {} : smuggled(repo),
        },
      }));
      publishEdited(repo, 'campaigns', (signed) => {
        signed.targets = {};
        const bins = { keyids: [key.keyId], threshold: 1, bit_length: 4, name_prefix: 'campaigns' };
        signed.delegations = { keys: { [key.keyId]: key.json }, succinct_roles: bins };
      });
    },
  },
];
