import { setImmediate } from 'node:timers/promises';
import { AgentError } from '../../errors.ts';
import type { Journal, Tx } from '../../journal/index.ts';
import type { Reported } from '../../lanes/reported.ts';
import type { Terminal } from '../../lanes/till.ts';
import type { MemberFinder } from '../../members/find.ts';
import type { Clock, Random } from '../../ports.ts';
import { type BookedFen, book, knownAs } from './book.ts';
import { POSLOG_LIMITS } from './limits.ts';
import { type Ignored, type Mapped, type MapRules, mapTransaction, type Shop } from './map.ts';
import { dismiss, hashOf, type Kept, keptAfter, keptEntry, putAside, release, releaseSame } from './quarantine.ts';
import { PoslogReader, type ReadTransaction, type Stop } from './reader.ts';
import { ShownCodes } from './shown-codes.ts';
import { keyOf, type PosTransaction, type TransactionKey, transactionOf } from './transaction.ts';

/** Booked in one durable write, whichever is reached first; the till is answered between two of them. */
const BATCH_TRANSACTIONS = 8;
const BATCH_LINES = 40;
/** Entries that a report names; more are only counted. */
export const MAX_TOLD_ENTRIES = 200;
/** Entries of the quarantine that are in memory at once while all are tried again. */
const RETRY_PAGE = 50;

/** What an import came to, in our terms; words are made of it for whoever reads it. */
export interface ImportResult {
  transactions: number;
  accepted: number;
  repeated: number;
  training: number;
  quarantined: number;
  readonly ignored: Partial<Record<Ignored, number>>;
  /** Ids of the first of those that were put into quarantine. */
  readonly entryIds: string[];
  importedFen: number;
  refundedFen: number;
  stop: Stop | undefined;
}

export interface PoslogDeps {
  readonly journal: Journal;
  readonly reported: Reported;
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: MapRules;
  readonly shop: Omit<Shop, 'isUnanswered'>;
  finder(): Pick<MemberFinder, 'prepare' | 'know'>;
  terminalOf(key: TransactionKey): Terminal;
  /** Told of each transaction that was seen to. */
  counted(outcome: Outcome): void;
}

export type Outcome = 'accepted' | 'repeated' | 'ignored' | 'training' | 'quarantined';

/** The document that is read. */
interface From {
  readonly source: string;
  readonly shown: ShownCodes;
}

/** A transaction that was read and understood as far as it goes, before anything of it is written. */
interface Prepared {
  readonly key: TransactionKey;
  readonly hash: string;
  readonly source: string;
  readonly line: number;
  readonly transaction: PosTransaction | undefined;
  readonly meant: Mapped | AgentError;
}

interface Done {
  readonly outcome: Outcome;
  readonly ignored?: Ignored;
  readonly entryId?: string;
  readonly fen?: BookedFen;
}

/** Refusals that say nothing of a transaction: the import ends, and the same file may be tried later. */
const OURS: ReadonlySet<string> = new Set([
  'STORAGE_FULL',
  'STORAGE_READ_ONLY',
  'STORAGE_FAILED',
  'POSLOG_QUARANTINE_FULL',
  'INTERNAL',
]);

/**
 * Imports POSLog documents: reads them as they come, books what was sold, puts aside what can't be booked. A transaction, its key and its events become durable
 * together, so a crash loses nothing and the same document again books nothing twice.
 */
export class PoslogImport {
  #deps: PoslogDeps;

  constructor(deps: PoslogDeps) {
    this.#deps = deps;
  }

  /**
   * `source` names the document in the quarantine. Throws STORAGE_FULL, STORAGE_READ_ONLY, POSLOG_QUARANTINE_FULL, and the signal's reason once it is aborted: what was taken until then stays.
   */
  async take(chunks: AsyncIterable<Uint8Array>, source: string, signal?: AbortSignal): Promise<ImportResult> {
    const reader = new PoslogReader(POSLOG_LIMITS);
    const result = emptyResult();
    const from: From = { source, shown: new ShownCodes(this.#deps.finder()) };
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += POSLOG_LIMITS.sliceBytes) {
        const read = reader.write(chunk.subarray(at, at + POSLOG_LIMITS.sliceBytes));
        await this.#takeAll(read, from, result, signal);
      }
      if (reader.stop !== undefined) break;
    }
    await this.#takeAll(reader.end(), from, result, signal);
    // Who sent the document may throw it away, and its file leaves the drop folder.
    await this.#deps.journal.durable();
    result.stop = reader.stop;
    return result;
  }

