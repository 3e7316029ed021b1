import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nodeArguments } from '@tillside/demo';
import { PackReader } from '@tillside/edge-agent/journal';
import { decodeTaste } from '@tillside/features';
import { PackFile } from '@tillside/hub/storage';
import { keyIdOf, MAX_TARGET_BYTES, type PackLookup } from '@tillside/protocol';
import { type MeasureContext, measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { Durations } from '../quantiles.ts';
import { type Chance, createChance } from '../random.ts';
import { breathe } from './decide-scenes.ts';
import {
  codeHashOf,
  hasPhoneKey,
  memberAt,
  memberIdOf,
  numberOf,
  PACK,
  packAt,
  phoneOf,
  publicKeyOf,
} from './members/fixture.ts';
import { agreesAt, skuOf, tasteAt } from './members/tastes.ts';

const CASES = [
  ['10k', 10_000],
  ['100k', 100_000],
  ['1M', 1_000_000],
] as const;
/** The case of this name again, with the tastes of who agrees. */
const WITH_TASTES: Case = '100k';
type Case = (typeof CASES)[number][0];
const CHILD = fileURLToPath(
  new URL(`./members/child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url),
);
const WARM_UP = 500;
/** Rows before the event loop has its turn. */
const BREATH_ROWS = 200;
const BREATH_LOOKUPS = 50;
const RESIDENT_LOOKUPS = 3_000;
const HEADER = { asOf: new Date(0).toISOString(), cursor: 1, leftOut: 0, included: [] };
/** Of looked-up members: a code that no member has. */
const STRANGERS = 0.05;

export const membersBench = measure({
  description:
    'member packs of 10k, 100k and 1M members: looking up, size, putting in force, memory, how looking up grows, and what tastes cost',
  options: {
    most: { description: 'the largest case, in members', default: 1_000_000, min: 10_000, max: 1_000_000 },
    part: {
      description: 'only one in so many of the members that a case says, to try the bench itself',
      default: 1,
      min: 1,
      max: 1_000,
    },
    lookups: { description: 'lookups at each size', default: 20_000, min: 100, max: 1_000_000 },
    seed: { description: 'which members are looked up', default: 1, min: 0, max: 2 ** 31 - 1 },
  },
  async run({ most, part, lookups, seed }, context): Promise<Result[]> {
    const dir = mkdtempSync(join(tmpdir(), 'tillside-bench-members-'));
    const open: Opened[] = [];
    try {
      for (const [name, members] of CASES) {
        if (members > most) continue;
        open.push(await build(name, Math.ceil(members / part), join(dir, name), { lookups, context }));
      }
      const results = open.flatMap(({ results: own }) => own);
      const bare = open.find(({ name }) => name === WITH_TASTES);
      if (bare !== undefined) results.push(...(await tastesOf(bare, join(dir, 'tastes'), { lookups, seed, context })));
      return [...results, ...(await lookUp(open, { lookups, chance: createChance(seed) }, context))];
    } finally {
      for (const { pack } of open) pack.close();
      rmSync(dir, { recursive: true, force: true });
    }
  },
});

interface Opened {
  readonly name: Case;
  readonly members: number;
  readonly pack: PackReader;
  readonly results: Result[];
}

/** The same members with the tastes of those who agree: what they cost in the file, and reading and decoding one. */
async function tastesOf(
  bare: Opened,
  file: string,
  { lookups, seed, context }: { lookups: number; seed: number; context: MeasureContext },
): Promise<Result[]> {
  const { members } = bare;
  context.progress.stage(`tastes of ${members} members`, members);
  const writer = PackFile.create(file, { ...PACK, maxBytes: MAX_TARGET_BYTES.members });
  await addMembers(writer, members, context);
  const places = new Map(Array.from({ length: members }, (_, place) => [memberIdOf(place), place]));
  await writer.addTastes(async (ids) => new Map(ids.map((id) => [id, tasteAt(places.get(id) ?? 0)])));
  writer.finish(HEADER);
  const pack = await PackReader.open(packAt(file, await hashOf(file)));
  try {
    const tastes = pack.tastes();
    const [chance, durations] = [createChance(seed), new Durations()];
    for (let round = 0; round < lookups; round += 1) {
      if (round % BREATH_LOOKUPS === 0) {
        context.signal.throwIfAborted();
        await breathe();
      }
      const place = chance.between(0, members - 1);
      const id = memberIdOf(place);
      const startedMs = performance.now();
      const bytes = pack.taste(id);
      const taste = bytes && decodeTaste(bytes, skuOf);
      const tookMs = performance.now() - startedMs;
      if (agreesAt(place) !== (taste !== undefined)) throw new Error(`the taste of member ${place} is another's`);
      if (taste !== undefined) durations.record(tookMs);
    }
    const bareBytes = bare.results.find(({ metric }) => metric === 'packBytes')?.value ?? Number.NaN;
    const of = (metric: string, value: number, unit: Result['unit']): Result => ({
      case: 'tastes',
      metric,
      value,
      unit,
    });
    return [
      of('tastes', tastes, 'count'),
      of('packBytes', statSync(file).size, 'count'),
      of('bytesATaste', (statSync(file).size - bareBytes) / tastes, 'count'),
      of('readP50Ms', durations.quantileMs(50), 'ms'),
      of('readP99Ms', durations.quantileMs(99), 'ms'),
    ];
  } finally {
    pack.close();
  }
}

