import { judgeAge, type LedgerEntry, phoneOf } from '@tillside/decide';
import type { ImportReport } from '@tillside/hub-contract';
import type { ConsentState } from '@tillside/protocol';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import { type CsvRow, CsvRows } from './csv-rows.ts';
import { HQ, type Joining, type JoinPorts, joinAll, newMemberId } from './join.ts';

export const IMPORT_LIMITS = {
  /** Rejected rows that a report names; more are counted. */
  reported: 1_000,
  /** Rows that are written at a time, so that they share the syncs of the disk. */
  together: 256,
} as const;

/** Columns in any order; docs/members-import.md explains them. */
export const IMPORT_COLUMNS = [
  'phone',
  'membership',
  'consentTextVersion',
  'consentAt',
  'name',
  'birthday',
  'isOldEnough',
  'personalisation',
  'marketing',
  'memberId',
  'tier',
  'joinedAt',
  'points',
  'tags',
] as const;
const NEEDED = ['phone', 'membership', 'consentTextVersion', 'consentAt'] as const;
type Column = (typeof IMPORT_COLUMNS)[number];
type Named = Partial<Record<Column, string>>;
type Rejection = ImportReport['rejected'][number];

interface Wanted {
  readonly row: number;
  readonly joining: Joining & { readonly phone: string };
  readonly points: number;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/u;
const isInstant = (text: string): boolean => INSTANT.test(text) && !Number.isNaN(Date.parse(text));
const yesOrNo = (text: string | undefined): boolean | undefined =>
  text === 'yes' ? true : text === 'no' ? false : undefined;
const PURPOSES = ['membership', 'personalisation', 'marketing'] as const;
const MOST_TAGS = 32;

class Refused extends Error {
  readonly code: Rejection['code'];
  constructor(code: Rejection['code'], message: string) {
    super(message);
    this.code = code;
  }
}
const field = (column: Column, message: string): Refused => new Refused('ROW_FIELD', `${column}: ${message}`);

/** What a row says. Throws Refused; a message never holds a value. */
function wantedOf(row: number, named: Named, now: string): Wanted {
  const phone = phoneOf(named.phone ?? '');
  if (phone === undefined) throw field('phone', 'not a phone number');
  const {
    consentTextVersion: textVersion = '',
    consentAt = '',
    joinedAt = consentAt,
    tier = 'basic',
    points = '0',
  } = named;
  if (textVersion === '' || textVersion.length > 40) throw field('consentTextVersion', '1 to 40 characters');
  for (const [column, instant] of Object.entries({ consentAt, joinedAt }) as [Column, string][])
    if (!isInstant(instant) || Date.parse(instant) > Date.parse(now))
      throw field(column, 'an instant with its offset, not to come');
  if (!/^[A-Za-z0-9_-]{1,64}$/u.test(tier)) throw field('tier', 'letters, digits, _ and -');
  if (!/^\d{1,9}$/u.test(points)) throw field('points', 'a whole number');
  const consents = PURPOSES.flatMap((purpose): Omit<ConsentState, 'at'>[] => {
    const said = named[purpose];
    if (said === undefined) return [];
    const granted = yesOrNo(said);
    if (granted === undefined) throw field(purpose, 'yes or no');
    return [{ purpose, granted, textVersion }];
  });
  if (!consents.some(({ purpose, granted }) => purpose === 'membership' && granted))
    throw new Refused('ROW_CONSENT', 'no consent to the membership');
  const { birthday, name, memberId = newMemberId() } = named;
  if (birthday !== undefined && !/^(\d{4}-)?\d{2}-\d{2}$/u.test(birthday))
    throw field('birthday', 'YYYY-MM-DD or MM-DD');
  const verdict = judgeAge({ birthday, isOldEnough: yesOrNo(named.isOldEnough) }, now.slice(0, 10));
  if (verdict === 'no-day') throw field('birthday', 'no day of the calendar');
  if (verdict === 'under-14') throw new Refused('ROW_UNDER_AGE', 'under 14: a guardian signs up in a store');
  if (verdict === 'not-said') throw new Refused('ROW_UNDER_AGE', 'neither a birthday with its year nor isOldEnough');
  if (name !== undefined && name.length > 60) throw field('name', 'at most 60 characters');
  if (!/^[A-Za-z0-9_-]{4,40}$/u.test(memberId)) throw field('memberId', '4 to 40 letters, digits, _ and -');
  const tags = (named.tags ?? '')
    .split('|')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
  if (tags.length > MOST_TAGS || tags.some((tag) => tag.length > 64))
    throw field('tags', 'at most 32 of 64 characters');
  const joining = {
    memberId,
    phone,
    name,
    birthday,
    consents,
    tags,
    tier,
    channel: 'import' as const,
    at: instantOf(Date.parse(joinedAt)),
    consentsAt: consentAt,
  };
  return { row, joining, points: Number(points) };
}

/**
 * Members of another system, row by row: a bad row is told and the next is read. Memory does not grow with the file, nor with how bad it is. A phone that is known is left as it is, so that a
 * file may be sent again. Throws HUB_IMPORT_REFUSED for what is no CSV with our columns; rows before that stay.
 */
export async function importMembers(ports: JoinPorts, pieces: AsyncIterable<Uint8Array>): Promise<ImportReport> {
  const desk = new ImportDesk(ports);
  const rows = new CsvRows();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (piece: Uint8Array | undefined): string => {
    try {
      return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
    } catch {
      throw new HubFault('HUB_IMPORT_REFUSED', 'not UTF-8');
    }
  };
  for await (const piece of pieces) for (const row of rows.push(decode(piece))) await desk.take(row);
  for (const row of rows.push(decode(undefined))) await desk.take(row);
  for (const row of rows.end()) await desk.take(row);
  return desk.end();
}

class ImportDesk {
  readonly #ports: JoinPorts;
  readonly #now: string;
  #columns: readonly string[] | undefined;
  #batch: Wanted[] = [];
  #phones = new Set<string>();
  readonly #rejected: Rejection[] = [];
  readonly #reasons: Record<string, number> = {};
  #counts = { rows: 0, added: 0, known: 0, rejectedCount: 0 };

