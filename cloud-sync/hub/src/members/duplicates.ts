/** What is compared of a person; personal fields are in memory only. */
export interface ComparedPerson {
  readonly memberId: string;
  readonly joinedAt: string;
  readonly household: string | null;
  readonly codeHashes: readonly string[];
  /** E.164. */
  readonly phone?: string | undefined;
  readonly birthday?: string | undefined;
  readonly name?: string | undefined;
}

/** Why two may be one. A reason names no value, so that a list of pairs tells nothing of a person. */
export type DuplicateReason =
  | 'phone'
  | 'household-birthday'
  | 'phone-digit-birthday'
  | 'phone-digit-name'
  | 'same-card';

export interface ProbableDuplicate {
  /** Who joined later. */
  readonly from: string;
  readonly into: string;
  readonly reasons: readonly DuplicateReason[];
}

export const DUPLICATE_LIMITS = {
  /** A card or a birthday of a household that more people share says nothing. */
  bucket: 20,
  pairs: 500,
} as const;

/** The phone with each digit left out in turn: two that differ in one digit share one of them. */
const holed = (phone: string): string[] =>
  [...phone.slice(1)].map((_, at) => `${phone.slice(0, at + 1)}*${phone.slice(at + 2)}`);

function keysOf({ household, birthday, phone, name, codeHashes }: ComparedPerson): [DuplicateReason, string][] {
  const keys: [DuplicateReason, string][] = codeHashes.map((code) => ['same-card', code]);
  if (household !== null && birthday !== undefined) keys.push(['household-birthday', `${household}\n${birthday}`]);
  if (phone !== undefined) keys.push(['phone', phone]);
  for (const hole of phone === undefined ? [] : holed(phone)) {
    if (birthday !== undefined) keys.push(['phone-digit-birthday', `${hole}\n${birthday}`]);
    if (name !== undefined) keys.push(['phone-digit-name', `${hole}\n${name}`]);
  }
  return keys;
}

/**
 * Pairs that a person has to judge, those with the same phone first, then by how many reasons there are. One digit of a phone alone is no reason: it must come with the birthday or the
 * name. The same phone is one: nobody verified it, so that it can be a stranger's. Pure; time grows with the number of people, not of pairs.
 */
export function probableDuplicates(people: readonly ComparedPerson[]): ProbableDuplicate[] {
  const buckets = new Map<string, ComparedPerson[]>();
  for (const person of people)
    for (const [reason, key] of keysOf(person)) {
      const bucket = buckets.get(`${reason}\n${key}`) ?? [];
      buckets.set(`${reason}\n${key}`, bucket);
      bucket.push(person);
    }
  const pairs = new Map<string, { from: string; into: string; reasons: Set<DuplicateReason> }>();
  for (const [key, bucket] of buckets) {
    if (bucket.length < 2 || bucket.length > DUPLICATE_LIMITS.bucket) continue;
    const reason = key.slice(0, key.indexOf('\n')) as DuplicateReason;
    const ordered = bucket.toSorted(byJoining);
    ordered.forEach((into, at) => {
      for (const from of ordered.slice(at + 1)) {
        if (from.memberId === into.memberId) continue;
        // Who has the same has one that differs in a digit, too.
        if (reason.startsWith('phone-digit') && from.phone === into.phone) continue;
        const name = `${from.memberId}\n${into.memberId}`;
        const pair = pairs.get(name) ?? { from: from.memberId, into: into.memberId, reasons: new Set() };
        pairs.set(name, pair);
        pair.reasons.add(reason);
      }
    });
  }
  return [...pairs.values()]
    .map(({ reasons, ...pair }) => ({ ...pair, reasons: [...reasons].sort() }))
    .sort(
      (a, b) =>
        rankOf(b) - rankOf(a) || b.reasons.length - a.reasons.length || (a.from + a.into < b.from + b.into ? -1 : 1),
    )
    .slice(0, DUPLICATE_LIMITS.pairs);
}

const rankOf = ({ reasons }: ProbableDuplicate): number => (reasons.includes('phone') ? 1 : 0);

const byJoining = (a: ComparedPerson, b: ComparedPerson): number =>
  Date.parse(a.joinedAt) - Date.parse(b.joinedAt) || (a.memberId < b.memberId ? -1 : 1);
