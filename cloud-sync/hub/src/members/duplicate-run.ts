import { randomBytes } from 'node:crypto';
import { type Clock, instantOf } from '../clock.ts';
import type { DuplicatePair, DuplicateRun, MemberRow } from '../storage/member-port.ts';
import type { HubStorage } from '../storage/port.ts';
import { type ComparedPerson, likenessKeys, reasonsOf } from './likeness.ts';
import { LIKENESS_LIMITS, LikenessIndex } from './likeness-index.ts';
import { openProfile, openWith } from './open-profile.ts';

export const DUPLICATE_LIMITS = {
  /** Pairs that are kept, the best; who has judged them asks for a new run. */
  pairs: 2_000,
  /** People that are read at once. */
  page: 100,
  /** The main thread is given back after so long. */
  sliceMs: 10,
} as const;
/** Of a person with a phone, a birthday, a name and two cards; who has more takes the room of who has fewer. */
const KEYS_EACH = 7;
/** Who joins while it runs. */
const SPARE_PEOPLE = 1_000;
const SALT_BYTES = 16;
/** Chains that are looked at, or people compared in them, before the time is asked for: that costs more than a chain does. */
const WORK_BETWEEN = 1_000;

type Stored = Pick<HubStorage, 'members' | 'keys'>;
interface Read {
  readonly row: MemberRow;
  readonly person: ComparedPerson;
}
export interface DuplicatePorts {
  readonly storage: Stored;
  readonly clock: Clock;
  readonly isStopped: () => boolean;
}

/** Gives others their turn when its slice is used up. */
function breather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < DUPLICATE_LIMITS.sliceMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  };
}

async function read(storage: Stored, row: MemberRow, keys: readonly string[]): Promise<Read> {
  const { memberId, household, codeHashes } = row;
  const own = openWith(memberId, row, keys);
  const opened =
    own ??
    (row.profile === null ? null : await openProfile(storage, await storage.members.directory.same(memberId), row));
  return { row, person: { household, codeHashes, ...opened?.fields } };
}

async function* everybody({ storage, isStopped }: DuplicatePorts): AsyncGenerator<Read[]> {
  for (let after: string | null = null; !isStopped(); ) {
    const page: MemberRow[] = await storage.members.directory.page(after, DUPLICATE_LIMITS.page);
    const keys = new Map<string, string[]>();
    for (const { memberId, key } of await storage.keys.holdersOf(page.map(({ memberId }) => memberId)))
      keys.set(memberId, [...(keys.get(memberId) ?? []), key]);
    yield await Promise.all(page.map((row) => read(storage, row, keys.get(row.memberId) ?? [])));
    if (page.length < DUPLICATE_LIMITS.page) return;
    after = page.at(-1)?.number ?? null;
  }
}

interface Candidates {
  readonly pairs: Map<string, readonly [number, number]>;
  compared: number;
  isCut: boolean;
}

/** One of `passes` looks over everybody: each takes its share of the keys. */
async function onePass(
  ports: DuplicatePorts,
  share: { pass: number; passes: number; salt: string; capacity: number },
  found: Candidates,
) {
  const { pass, passes, salt, capacity } = share;
  const index = new LikenessIndex(capacity);
  const breathe = breather();
  found.compared = 0;
  for await (const page of everybody(ports)) {
    for (const { row, person } of page) {
      found.compared += 1;
      for (const key of likenessKeys(salt, person))
        if (key.hash % passes === pass && !index.add(Number(row.number), key)) found.isCut = true;
      await breathe();
    }
  }
  let work = 0;
  for (let chain = 0; chain < index.chains && !ports.isStopped(); chain += 1) {
    work +=
      1 +
      index.pairsOf(chain, (one, other) => {
        if (found.pairs.size < LIKENESS_LIMITS.candidates) found.pairs.set(`${one} ${other}`, [one, other]);
        else found.isCut = true;
      });
    if (work < WORK_BETWEEN) continue;
    work = 0;
    await breathe();
  }
}

const byJoining = ({ row: one }: Read, { row: other }: Read): number =>
  Date.parse(one.joinedAt) - Date.parse(other.joinedAt) || (one.memberId < other.memberId ? -1 : 1);
const isSamePhone = ({ reasons }: DuplicatePair): number => (reasons.includes('phone') ? 1 : 0);
/** Those with the same phone first, then by how many reasons there are. */
const byWeight = (a: DuplicatePair, b: DuplicatePair): number =>
  isSamePhone(b) - isSamePhone(a) ||
  b.reasons.length - a.reasons.length ||
  (a.into + a.from < b.into + b.from ? -1 : 1);

/** Candidates as they are now, with the reasons: a hash is no proof. */
async function judge({ storage, isStopped }: DuplicatePorts, candidates: Iterable<readonly [number, number]>) {
  const breathe = breather();
  const pairs: DuplicatePair[] = [];
  const look = async (number: number): Promise<Read | null> => {
    const row = await storage.members.directory.find({ number: String(number) });
    return row === null ? null : read(storage, row, []);
  };
  for (const numbers of candidates) {
    if (isStopped()) break;
    await breathe();
    const [one, other] = [await look(numbers[0]), await look(numbers[1])];
    if (one === null || other === null || one.row.memberId === other.row.memberId) continue;
    const reasons = reasonsOf(one.person, other.person);
    const [into, from] = [one, other].toSorted(byJoining);
    if (reasons.length === 0 || into === undefined || from === undefined) continue;
    if ((await storage.members.duplicates.apart(from.row.memberId, into.row.memberId)) !== null) continue;
    pairs.push({ from: from.row.memberId, into: into.row.memberId, reasons });
  }
  return pairs.sort(byWeight);
}

/**
 * Compares everybody with everybody by what who is alike shares, and puts what was found in place of what was known. Time grows with the number of people; memory does not. Personal
 * fields and what is worked out of them are in memory only. Null: it was stopped, and nothing was changed.
 */
export async function runDuplicates(ports: DuplicatePorts): Promise<DuplicateRun | null> {
  const { storage, clock, isStopped } = ports;
  const startedMs = clock.now();
  const { members } = await storage.members.directory.count();
  const wanted = (members + SPARE_PEOPLE) * KEYS_EACH;
  const passes = Math.ceil(wanted / LIKENESS_LIMITS.keys);
  const capacity = Math.ceil(wanted / passes);
  const salt = randomBytes(SALT_BYTES).toString('hex');
  const found: Candidates = { pairs: new Map(), compared: 0, isCut: false };
  for (let pass = 0; pass < passes; pass += 1) await onePass(ports, { pass, passes, salt, capacity }, found);
  const pairs = await judge(ports, found.pairs.values());
  if (isStopped()) return null;
  const run = {
    at: instantOf(startedMs),
    tookMs: Math.max(0, clock.now() - startedMs),
    compared: found.compared,
    isCut: found.isCut || pairs.length > DUPLICATE_LIMITS.pairs,
  };
  await storage.members.duplicates.put(run, pairs.slice(0, DUPLICATE_LIMITS.pairs));
  return run;
}
