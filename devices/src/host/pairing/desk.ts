import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { DeviceConditionCode } from '../../conditions.ts';
import { readJson, removeFile, writePrivateJson } from './private-file.ts';
import { KEY_BYTES, newPairingCode, PAIRING_IDENTITY, PEER_PREFIX, pairingKey } from './psk.ts';

export const DEFAULT_CODE_MINUTES = 10;
/** Wrong codes before a code is withdrawn. With 99 bits nobody guesses one; this says early that somebody tries. */
export const MAX_MISSES = 10;
/** Who comes with a code of yesterday is told that it is too old; after that, that there is none. */
const REMEMBERED_MS = 24 * 3_600_000;

const Key = z.string().transform((text): Buffer => Buffer.from(text, 'base64url'));
const Peer = z.strictObject({ peerId: z.string(), key: Key, name: z.string(), pairedAt: z.iso.datetime() });
const Code = z.strictObject({
  key: Key,
  expiresAtMs: z.number(),
  state: z.enum(['open', 'used', 'withdrawn']),
  misses: z.number().int(),
});
type Code = z.infer<typeof Code>;

/** What a host hands to the agent that came with its code. */
export interface Grant {
  readonly peerId: string;
  readonly key: Buffer;
}

/**
 * Who may talk to this host over TLS: at most one agent, and at most one one-time code. Both are files (mode 0600) in the host's state directory, so that the
 * command line can open a code and revoke the agent beside the running host. Of a code only the key made from it is kept.
 */
export class PairingDesk {
  readonly #hostId: string;
  readonly #peerPath: string;
  readonly #codePath: string;
  readonly #now: () => number;

  constructor(options: { hostId: string; stateDir: string; now: () => number }) {
    const file = encodeURIComponent(options.hostId);
    this.#hostId = options.hostId;
    this.#peerPath = join(options.stateDir, `${file}.peer.json`);
    this.#codePath = join(options.stateDir, `${file}.code.json`);
    this.#now = options.now;
  }

  /** Makes a code, good once; an earlier one is withdrawn. */
  openCode(minutes: number): string {
    const code = newPairingCode();
    const key = pairingKey(code, this.#hostId);
    this.#writeCode({ key, expiresAtMs: this.#now() + minutes * 60_000, state: 'open', misses: 0 });
    return code;
  }

  /** The key behind a TLS identity; null refuses it. A code that is no longer good keeps its key for a while, so that who knows it is told why. */
  keyOf(identity: string): Buffer | null {
    if (identity === PAIRING_IDENTITY) {
      const code = this.#code();
      return code && this.#now() < code.expiresAtMs + REMEMBERED_MS ? code.key : null;
    }
    const peer = this.#peer();
    return peer && identity === PEER_PREFIX + peer.peerId ? peer.key : null;
  }

  get peerId(): string | undefined {
    return this.#peer()?.peerId;
  }

  /** Somebody came with the pairing identity and did not know the code. */
  miss(): void {
    const code = this.#code();
    if (code?.state !== 'open') return;
    const misses = code.misses + 1;
    this.#writeCode({ ...code, misses, state: misses >= MAX_MISSES ? 'withdrawn' : 'open' });
  }

  /** Uses the code up and makes a key for who knew it; or why not. The key is good from `keep` on. */
  grant(): Grant | DeviceConditionCode {
    const code = this.#code();
    if (!code) return 'PAIRING_NOT_OPEN';
    if (code.state === 'used') return 'PAIRING_CODE_USED';
    if (code.state === 'withdrawn') return 'PAIRING_CODE_WITHDRAWN';
    if (this.#now() >= code.expiresAtMs) return 'PAIRING_CODE_EXPIRED';
    this.#writeCode({ ...code, state: 'used' });
    return { peerId: randomUUID(), key: randomBytes(KEY_BYTES) };
  }

  /** The agent has the key: from now on it is the one; an earlier agent is no longer. */
  keep(grant: Grant, name: string): void {
    const pairedAt = new Date(this.#now()).toISOString();
    writePrivateJson(this.#peerPath, { ...grant, key: grant.key.toString('base64url'), name, pairedAt });
  }

  /** False when no agent was paired. */
  forget(): boolean {
    const known = this.#peer() !== undefined;
    removeFile(this.#peerPath);
    removeFile(this.#codePath);
    return known;
  }

  #peer(): z.infer<typeof Peer> | undefined {
    return Peer.safeParse(readJson(this.#peerPath)).data;
  }

  #code(): Code | undefined {
    return Code.safeParse(readJson(this.#codePath)).data;
  }

  #writeCode(code: Code): void {
    writePrivateJson(this.#codePath, { ...code, key: code.key.toString('base64url') });
  }
}
