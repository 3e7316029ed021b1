import { readNumericCode, readRotatingCode } from '@tillside/decide';
import type { HubQuestions } from '@tillside/link';
import type { MemberLookup, MemberRecord, PackLookup } from '@tillside/protocol';
import { codeHash } from '../coupons/coupons.ts';
import type { Journal, Reader } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import { checkIn, isErased, isTold } from './checked-in.ts';
import type { MemberNews, News } from './news.ts';
import type { MemberPack } from './pack.ts';
import { phoneIndex } from './sealing.ts';

export interface FinderOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly pack: MemberPack;
  readonly news: MemberNews;
  readonly indexKey: Buffer;
  /** Undefined: HQ is not reached now, or there is none. */
  readonly ask: () => Pick<HubQuestions, 'findMember'> | undefined;
}

/** By what somebody is looked for: what they showed, or a phone (E.164). */
export type Shown = { readonly code: string } | { readonly phone: string };

/** How an identification was prepared. */
export interface Prepared {
  /** HQ was asked about a numeric code, and its changing part was right, for the first time. */
  readonly isChecked: boolean;
  /** Nobody here knows the code, and HQ could not be asked: whose it is can still turn out. */
  readonly isUnanswered: boolean;
}

interface Way {
  readonly kind: PackLookup;
  readonly value: string;
  readonly lookup: MemberLookup;
}

/**
 * The one way to know a member who is not known here yet: news since the pack, the pack, then HQ while it is reached, for a short while. Who is found joins those whom the store works with, before the
 * till's own transaction identifies them; a till never waits longer than that, and offline not at all.
 */
export class MemberFinder {
  #options: FinderOptions;

  constructor(options: FinderOptions) {
    this.#options = options;
  }

  async prepare(shown: Shown): Promise<Prepared> {
    const isFound = this.know(shown);
    const way = wayOf(shown);
    const numeric = way.lookup.numericCode !== undefined;
    if (isFound && !numeric) return { isChecked: false, isUnanswered: false };
    const asked = await this.#fromHq(way, shown);
    return { isChecked: asked === 'checked', isUnanswered: !isFound && asked === 'away' };
  }

  /** The same at once, by what is here: the journal, what HQ told since the pack, and the pack. */
  know(shown: Shown): boolean {
    const way = wayOf(shown);
    const memberId = this.#here(shown, way);
    if (memberId !== undefined && isTold(this.#options.journal, memberId)) return true;
    return this.#fromNews(way, shown, memberId) || this.#fromPack(way, shown, memberId) || memberId !== undefined;
  }

  #here(shown: Shown, { kind, value }: Way): string | undefined {
    const { journal, indexKey } = this.#options;
    return memberHere(journal, kind, 'phone' in shown ? phoneIndex(indexKey, shown.phone) : value);
  }

  #fromNews({ kind, value }: Way, shown: Shown, here: string | undefined): boolean {
    const { journal, pack, news, indexKey } = this.#options;
    const known = kind === 'phone' ? pack.phoneWay(value) : value;
    const told =
      (known === undefined ? undefined : news.find(journal, kind, known)) ??
      (here === undefined ? undefined : news.find(journal, 'id', here));
    if (told === undefined) return false;
    const index = 'phone' in shown ? phoneIndex(indexKey, shown.phone) : undefined;
    return journal.write((tx) => checkIn(tx, { ...told, source: 'feed' }, index));
  }

  /** Also of who joined here and whom HQ has told of since: then HQ's word counts. */
  #fromPack({ kind, value }: Way, shown: Shown, here: string | undefined): boolean {
    const { journal, pack, news, indexKey } = this.#options;
    const header = pack.header;
    const found = pack.find(kind, value) ?? (here === undefined ? undefined : pack.find('id', here));
    if (found === undefined || header === undefined) return false;
    const told = newestOf({ reader: journal, news, pack }, found) ?? {
      record: found,
      included: header.included,
      asOf: header.asOf,
    };
    if (isErased(journal, found.memberId)) return false;
    const index = 'phone' in shown ? phoneIndex(indexKey, shown.phone) : undefined;
    return journal.write((tx) => checkIn(tx, { ...told, source: 'pack' }, index));
  }

  async #fromHq({ lookup }: Way, shown: Shown): Promise<'found' | 'checked' | 'unknown' | 'away'> {
    const { journal, clock, ask, indexKey } = this.#options;
    const hq = ask();
    if (hq === undefined) return 'away';
    // What HQ does not say in time is as if it were not reached.
    const asked = await hq.findMember(lookup).catch(() => undefined);
    if (asked === undefined) return 'away';
    if (!asked.ok) return 'unknown';
    const { change, included, checked } = asked.value;
    if (change.record === null) return 'unknown';
    const index = 'phone' in shown ? phoneIndex(indexKey, shown.phone) : undefined;
    const told = { record: change.record, included, source: 'hq', asOf: instantOf(clock.now()) } as const;
    journal.write((tx) => checkIn(tx, told, index));
    return checked ? 'checked' : 'found';
  }
}

function wayOf(shown: Shown): Way {
  if ('phone' in shown) return { kind: 'phone', value: shown.phone, lookup: { phone: shown.phone } };
  const rotating = readRotatingCode(shown.code);
  if (rotating !== undefined) return { kind: 'key', value: rotating.keyId, lookup: { keyId: rotating.keyId } };
  const numeric = readNumericCode(shown.code);
  if (numeric !== undefined)
    return { kind: 'number', value: numeric.number, lookup: { numericCode: shown.code.trim() } };
  const hash = codeHash(shown.code.trim().replace(/^TM:/i, ''));
  return { kind: 'code', value: hash, lookup: { codeHash: hash } };
}

const HERE: Readonly<Record<PackLookup, string>> = {
  code: `SELECT member_id FROM member WHERE code_hash = (SELECT v FROM shown)
    UNION ALL SELECT member_id FROM member_card WHERE code_hash = (SELECT v FROM shown)`,
  phone: 'SELECT member_id FROM member WHERE phone_index = (SELECT v FROM shown)',
  key: 'SELECT member_id FROM member_phone WHERE key_id = (SELECT v FROM shown)',
  number: 'SELECT member_id FROM member WHERE number = (SELECT v FROM shown)',
  id: 'SELECT v FROM shown',
};

/** `value` as the journal has it: of a phone its index under the store's own key. */
const memberHere = (reader: Reader, kind: PackLookup, value: string): string | undefined =>
  reader.get<{ id: string }>(
    `WITH shown (v) AS (VALUES (?)) SELECT coalesce(into_id, member_id) AS id FROM member WHERE member_id IN (${HERE[kind]})`,
    value,
  )?.id;

/** What HQ told since the pack was made, also that the member is another's alias now. */
function newestOf(
  { reader, news, pack }: { reader: Reader; news: MemberNews; pack: MemberPack },
  { memberId }: MemberRecord,
): News | undefined {
  const own = news.of(reader, memberId);
  if (own === undefined || 'news' in own) return own?.news;
  const other = news.of(reader, own.into);
  if (other !== undefined && 'news' in other) return other.news;
  const whole = pack.find('id', own.into);
  return whole && pack.header && { record: whole, included: pack.header.included, asOf: pack.header.asOf };
}