  constructor(ports: JoinPorts) {
    this.#ports = ports;
    this.#now = instantOf(ports.clock.now());
  }

  async take({ row, fields }: CsvRow): Promise<void> {
    if (this.#columns === undefined) {
      this.#columns = headerOf(fields);
      return;
    }
    this.#counts.rows += 1;
    // A file of bad rows alone must not keep everybody else from being served.
    if (this.#counts.rows % IMPORT_LIMITS.together === 0) await new Promise((resolve) => setImmediate(resolve));
    if (fields === null || fields.length !== this.#columns.length)
      return this.#reject({
        row,
        code: 'ROW_SHAPE',
        message: fields === null ? 'quotes, or too long' : 'not as many fields as the header',
      });
    // A field that is left empty says nothing.
    const named = Object.fromEntries(
      this.#columns.flatMap((column, at) => {
        const value = (fields[at] ?? '').trim();
        return value === '' ? [] : [[column, value]];
      }),
    ) as Named;
    try {
      const wanted = wantedOf(row, named, this.#now);
      if (this.#phones.has(wanted.joining.phone)) await this.#flush();
      this.#phones.add(wanted.joining.phone);
      this.#batch.push(wanted);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#reject({ row, code: error.code, message: error.message });
    }
    if (this.#batch.length >= IMPORT_LIMITS.together) await this.#flush();
  }

  async end(): Promise<ImportReport> {
    await this.#flush();
    if (this.#columns === undefined) throw new HubFault('HUB_IMPORT_REFUSED', 'empty');
    return { ...this.#counts, reasons: this.#reasons, rejected: this.#rejected };
  }

  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#phones = new Set();
    const { storage } = this.#ports;
    const outcomes = await joinAll(
      this.#ports,
      batch.map(({ joining }) => joining),
    );
    const opened = batch.flatMap(({ row, joining, points }, at): LedgerEntry[] => {
      const { memberId, at: joinedAt } = joining;
      if (outcomes[at] === 'erased')
        this.#reject({ row, code: 'ROW_DUPLICATE', message: 'memberId: of a member who was erased' });
      else if (outcomes[at] === 'added') this.#counts.added += 1;
      else this.#counts.known += 1;
      if (outcomes[at] !== 'added' || points === 0) return [];
      return [{ entryId: `open:${HQ}:import/${memberId}`, memberId, kind: 'open', points, at: joinedAt }];
    });
    if (opened.length > 0) await storage.members.ledger.add(opened, { store: HQ, at: this.#now });
  }

  #reject(rejection: Rejection): void {
    this.#counts.rejectedCount += 1;
    this.#reasons[rejection.code] = (this.#reasons[rejection.code] ?? 0) + 1;
    if (this.#rejected.length < IMPORT_LIMITS.reported) this.#rejected.push(rejection);
  }
}

function headerOf(fields: readonly string[] | null): readonly string[] {
  const header = (fields ?? []).map((name) => name.trim());
  const missing = NEEDED.filter((name) => !header.includes(name));
  const unknown = header.filter((name) => !(IMPORT_COLUMNS as readonly string[]).includes(name));
  if (missing.length > 0) throw new HubFault('HUB_IMPORT_REFUSED', `missing: ${missing.join(', ')}`);
  if (unknown.length > 0 || new Set(header).size !== header.length)
    throw new HubFault('HUB_IMPORT_REFUSED', `unknown or twice: ${unknown.slice(0, 5).join(', ').slice(0, 100)}`);
  return header;
}
