import { generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import { appendFile, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KioskError } from '../errors.ts';
import { keyIdOf, preAuthEncoding, publicKeyOf } from './dsse.ts';
import { makeRelease, signRelease, type Trust, verifyRelease } from './folder.ts';
import { compareVersions, isSafePath } from './manifest.ts';
import { afterBack, afterHealth, afterInstall, MAX_TRIES, NO_RELEASES, nextStart, ReleaseStore } from './store.ts';

const key = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    secret: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    open: String(publicKey.export({ type: 'spki', format: 'pem' })),
  };
};
const maker = key();
const second = key();
const stranger = key();
const TRUST: Trust = { keys: [maker.open, second.open], threshold: 1 };
const NOW = new Date('2026-11-23T12:00:00Z');

let folder: string;
let made: string;
beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'tillside-made-'));
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) await release(version, [maker.secret]);
});
afterAll(() => rm(made, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tillside-release-'));
  return () => rm(folder, { recursive: true, force: true });
});

async function release(
  version: string,
  secrets: string[],
  options: { expires?: Date; below?: string } = {},
): Promise<string> {
  const pages = await mkdtemp(join(tmpdir(), 'tillside-pages-'));
  await mkdir(join(pages, 'assets'));
  await writeFile(join(pages, 'index.html'), `<title>${version}</title>`);
  await writeFile(join(pages, 'assets', 'a.js'), 'one()');
  const out = join(options.below ?? made, version);
  await makeRelease({ 'dist-web': pages }, out, {
    version,
    now: NOW,
    ...(options.expires && { expires: options.expires }),
  });
  for (const secret of secrets) signRelease(out, secret);
  await rm(pages, { recursive: true });
  return out;
}

const code = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'taken',
    (error: unknown) => (error instanceof KioskError ? error.code : String(error)),
  );

