import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { AGE } from '../testing/attacks/age.ts';
import { ARTIFACTS } from '../testing/attacks/artifacts.ts';
import { type Attack, type Scene, set } from '../testing/attacks/attack.ts';
import { DELEGATIONS } from '../testing/attacks/delegations.ts';
import { FORM } from '../testing/attacks/form.ts';
import { SIGNATURES } from '../testing/attacks/signatures.ts';
import { TestRepo } from '../testing/repo.ts';
import { RepoServer } from '../testing/repo-server.ts';
import { TestStore } from '../testing/store.ts';

const server = new RepoServer();
const first = new TestStore();
const honest = new TestRepo(first.nowMs);
let old: ReadonlyMap<string, Buffer>;
let store: TestStore;

/** A store that has followed honest publications and holds campaigns 1; each case starts from a copy of it. */
beforeAll(async () => {
  await first.open(await server.listen());
  server.files = honest.files;
  first.pinned = honest.publishRoot().toString('utf8');
  honest.publish([]);
  old = new Map(honest.files);
  honest.publishRole('model', []);
  honest.publish([set(1)]);
  expect((await first.check()).problem).toBeUndefined();
  expect(first.applied.map(({ version }) => version)).toEqual([1]);
});
afterAll(async () => {
  await first.close();
  await server.close();
});
afterEach(() => store.close());

async function scene(): Promise<Scene> {
  store = new TestStore();
  await store.open(first.hubUrl, first);
  // Small, so that what has no end is refused soon.
  store.limits = { maxSnapshotBytes: 256 * 1024, maxTargetsBytes: 256 * 1024 };
  const repo = honest.clone();
  server.answer = () => false;
  server.files = repo.files;
  return { repo, server, store, old };
}

const ATTACKS: Record<string, readonly Attack[]> = {
  'age and completeness': AGE,
  signatures: SIGNATURES,
  form: FORM,
  delegations: DELEGATIONS,
  artifacts: ARTIFACTS,
};

describe.each(Object.entries(ATTACKS))('%s', (_, attacks) => {
  test.each(attacks.map((attack) => [attack.name, attack] as const))('%s', async (_name, { code, run }) => {
    const at = await scene();
    run(at);
    const { applied } = store;
    const held = [...applied];
    for (const when of ['now', 'after a restart']) {
      const { problem } = await store.check();
      expect(problem?.code ?? null, `${when}: ${problem?.message}`).toBe(code);
      expect(applied, when).toEqual(held);
    }
  });
});

test('the corpus is as large as it should be, and names each case once', () => {
  const names = Object.entries(ATTACKS).flatMap(([group, attacks]) => attacks.map(({ name }) => `${group}: ${name}`));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(100);
});

test('an honest publication after any of them is taken: refusing is not all that the store does', async () => {
  for (const attack of [AGE[0], SIGNATURES[0], FORM[0], DELEGATIONS[0], ARTIFACTS[0]]) {
    const { repo } = await scene();
    const clean = new Map(repo.files);
    const versions = { ...repo.versions };
    attack?.run({ repo, server, store, old });
    await store.check();
    repo.files.clear();
    for (const [name, bytes] of clean) repo.files.set(name, bytes);
    repo.edit = {};
    repo.versions.root = versions.root;
    repo.publish([set(3)]);
    const { problem } = await store.check();
    expect(problem, attack?.name).toBeUndefined();
    expect(store.applied.at(-1)).toMatchObject({ version: 3 });
    await store.close();
  }
});