  /** Tries one entry, or all that can be, again. Throws POSLOG_ENTRY_UNKNOWN, POSLOG_NOT_KEPT, STORAGE_*. */
  async retry(entryId?: string): Promise<ImportResult> {
    const { journal } = this.#deps;
    const result = emptyResult();
    const shown = new ShownCodes(this.#deps.finder());
    if (entryId !== undefined) {
      this.#write([await this.#again(keptEntry(journal, entryId), shown)], result);
      return result;
    }
    let page = keptAfter(journal, '', RETRY_PAGE);
    while (page.length > 0) {
      for (const kept of page) {
        this.#write([await this.#again(kept, shown)], result);
        await setImmediate();
      }
      page = keptAfter(journal, page.at(-1)?.entryId ?? '', RETRY_PAGE);
    }
    return result;
  }

  /** Throws POSLOG_ENTRY_UNKNOWN. */
  dismiss(entryId: string): void {
    this.#deps.journal.write((tx) => dismiss(tx, entryId));
  }

  async #takeAll(
    read: readonly ReadTransaction[],
    from: From,
    result: ImportResult,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let batch: Prepared[] = [];
    let lines = 0;
    for (const one of read) {
      const prepared = await this.#prepare(one, from);
      batch.push(prepared);
      lines += prepared.transaction?.goods.length ?? 0;
      if (batch.length < BATCH_TRANSACTIONS && lines < BATCH_LINES) continue;
      await this.#turn(batch, result, signal);
      batch = [];
      lines = 0;
    }
    // A long document without transactions must not keep the till waiting either.
    await this.#turn(batch, result, signal);
  }

  async #turn(batch: readonly Prepared[], result: ImportResult, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    this.#write(batch, result);
    await setImmediate();
  }

  async #prepare(read: ReadTransaction, { source, shown }: From): Promise<Prepared> {
    const { line } = read.position;
    if (read.flaw !== undefined) {
      const key = keyOf(read);
      return { key, hash: hashOf([key, read.flaw.code]), source, line, transaction: undefined, meant: read.flaw };
    }
    const transaction = transactionOf(read);
    return this.#understood(transaction, { hash: hashOf(transaction), source, line }, shown);
  }

  #again({ transaction, ...where }: Kept, shown: ShownCodes): Promise<Prepared> {
    return this.#understood(transaction, where, shown);
  }

  async #understood(
    transaction: PosTransaction,
    where: Pick<Prepared, 'hash' | 'source' | 'line'>,
    shown: ShownCodes,
  ): Promise<Prepared> {
    const { rules, shop } = this.#deps;
    const common = { ...where, key: transaction.key, transaction };
    await shown.prepare(transaction.memberCodes);
    const isUnanswered = (code: string): boolean => shown.isUnanswered(code);
    try {
      return { ...common, meant: mapTransaction(transaction, rules, { ...shop, isUnanswered }) };
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      return { ...common, meant: error };
    }
  }

  /** All in one write; where one of them is refused while it is booked, each in its own. */
  #write(batch: readonly Prepared[], result: ImportResult): void {
    if (batch.length === 0) return;
    const { journal } = this.#deps;
    try {
      const done = journal.write((tx) => batch.map((one) => this.#apply(tx, one)));
      for (const one of done) this.#count(one, result);
    } catch (error) {
      if (!(error instanceof AgentError) || OURS.has(error.code)) throw error;
      const [only] = batch;
      if (batch.length > 1) for (const one of batch) this.#write([one], result);
      else if (only !== undefined)
        this.#count(
          journal.write((tx) => this.#aside(tx, only, error)),
          result,
        );
    }
  }

  #apply(tx: Tx, one: Prepared): Done {
    const { meant, hash } = one;
    if (meant instanceof AgentError) return this.#aside(tx, one, meant);
    if (meant.kind === 'ignored' || meant.kind === 'training') {
      releaseSame(tx, hash);
      return meant.kind === 'training' ? { outcome: 'training' } : { outcome: 'ignored', ignored: meant.why };
    }
    const known = knownAs(tx, meant.key, hash);
    if (known === 'other') return this.#aside(tx, one, new AgentError('POSLOG_CONFLICT'));
    const { reported, clock } = this.#deps;
    const to = { reported, terminalOf: (key: TransactionKey) => this.#deps.terminalOf(key), hash, now: clock.now() };
    const fen = known === 'repeated' ? undefined : book(tx, meant, to);
    release(tx, meant.key);
    return fen === undefined ? { outcome: 'repeated' } : { outcome: 'accepted', fen };
  }

  #aside(tx: Tx, { key, source, line, hash, transaction }: Prepared, error: AgentError): Done {
    const { clock, random } = this.#deps;
    // What the books found may hold a card's number must not be kept either.
    const kept = error.code === 'CARD_NUMBER_REFUSED' ? undefined : transaction;
    const entryId = putAside(tx, { key, error, source, line, hash, transaction: kept }, clock.now(), random);
    return { outcome: 'quarantined', entryId };
  }

  #count({ outcome, ignored, entryId, fen }: Done, result: ImportResult): void {
    result.transactions += 1;
    if (outcome !== 'ignored') result[outcome] += 1;
    if (ignored !== undefined) result.ignored[ignored] = (result.ignored[ignored] ?? 0) + 1;
    if (entryId !== undefined && result.entryIds.length < MAX_TOLD_ENTRIES) result.entryIds.push(entryId);
    result.importedFen += fen?.importedFen ?? 0;
    result.refundedFen += fen?.refundedFen ?? 0;
    this.#deps.counted(outcome);
  }
}

const emptyResult = (): ImportResult => ({
  transactions: 0,
  accepted: 0,
  repeated: 0,
  training: 0,
  quarantined: 0,
  ignored: {},
  entryIds: [],
  importedFen: 0,
  refundedFen: 0,
  stop: undefined,
});
