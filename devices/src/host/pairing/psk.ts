import { constants, randomInt, scryptSync } from 'node:crypto';
import { condition, type DeviceConditionCode, DeviceError } from '../../conditions.ts';
import type { Condition } from '../../contract/event.ts';

/**
 * TLS with a shared key instead of certificates: one version, one suite. Each connection has a fresh X25519 key of its own (forward secret), an AEAD cipher, and proves
 * the shared key from both ends. See docs/adr/0009. Tickets and renegotiation are off: a key that was revoked must open nothing any more.
 */
export const PSK_SUITE = 'ECDHE-PSK-CHACHA20-POLY1305';
export const PSK_TLS = {
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
  ciphers: PSK_SUITE,
  ecdhCurve: 'X25519',
  secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
} as const;

export const KEY_BYTES = 32;
/** Identity of who knows a code and wants a key; of who has a key: `PEER_PREFIX` and the peer's id. */
export const PAIRING_IDENTITY = 'tillside-pair';
export const PEER_PREFIX = 'tillside-peer:';

/** Letters and digits that nobody confuses when reading them from a screen. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const GROUPS = 5;
const GROUP_LENGTH = 4;
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1_048_576 } as const;

/** A one-time code such as `7KQM-X2RD-9HTA-ECVB-4WNP`: 99 random bits. */
export function newPairingCode(): string {
  const letter = (): string => ALPHABET[randomInt(ALPHABET.length)] ?? '';
  const group = (): string => Array.from({ length: GROUP_LENGTH }, letter).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/**
 * The key that a code stands for, at one host only. Slow on purpose: who recorded an exchange and pretended to be the host could try codes against it.
 * Throws PAIRING_CODE_MALFORMED.
 */
export function pairingKey(code: string, hostId: string): Buffer {
  const letters = code.toUpperCase().replaceAll(/[\s-]/gu, '');
  if (letters.length !== GROUPS * GROUP_LENGTH || [...letters].some((letter) => !ALPHABET.includes(letter)))
    throw new DeviceError('PAIRING_CODE_MALFORMED');
  return scryptSync(letters, `tillside device host ${hostId}`, KEY_BYTES, SCRYPT);
}

/** What a failed connection means; `pairing`: it was made with a code rather than with a key. */
export function tlsCondition(error: NodeJS.ErrnoException, pairing: boolean): Condition {
  const named: Record<string, DeviceConditionCode> = pairing
    ? {
        ERR_SSL_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY: 'PAIRING_NOT_OPEN',
        ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC: 'PAIRING_CODE_WRONG',
      }
    : {
        ERR_SSL_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY: 'HOST_PEER_UNKNOWN',
        ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC: 'HOST_KEY_WRONG',
      };
  const code = error.code ?? '';
  const found = named[code];
  if (found !== undefined) return condition(found);
  return code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')
    ? condition('HOST_TLS_FAILED', code)
    : condition('HOST_UNREACHABLE', code || undefined);
}

/** `host:port`, an IPv6 host in brackets. Throws HOST_ADDRESS_INVALID. */
export function parseAddress(address: string): { host: string; port: number } {
  const [, six, plain, digits] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/iu.exec(address) ?? [];
  const host = six ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) throw new DeviceError('HOST_ADDRESS_INVALID', address);
  return { host, port };
}