describe('a release folder', () => {
  it('is signed over type and bytes as the DSSE protocol says', () => {
    // The example of protocol.md.
    const encoded = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(encoded.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
    expect(keyIdOf(publicKeyOf(maker.open))).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is taken whole and signed by a known key, and not otherwise', async () => {
    const harmed = async (harm: (at: string) => Promise<unknown> | undefined): Promise<string> => {
      const at = join(folder, 'r');
      await rm(at, { recursive: true, force: true });
      await cp(join(made, '1.0.0'), at, { recursive: true });
      await harm(at);
      return code(verifyRelease(at, TRUST));
    };
    expect(await harmed(() => undefined)).toBe('taken');
    expect(await harmed((at) => appendFile(join(at, 'dist-web', 'assets', 'a.js'), ' '))).toBe('RELEASE_DAMAGED');
    expect(await harmed((at) => writeFile(join(at, 'dist-web', 'assets', 'a.js'), 'two()'))).toBe('RELEASE_DAMAGED');
    expect(await harmed((at) => rm(join(at, 'dist-web', 'index.html')))).toBe('RELEASE_DAMAGED');
    expect(await harmed((at) => writeFile(join(at, 'extra.js'), ''))).toBe('RELEASE_DAMAGED');
    expect(await harmed((at) => symlink('/etc/passwd', join(at, 'link')))).toBe('RELEASE_DAMAGED');
    expect(await harmed((at) => rm(join(at, 'release.dsse.json')))).toBe('RELEASE_UNREADABLE');
    expect(await harmed((at) => writeFile(join(at, 'release.dsse.json'), '{"payload":1}'))).toBe('RELEASE_UNREADABLE');
    const other = await release('9.0.0', [stranger.secret], { below: folder });
    expect(await code(verifyRelease(other, TRUST))).toBe('RELEASE_UNSIGNED');
    expect(await code(verifyRelease(other, { keys: [], threshold: 1 }))).toBe('RELEASE_KEYS_MISSING');
  });

  it('needs as many different keys as the threshold says, one key twice is one', async () => {
    const both = await release('2.0.0', [maker.secret, maker.secret], { below: folder });
    const two = { ...TRUST, threshold: 2 };
    expect(await code(verifyRelease(both, two))).toBe('RELEASE_UNSIGNED');
    expect(await code(verifyRelease(both, { keys: [maker.open, maker.open], threshold: 2 }))).toBe('RELEASE_UNSIGNED');
    signRelease(both, second.secret);
    expect(await code(verifyRelease(both, two))).toBe('taken');
  });

  it('names no file outside itself', () => {
    for (const path of ['../x', 'a/../x', '/etc/x', 'a//b', 'C:\\x', 'a\\b', 'a:b', 'nul\0', 'a/.', 'a. ', ''])
      expect(isSafePath(path), path).toBe(false);
    expect(isSafePath('dist-web/assets/a-B_1.woff2')).toBe(true);
    expect(['1.10.0', '1.9.9', '2.0.0', '1.10.1'].sort(compareVersions)).toEqual([
      '1.9.9',
      '1.10.0',
      '1.10.1',
      '2.0.0',
    ]);
  });
});

describe('the releases of a kiosk', () => {
  const storeAt = (at = folder) => new ReleaseStore(at, TRUST);
  const settled = async (versions: string[]): Promise<ReleaseStore> => {
    const store = storeAt();
    for (const version of versions) {
      await store.install(join(made, version), NOW);
      await store.choose();
      store.confirm();
    }
    return store;
  };

  it('grow only; what failed is not taken again; the way back is kept', async () => {
    const store = await settled(['1.0.0', '1.1.0']);
    expect(await store.choose()).toBe('1.1.0');
    expect(await code(store.install(join(made, '1.0.0'), NOW))).toBe('RELEASE_OLD');
    expect(await code(store.install(join(made, '1.1.0'), NOW))).toBe('RELEASE_OLD');
    await store.install(join(made, '1.2.0'), NOW);
    expect(await store.choose()).toBe('1.2.0');
    store.fail();
    expect(await store.choose()).toBe('1.1.0');
    expect(await code(store.install(join(made, '1.2.0'), NOW))).toBe('RELEASE_FAILED_BEFORE');
    store.back();
    expect(await store.choose()).toBe('1.0.0');
    expect(() => store.back()).toThrow('RELEASE_NONE_BEFORE');
  });

  it('a release that never comes up, whatever ends it, is left after its tries', async () => {
    const store = await settled(['1.0.0']);
    await store.install(join(made, '1.1.0'), NOW);
    const started: unknown[] = [];
    for (let at = 0; at <= MAX_TRIES; at += 1) started.push(await storeAt().choose());
    expect(started).toEqual([...Array(MAX_TRIES).fill('1.1.0'), '1.0.0']);
  });

  it('one that was changed on disk does not run: the one before does', async () => {
    const store = await settled(['1.0.0', '1.1.0']);
    await appendFile(join(store.folderOf('1.1.0'), 'dist-web', 'index.html'), 'x');
    expect(await store.choose()).toBe('1.0.0');
    await rm(store.folderOf('1.0.0'), { recursive: true });
    expect(await code(store.choose())).toBe('RELEASE_NONE');
  });

  it('is not installed after its date, but runs on', async () => {
    const soon = await release('3.0.0', [maker.secret], { expires: new Date('2026-11-24T00:00:00Z'), below: folder });
    const store = storeAt(join(folder, 'state'));
    expect(await code(store.install(soon, new Date('2026-11-25T00:00:00Z')))).toBe('RELEASE_EXPIRED');
    await store.install(soon, NOW);
    expect(await store.choose()).toBe('3.0.0');
  });

  it('a power cut at any step leaves one that runs', async () => {
    await settled(['1.0.0']);
    const seen = new Set<string | null>();
    let step = 0;
    for (let isWhole = false; !isWhole; step += 1) {
      const at = join(folder, `cut-${step}`);
      await cp(join(folder, 'releases'), join(at, 'releases'), { recursive: true });
      isWhole = await withPowerUntil(step, () => storeAt(at).install(join(made, '1.1.0'), NOW));
      seen.add(await storeAt(at).choose());
      if (step % 6 !== 5) continue;
      // What was left half done is in nobody's way.
      const again = await code(storeAt(at).install(join(made, '1.2.0'), NOW));
      expect([again, await storeAt(at).choose()]).toEqual(['taken', '1.2.0']);
    }
    expect(step).toBeGreaterThan(15);
    expect([...seen]).toEqual(['1.0.0', '1.1.0']);
  });

  it('whatever happens in whatever order, what is chosen was healthy once, or has tries left', () => {
    const act = fc.constantFrom('install', 'start', 'healthy', 'back') as fc.Arbitrary<
      'install' | 'start' | 'healthy' | 'back'
    >;
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        let state = { ...NO_RELEASES, confirmed: '1.0.0', highest: '1.0.0' };
        const healthy = new Set(['1.0.0']);
        const starts = new Map<string, number>();
        let running: string | null = null;
        acts.forEach((what, at) => {
          if (what === 'install') state = { ...state, ...afterInstall(state, `2.0.${at}`) } as typeof state;
          if (what === 'start') {
            const next = nextStart(state);
            state = next.state as typeof state;
            running = next.chosen;
            starts.set(running ?? '', (starts.get(running ?? '') ?? 0) + 1);
            expect(running !== null && (healthy.has(running) || (starts.get(running) ?? 0) <= MAX_TRIES)).toBe(true);
          }
          if (what === 'healthy' && running !== null && running === state.trying) {
            healthy.add(running);
            state = afterHealth(state) as typeof state;
          }
          if (what === 'back') {
            try {
              state = afterBack(state) as typeof state;
            } catch (error) {
              expect(error).toBeInstanceOf(KioskError);
            }
          }
          expect(state.confirmed !== null && healthy.has(state.confirmed)).toBe(true);
        });
      }),
    );
  });
});

const SYNC = ['openSync', 'writeSync', 'fsyncSync', 'renameSync', 'mkdirSync'] as const;
const PROMISED = ['cp', 'mkdir', 'open', 'rm'] as const;

/** Runs it until the step with that number would change the disk; from there on nothing does. Resolves to whether it came to its end. */
async function withPowerUntil(steps: number, work: () => Promise<unknown>): Promise<boolean> {
  const cut = new Error('power cut');
  const restore: (() => void)[] = [];
  let taken = 0;
  const patch = (owner: Record<string, unknown>, name: string): void => {
    const real = owner[name] as (...given: unknown[]) => unknown;
    owner[name] = (...given: unknown[]) => {
      taken += 1;
      if (taken > steps) throw cut;
      return real.apply(owner, given);
    };
    restore.push(() => {
      owner[name] = real;
    });
  };
  for (const name of SYNC) patch(fs as unknown as Record<string, unknown>, name);
  for (const name of PROMISED) patch(fs.promises as unknown as Record<string, unknown>, name);
  syncBuiltinESMExports();
  try {
    await work();
    return true;
  } catch (error) {
    if (error !== cut) throw error;
    return false;
  } finally {
    for (const undo of restore) undo();
    syncBuiltinESMExports();
  }
}