async function addMembers(writer: PackFile, members: number, { progress, signal }: MeasureContext): Promise<void> {
  for (let place = 0; place < members; place += 1) {
    if (!writer.add(memberAt(place))) throw new Error(`no room for member ${place}`);
    progress.tick();
    if (place % BREATH_ROWS === 0) {
      signal.throwIfAborted();
      await breathe();
    }
  }
}

/** Writes a pack as HQ does, and puts it in force as a store does: hashed once, opened, the first member read. */
async function build(
  name: Case,
  members: number,
  file: string,
  { lookups, context }: { lookups: number; context: MeasureContext },
): Promise<Opened> {
  context.progress.stage(`${name}: ${members} members`, members);
  const startedMs = performance.now();
  const writer = PackFile.create(file, { ...PACK, maxBytes: MAX_TARGET_BYTES.members });
  try {
    await addMembers(writer, members, context);
    writer.finish(HEADER);
  } finally {
    writer.close();
  }
  const writtenMs = performance.now();
  const sha256 = await hashOf(file);
  const appliedMs = performance.now();
  const pack = await PackReader.open(packAt(file, sha256));
  if (pack.find('number', numberOf(0))?.number !== numberOf(0)) throw new Error('the first member is not found');
  const doneMs = performance.now();
  const steps = Math.min(RESIDENT_LOOKUPS, lookups);
  const child = await promisify(execFile)(
    process.execPath,
    [...nodeArguments(CHILD), file, sha256, String(members), String(steps)],
    { signal: context.signal },
  );
  const of = (metric: string, value: number, unit: Result['unit']): Result => ({ case: name, metric, value, unit });
  const results = [
    of('members', members, 'count'),
    of('packBytes', statSync(file).size, 'count'),
    of('writeSeconds', (writtenMs - startedMs) / 1_000, 's'),
    of('applySeconds', (doneMs - appliedMs) / 1_000, 's'),
    of('residentBytes', Number(child.stdout), 'count'),
  ];
  return { name, members, pack, results };
}

/** Rounds over all sizes, so that whatever else the machine does falls on all of them alike. */
async function lookUp(
  open: readonly Opened[],
  { lookups, chance }: { lookups: number; chance: Chance },
  { progress, signal }: MeasureContext,
): Promise<Result[]> {
  progress.stage('looking up', lookups);
  const durations = new Map(open.map(({ name }) => [name, new Durations()]));
  const warmUp = Math.min(WARM_UP, lookups);
  for (let round = -warmUp; round < lookups; round += 1) {
    if (round % BREATH_LOOKUPS === 0) {
      signal.throwIfAborted();
      await breathe();
    }
    for (let turn = 0; turn < open.length; turn += 1) {
      const { name, members, pack } = open[(turn + round + warmUp) % open.length] as Opened;
      const place = chance.between(0, members - 1);
      const isStranger = chance.happens(STRANGERS);
      const [kind, value] = shownBy(isStranger ? members + place : place, chance);
      const startedMs = performance.now();
      const found = pack.find(kind, value);
      const tookMs = performance.now() - startedMs;
      if (isStranger ? found !== undefined : found?.number !== numberOf(place))
        throw new Error(`${name}: ${kind} of member ${place} led elsewhere`);
      if (round >= 0) durations.get(name)?.record(tookMs);
    }
    if (round >= 0) progress.tick();
  }
  return resultsOf(open, durations);
}

/** What a shopper shows: mostly a code, else a phone, a phone's key or a number. */
function shownBy(place: number, chance: Chance): [PackLookup, string] {
  const kind = chance.pick(['code', 'code', 'phone', 'key', 'number'] as const);
  if (kind === 'key' && hasPhoneKey(place)) return ['key', keyIdOf(Buffer.from(publicKeyOf(place), 'base64url'))];
  if (kind === 'phone') return ['phone', phoneOf(place)];
  return kind === 'number' ? ['number', numberOf(place)] : ['code', codeHashOf(place)];
}

function resultsOf(open: readonly Opened[], durations: ReadonlyMap<Case, Durations>): Result[] {
  const quantile = (name: Case, percentage: number): number =>
    durations.get(name)?.quantileMs(percentage) ?? Number.NaN;
  const first = open[0]?.name ?? '10k';
  const last = open.at(-1)?.name ?? first;
  return [
    ...open.flatMap(({ name }): Result[] => [
      { case: name, metric: 'lookupP50Ms', value: quantile(name, 50), unit: 'ms' },
      { case: name, metric: 'lookupP99Ms', value: quantile(name, 99), unit: 'ms' },
      { case: name, metric: 'lookups', value: durations.get(name)?.count ?? 0, unit: 'count' },
    ]),
    { case: 'growth', metric: 'p50Ratio', value: quantile(last, 50) / quantile(first, 50), unit: 'ratio' },
    { case: 'growth', metric: 'p99Ratio', value: quantile(last, 99) / quantile(first, 99), unit: 'ratio' },
  ];
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece);
  return hash.digest('hex');
}
