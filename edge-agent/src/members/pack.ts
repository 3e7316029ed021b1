import { rm } from 'node:fs/promises';
import type { ApplyOutcome } from '@tillside/link';
import type { MemberRecord, PackHeader, PackLookup } from '@tillside/protocol';
import { type Artifact, recordApplied } from '../desired/record.ts';
import { AgentError } from '../errors.ts';
import { type Journal, PackReader, type Tx } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';

export interface MemberPackOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  /** Asks HQ for a pack's key, base64url; undefined where HQ has none of this version. Rejects while HQ can't be asked. */
  readonly askKey: (version: number) => Promise<string | undefined>;
  /** In the transaction that puts a pack in force. */
  readonly inForce: (tx: Tx, header: PackHeader) => void;
  readonly maxAgeHours: number;
}

const HOUR_MS = 3_600_000;

/**
 * The member pack of this store: the newest that HQ signed and that could be opened. A new one is tried beside the old; then it takes its place in one step, and of the old one
 * neither file nor key is left.
 */
export class MemberPack {
  #options: MemberPackOptions;
  #reader: PackReader | undefined;
  #file = '';
  #wrong: AgentError | undefined;

  constructor(options: MemberPackOptions) {
    this.#options = options;
  }

  /** 0 when none is open: HQ's is then taken again. */
  get version(): number {
    return this.#reader?.header.version ?? 0;
  }

  get header(): PackHeader | undefined {
    return this.#reader?.header;
  }

  /** Opens what was in force before a restart. What cannot be opened is told as a condition, and taken anew from HQ. */
  async restore(): Promise<void> {
    const { journal } = this.#options;
    const held = journal.get<{ version: number; sha256: string; content: string }>(
      `SELECT version, sha256, content FROM desired WHERE kind = 'members'`,
    );
    const key = held && journal.keys.packKey(held.version);
    if (held === undefined || key === undefined) return;
    try {
      this.#reader = await this.#open({ ...held, file: held.content }, key);
      this.#file = held.content;
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      this.#wrong = error;
    }
  }

  async apply(artifact: Artifact): Promise<ApplyOutcome> {
    const { journal, clock, askKey, inForce } = this.#options;
    const { version, file } = artifact;
    let reader: PackReader;
    try {
      const key = await askKey(version);
      if (key === undefined) return this.#waits(new AgentError('MEMBERS_PACK_KEY_AWAY'));
      reader = await this.#open(artifact, key);
      journal.keys.putPackKey(version, key);
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      return { outcome: 'refused', code: error.code, message: error.words('en').message };
    }
    const before = { reader: this.#reader, file: this.#file };
    try {
      journal.write((tx) => {
        inForce(tx, reader.header);
        recordApplied(tx, 'members', artifact, { content: file, at: instantOf(clock.now()) });
      });
    } catch (error) {
      reader.close();
      throw error;
    }
    this.#reader = reader;
    this.#file = file;
    this.#wrong = undefined;
    before.reader?.close();
    await journal.durable();
    journal.keys.keepPackKey(version);
    // Only untidy: without its key nobody reads it.
    if (before.file !== '' && before.file !== file) await rm(before.file, { force: true }).catch(() => undefined);
    return { outcome: 'applied' };
  }

  #read<T>(read: (reader: PackReader) => T | undefined): T | undefined {
    try {
      return this.#reader && read(this.#reader);
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      this.#wrong = error;
      this.close();
      return undefined;
    }
  }

  /** The pack before goes on; this one is offered again. */
  #waits(error: AgentError): ApplyOutcome {
    this.#wrong = error;
    return { outcome: 'later', code: error.code, message: error.words('en').message };
  }

  /** Who is not in it is undefined; so is everybody once the disk has spoilt it, which is a condition and takes the pack out of service. */
  find(kind: PackLookup, value: string): MemberRecord | undefined {
    return this.#read((reader) => reader.find(kind, value));
  }

  /** HQ's bytes about the habits of a member, for personal offers; undefined for whom HQ sent none. Whether the member agrees by now is the caller's to know. */
  taste(memberId: string): Buffer | undefined {
    return this.#read((reader) => reader.taste(memberId));
  }

  /** A phone (E.164) as HQ hashes it for this pack, hex; undefined without one. */
  phoneWay(phone: string): string | undefined {
    return this.#reader?.wayOf('phone', phone);
  }

  /** How old HQ's word is that the pack tells, in seconds; undefined without a pack. */
  ageSeconds(): number | undefined {
    const asOf = this.header?.asOf;
    return asOf === undefined
      ? undefined
      : Math.max(0, Math.floor((this.#options.clock.now() - Date.parse(asOf)) / 1000));
  }

  condition(): AgentError | undefined {
    if (this.#wrong !== undefined) return this.#wrong;
    const age = this.ageSeconds();
    const { maxAgeHours } = this.#options;
    if (age === undefined || age * 1000 <= maxAgeHours * HOUR_MS) return undefined;
    return new AgentError('MEMBERS_PACK_OLD', { detail: `(${Math.floor((age * 1000) / HOUR_MS)} h)` });
  }

  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
  }

  #open({ file, sha256, version }: Pick<Artifact, 'file' | 'sha256' | 'version'>, key: string): Promise<PackReader> {
    const { store } = this.#options.journal;
    return PackReader.open({ file, sha256, version, store, key: Buffer.from(key, 'base64url') });
  }
}
