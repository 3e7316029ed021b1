import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { CredentialKind, PairAnswer, PairingCode, PairingWish, PartnerScope } from '@tillside/hub-contract';
import { type Clock, instantOf } from './clock.ts';
import { HubFault } from './fault.ts';
import type { CredentialRecord, HubStorage } from './storage/port.ts';

export const PAIRING_LIMITS = {
  /** Without 0, O, 1, I and L, which people misread. 31^8 is about 8.5e11. */
  alphabet: 'ABCDEFGHJKMNPQRSTUVWXYZ23456789',
  codeChars: 8,
  /** Attempts with the wrong kind before a code is dead. */
  attemptsPerCode: 5,
  /** Failed attempts in a minute, over all callers, before pairing pauses. */
  failuresPerMinute: 30,
} as const;

const MINUTE_MS = 60_000;
const CREDENTIAL_BYTES = 32;

/** Credentials and codes are kept only as this. Both are random, so that a plain hash is enough. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** What people may add when they type a code: spaces, hyphens, small letters. */
const normaliseCode = (code: string): string => code.toUpperCase().replaceAll(/[\s-]/gu, '');

function makeCode(): string {
  const { alphabet, codeChars } = PAIRING_LIMITS;
  return Array.from({ length: codeChars }, () => alphabet[randomInt(alphabet.length)]).join('');
}

export interface Pairing {
  /** A code that works once, for this kind and store, for a limited time. Replaces an older code of the same store. */
  createCode(wish: PairingWish): Promise<PairingCode>;
  pair(request: { code: string; kind: CredentialKind; name: string }): Promise<Omit<PairAnswer, 'mqttUrl' | 'root'>>;
  /** A credential for the hub's own command line. */
  issueOperator(name: string): Promise<{ id: string; credential: string }>;
  /** A credential for a partner, without a code. */
  issuePartner(name: string, scopes: readonly PartnerScope[]): Promise<{ id: string; credential: string }>;
  /** Null when unknown or revoked. */
  identify(credential: string): Promise<CredentialRecord | null>;
}

export interface PairingPorts {
  readonly storage: HubStorage;
  readonly clock: Clock;
  readonly codeMinutes: number;
}

export function createPairing({ storage, clock, codeMinutes }: PairingPorts): Pairing {
  let failures: number[] = [];

  const assertCalm = (): void => {
    const now = clock.now();
    failures = failures.filter((at) => now - at < MINUTE_MS);
    if (failures.length >= PAIRING_LIMITS.failuresPerMinute) throw new HubFault('HUB_PAIRING_BUSY');
  };

  const issue = async (
    kind: 'operator' | 'partner',
    name: string,
    scopes: readonly PartnerScope[],
  ): Promise<{ id: string; credential: string }> => {
    const credential = randomBytes(CREDENTIAL_BYTES).toString('base64url');
    const id = randomUUID();
    const hash = hashSecret(credential);
    const about = { createdAt: instantOf(clock.now()), revokedAt: null };
    await storage.registry.putCredential({ id, hash, kind, name, store: null, scopes: [...scopes], ...about });
    return { id, credential };
  };

  return {
    createCode: async ({ kind, store, scopes }) => {
      if (kind === 'store') {
        const known = await storage.registry.stores();
        if (!known.some(({ id }) => id === store)) throw new HubFault('HUB_STORE_UNKNOWN', store ?? '');
      }
      if ((kind === 'partner') !== (scopes !== undefined))
        throw new HubFault('HUB_REQUEST_INVALID', 'body scopes: of a partner, and of nobody else');
      const code = makeCode();
      const now = clock.now();
      const expiresAt = instantOf(now + codeMinutes * MINUTE_MS);
      const of = kind === 'store' ? (store ?? null) : null;
      const held = { codeHash: hashSecret(code), kind, store: of, scopes: [...(scopes ?? [])], expiresAt };
      await storage.registry.putPairingCode(held, instantOf(now));
      return {
        code,
        kind,
        expiresAt,
        ...(of === null ? {} : { store: of }),
        ...(scopes === undefined ? {} : { scopes }),
      };
    },
    pair: async ({ code, kind, name }) => {
      assertCalm();
      const credential = randomBytes(CREDENTIAL_BYTES).toString('base64url');
      const record = await storage.registry.redeemPairingCode({
        codeHash: hashSecret(normaliseCode(code)),
        kind,
        now: instantOf(clock.now()),
        maxAttempts: PAIRING_LIMITS.attemptsPerCode,
        credential: { id: randomUUID(), hash: hashSecret(credential), name },
      });
      if (record === null) {
        failures.push(clock.now());
        throw new HubFault('HUB_PAIRING_CODE_REFUSED');
      }
      const { id: credentialId, store, scopes } = record;
      const more = kind === 'partner' ? { scopes } : {};
      return { kind, credentialId, credential, name, ...(store === null ? {} : { store }), ...more };
    },
    issueOperator: (name) => issue('operator', name, []),
    issuePartner: (name, scopes) => issue('partner', name, scopes),
    identify: (credential) => storage.registry.credentialByHash(hashSecret(credential)),
  };
}
