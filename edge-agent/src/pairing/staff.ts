import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import type { StaffSession } from '@tillside/agent-contract';
import { AgentError } from '../errors.ts';
import { type Clock, instantOf, type Random } from '../ports.ts';

const SESSION_LIFE_MS = 8 * 3_600_000;
const MAX_SESSIONS = 200;
const MAX_MISSES = 5;
const PAUSE_MS = 3 * 60_000;
const HASH_BYTES = 32;
const SALT_BYTES = 16;

export interface StaffMember {
  id: string;
  name: string;
  /** `scrypt:<salt>:<hash>`, base64url; made by `tillside-agent hash-pin`. */
  pinHash: string;
}

export function hashPin(pin: string, salt: Buffer = randomBytes(SALT_BYTES)): string {
  return `scrypt:${salt.toString('base64url')}:${scryptSync(pin, salt, HASH_BYTES).toString('base64url')}`;
}

function pinFits(pin: string, stored: string): boolean {
  const [kind, salt, hash] = stored.split(':');
  if (kind !== 'scrypt' || salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, 'base64url');
  return timingSafeEqual(scryptSync(pin, Buffer.from(salt, 'base64url'), wanted.length), wanted);
}

/** PIN sessions of paired phones; in memory, so that a restart signs everybody out. A phone that keeps missing is paused. */
export class StaffSessions {
  #staff: readonly StaffMember[];
  #clock: Clock;
  #random: Random;
  #sessions = new Map<string, { deviceId: string; staffId: string; name: string; expiresAt: number }>();
  #misses = new Map<string, { count: number; pausedUntil: number }>();

  constructor(options: { staff: readonly StaffMember[]; clock: Clock; random: Random }) {
    this.#staff = options.staff;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  /** Throws PIN_REFUSED, TOO_MANY_ATTEMPTS. */
  signIn(deviceId: string, pin: string): StaffSession {
    const now = this.#clock.now();
    const misses = this.#misses.get(deviceId) ?? { count: 0, pausedUntil: 0 };
    if (now < misses.pausedUntil) throw new AgentError('TOO_MANY_ATTEMPTS');
    const member = this.#staff.find((person) => pinFits(pin, person.pinHash));
    if (member === undefined) {
      const count = misses.count + 1;
      this.#misses.set(
        deviceId,
        count >= MAX_MISSES ? { count: 0, pausedUntil: now + PAUSE_MS } : { count, pausedUntil: 0 },
      );
      throw new AgentError('PIN_REFUSED');
    }
    this.#misses.delete(deviceId);
    const session = this.#random.bytes(24).toString('base64url');
    const expiresAt = now + SESSION_LIFE_MS;
    const oldest = this.#sessions.keys().next();
    if (this.#sessions.size >= MAX_SESSIONS && oldest.done === false) this.#sessions.delete(oldest.value);
    this.#sessions.set(session, { deviceId, staffId: member.id, name: member.name, expiresAt });
    return { session, staffId: member.id, name: member.name, expiresAt: instantOf(expiresAt) };
  }

  /** Throws STAFF_SESSION_ENDED. */
  check(deviceId: string, session: string | undefined): { staffId: string; name: string } {
    const found = session === undefined ? undefined : this.#sessions.get(session);
    if (found === undefined || found.deviceId !== deviceId || found.expiresAt < this.#clock.now())
      throw new AgentError('STAFF_SESSION_ENDED');
    return { staffId: found.staffId, name: found.name };
  }
}
