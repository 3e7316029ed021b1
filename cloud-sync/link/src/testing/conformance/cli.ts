/**
 * Our trust code as a command line that TUF's public conformance suite drives (its client protocol: `init ROOT`, `refresh`, `download`, with `--metadata-dir`, `--metadata-url`,
 * `--target-name`, `--target-base-url`, `--target-dir`). Run the suite's pytest with `--entrypoint` on a script that calls
 * `node --conditions=@tillside/source --import tsx cloud-sync/link/src/testing/conformance/cli.ts "$@"`. `FAKE_NOW_MS` sets the time where the suite's `faketime` can't.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemDisk } from '../../down/disk.ts';
import { type MetadataStore, openMetadataStore } from '../../down/files.ts';
import type { TargetEntry, TargetsBody } from '../../down/format.ts';
import { stepDown } from '../../down/machine.ts';
import { look, search } from '../../down/search.ts';
import { type DownEffect, type DownEvent, type DownState, downStart, NOTHING_IN_FORCE } from '../../down/state.ts';
import { checkExpiry, isCurrent, listedIn, nextTargets, type TrustedSet } from '../../down/trust.ts';
import { LINK_LIMITS } from '../../limits.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'metadata-dir': { type: 'string', default: '' },
    'metadata-url': { type: 'string', default: '' },
    'target-name': { type: 'string', multiple: true, default: [] },
    'target-base-url': { type: 'string', default: '' },
    'target-dir': { type: 'string', default: '' },
  },
});
const folder = values['metadata-dir'];
const nowMs = Number(process.env.FAKE_NOW_MS ?? Date.now());
const below = (base: string, name: string): string => `${base.replace(/\/$/, '')}/${name}`;

async function get(name: string, maxBytes: number): Promise<Buffer | undefined> {
  const response = await fetch(below(values['metadata-url'], name));
  if (response.status === 404) return undefined;
  const bytes = Buffer.from(await response.arrayBuffer());
  if (!response.ok || bytes.length > maxBytes)
    throw new Error(`${name}: HTTP ${response.status}, ${bytes.length} bytes`);
  return bytes;
}

/** One check; no store is named so, so that it ends with the top-level roles. */
async function refresh(metadata: MetadataStore): Promise<TrustedSet> {
  const policy = { store: 'nobody', pollMs: 1, limits: LINK_LIMITS };
  let state: DownState = downStart(await metadata.load());
  const effects: DownEffect[] = [];
  const feed = (event: DownEvent): void => {
    const [next, more] = stepDown(state, { ...event, nowMs, unit: 0 }, policy);
    state = next;
    effects.push(...more);
  };
  feed({ type: 'check', inForce: NOTHING_IN_FORCE });
  for (let effect = effects.shift(); effect !== undefined; effect = effects.shift()) {
    if (effect.type === 'persist') await metadata.persist(effect.role, effect.bytes, effect.rotated);
    else if (effect.type === 'fetch') {
      const bytes = await get(effect.name, effect.maxBytes);
      feed(bytes === undefined ? { type: 'missing' } : { type: 'fetched', bytes });
    }
  }
  // What was found wrong before the search for targets began.
  if (state.lastCheckAtMs === undefined) throw new Error(state.problem?.message);
  return state.trusted;
}

async function find(path: string, trusted: TrustedSet, metadata: MetadataStore): Promise<TargetEntry> {
  const delegated = new Map(trusted.delegated);
  const top: TargetsBody | undefined = trusted.targets?.body;
  if (top === undefined) throw new Error('no targets');
  let at = search(path, top);
  while (at.type === 'need') {
    const { name, holders } = at.visit;
    const listed = listedIn(trusted.snapshot, name);
    let held = delegated.get(name);
    if (held === undefined || !isCurrent(name, holders, listed, held)) {
      const bytes = await get(`${listed.version}.${encodeURIComponent(name)}.json`, LINK_LIMITS.maxTargetsBytes);
      if (bytes === undefined) throw new Error(`${name} is missing`);
      held = nextTargets(name, holders, listed, bytes);
      checkExpiry(name, held, nowMs);
      await metadata.persist(name, bytes);
      delegated.set(name, held);
    }
    checkExpiry(name, held, nowMs);
    at = look(at.search, at.visit, held.body);
  }
  if (at.type === 'absent') throw new Error(`${path} is no target`);
  return at.target;
}

async function download(path: string, target: TargetEntry): Promise<void> {
  const hashes = Object.entries(target.hashes);
  const isGood = (bytes: Buffer | undefined): boolean =>
    bytes?.length === target.length &&
    hashes.every(
      ([kind, hash]) => /^sha(256|512)$/.test(kind) && createHash(kind).update(bytes).digest('hex') === hash,
    );
  const file = join(values['target-dir'], encodeURIComponent(path));
  if (isGood(await systemDisk.read(file))) return;
  const slash = path.lastIndexOf('/') + 1;
  const name = `${path.slice(0, slash)}${hashes[0]?.[1]}.${encodeURIComponent(path.slice(slash))}`;
  const response = await fetch(below(values['target-base-url'], name));
  const bytes = Buffer.from(await response.arrayBuffer());
  if (!response.ok || !isGood(bytes)) throw new Error(`${path}: HTTP ${response.status} or another file`);
  await writeFile(file, bytes);
}

async function main(): Promise<void> {
  const [command, root = ''] = positionals;
  if (command === 'init') {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'root.json'), await readFile(root));
    return;
  }
  const metadata = openMetadataStore(folder, '', systemDisk);
  const trusted = await refresh(metadata);
  if (command !== 'download') return;
  for (const path of values['target-name']) await download(path, await find(path, trusted, metadata));
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
