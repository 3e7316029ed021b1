import { createHash } from 'node:crypto';
import type { PairAnswer, PairedKind, PriceOwner } from '@tillside/agent-contract';
import { AgentError } from '../errors.ts';
import type { Journal, Reader } from '../journal/index.ts';
import { type Clock, instantOf, type Random } from '../ports.ts';

/** Letters and digits that nobody confuses when reading them from a screen. */
const CODE_ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 8;
const CREDENTIAL_BYTES = 32;
/** Wrong codes in a row before all pairing pauses: eight characters of thirty can't be guessed ten at a time. */
const MAX_MISSES = 10;
const PAUSE_MS = 5 * 60_000;

export interface PairedDevice {
  deviceId: string;
  kind: PairedKind;
  name: string;
  lane: string | undefined;
  /** Of a terminal. */
  priceOwner: PriceOwner;
}

interface PairedRow {
  device_id: string;
  kind: PairedKind;
  name: string;
  lane: string | null;
  price_owner: PriceOwner | null;
  paired_at: string;
  revoked_at: string | null;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Whether a device may no longer talk to this agent. One that was never paired was not revoked. */
export const isRevoked = (reader: Reader, deviceId: string): boolean =>
  reader.get('SELECT 1 AS yes FROM paired WHERE device_id = ? AND revoked_at IS NOT NULL', deviceId) !== undefined;

/** Who may talk to this agent: one-time codes, and the credentials they were exchanged for. Only hashes are stored. */
export class Pairing {
  #journal: Journal;
  #clock: Clock;
  #random: Random;
  #storeId: string;
  #codeLifeMs: number;
  #misses = 0;
  #pausedUntil = 0;

  constructor(options: {
    journal: Journal;
    clock: Clock;
    random: Random;
    storeId: string;
    pairingCodeMinutes: number;
  }) {
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#storeId = options.storeId;
    this.#codeLifeMs = options.pairingCodeMinutes * 60_000;
  }

  /** A code for one device, good once and for as long as the config says. */
  createCode(request: {
    kind: PairedKind;
    name: string;
    lane?: string | undefined;
    priceOwner?: PriceOwner | undefined;
  }): {
    code: string;
    kind: PairedKind;
    expiresAt: string;
  } {
    const code = [...this.#random.bytes(CODE_LENGTH)]
      .map((byte) => CODE_ALPHABET[byte % CODE_ALPHABET.length])
      .join('');
    const expiresAt = this.#clock.now() + this.#codeLifeMs;
    this.#journal.write((tx) => {
      tx.run('DELETE FROM pairing_code WHERE expires_at < ?', this.#clock.now());
      tx.run(
        'INSERT INTO pairing_code (code_hash, kind, name, lane, expires_at, price_owner) VALUES (?, ?, ?, ?, ?, ?)',
        sha256(code),
        request.kind,
        request.name,
        request.lane ?? null,
        expiresAt,
        request.kind === 'terminal' ? (request.priceOwner ?? 'tillside') : null,
      );
    });
    return { code, kind: request.kind, expiresAt: instantOf(expiresAt) };
  }

  /** Throws PAIRING_CODE_REFUSED, TOO_MANY_ATTEMPTS. */
  pair(request: { code: string; kind: PairedKind }): PairAnswer {
    const now = this.#clock.now();
    if (now < this.#pausedUntil) throw new AgentError('TOO_MANY_ATTEMPTS');
    const hash = sha256(request.code.trim().toUpperCase());
    const credential = this.#random.bytes(CREDENTIAL_BYTES).toString('base64url');
    const deviceId = `${request.kind}-${this.#random.bytes(6).toString('hex')}`;
    const made = this.#journal.write((tx) => {
      const code = tx.get<{
        kind: string;
        name: string;
        lane: string | null;
        price_owner: PriceOwner | null;
        expires_at: number;
      }>('SELECT * FROM pairing_code WHERE code_hash = ?', hash);
      if (code === undefined || code.expires_at < now || code.kind !== request.kind) return undefined;
      tx.run('DELETE FROM pairing_code WHERE code_hash = ?', hash);
      tx.run(
        'INSERT INTO paired (device_id, kind, name, lane, credential_hash, paired_at, price_owner) VALUES (?, ?, ?, ?, ?, ?, ?)',
        deviceId,
        code.kind,
        code.name,
        code.lane,
        sha256(credential),
        instantOf(now),
        code.price_owner,
      );
      return code;
    });
    if (made === undefined) {
      this.#misses += 1;
      if (this.#misses >= MAX_MISSES) {
        this.#misses = 0;
        this.#pausedUntil = now + PAUSE_MS;
      }
      throw new AgentError('PAIRING_CODE_REFUSED');
    }
    this.#misses = 0;
    return {
      deviceId,
      kind: request.kind,
      name: made.name,
      ...(made.lane === null ? {} : { lane: made.lane }),
      ...(made.price_owner === null ? {} : { priceOwner: made.price_owner }),
      storeId: this.#storeId,
      credential,
    };
  }

  /** Throws CREDENTIAL_MISSING, CREDENTIAL_REVOKED. */
  authenticate(credential: string | undefined): PairedDevice {
    if (credential === undefined) throw new AgentError('CREDENTIAL_MISSING');
    const row = this.#journal.get<PairedRow>('SELECT * FROM paired WHERE credential_hash = ?', sha256(credential));
    if (row === undefined) throw new AgentError('CREDENTIAL_MISSING');
    if (row.revoked_at !== null) throw new AgentError('CREDENTIAL_REVOKED');
    return {
      deviceId: row.device_id,
      kind: row.kind,
      name: row.name,
      lane: row.lane ?? undefined,
      priceOwner: row.price_owner ?? 'tillside',
    };
  }

  list() {
    return this.#journal.all<PairedRow>('SELECT * FROM paired ORDER BY paired_at').map((row) => ({
      deviceId: row.device_id,
      kind: row.kind,
      name: row.name,
      pairedAt: row.paired_at,
      ...(row.lane === null ? {} : { lane: row.lane }),
      ...(row.price_owner === null ? {} : { priceOwner: row.price_owner }),
      ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
    }));
  }

  /** Takes effect with the next request. Throws NOT_FOUND. */
  revoke(deviceId: string): void {
    const changed = this.#journal.write((tx) =>
      tx.run(
        'UPDATE paired SET revoked_at = coalesce(revoked_at, ?) WHERE device_id = ?',
        instantOf(this.#clock.now()),
        deviceId,
      ),
    );
    if (changed === 0) throw new AgentError('NOT_FOUND');
  }
}
