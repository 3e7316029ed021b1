import { randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AgentError } from '../errors.ts';
import type { Clock } from '../ports.ts';

const MAX_MISSES = 5;
const PAUSE_MS = 3 * 60_000;
const HASH_BYTES = 32;
const SALT_BYTES = 16;

const derive = promisify<string, Buffer, number, Buffer>(scrypt);

export interface StaffMember {
  id: string;
  name: string;
  /** `scrypt:<salt>:<hash>`, base64url; made by `tillside-agent hash-pin`. */
  pinHash: string;
  /** What they may approve at a till. */
  role: 'clerk' | 'supervisor';
}

export function hashPin(pin: string, salt: Buffer = randomBytes(SALT_BYTES)): string {
  return `scrypt:${salt.toString('base64url')}:${scryptSync(pin, salt, HASH_BYTES).toString('base64url')}`;
}

async function pinFits(pin: string, stored: string): Promise<boolean> {
  const [kind, salt, hash] = stored.split(':');
  if (kind !== 'scrypt' || salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, 'base64url');
  return timingSafeEqual(await derive(pin, Buffer.from(salt, 'base64url'), wanted.length), wanted);
}

/** Whose PIN it is. A device that keeps missing is paused, whatever it wanted the PIN for. The work is done off the main thread: tills go on meanwhile. */
export class Pins {
  #staff: readonly StaffMember[];
  #clock: Clock;
  #misses = new Map<string, { count: number; pausedUntil: number }>();

  constructor(options: { staff: readonly StaffMember[]; clock: Clock }) {
    this.#staff = options.staff;
    this.#clock = options.clock;
  }

  /** Throws PIN_REFUSED, TOO_MANY_ATTEMPTS. */
  async memberOf(deviceId: string, pin: string): Promise<StaffMember> {
    const now = this.#clock.now();
    const misses = this.#misses.get(deviceId) ?? { count: 0, pausedUntil: 0 };
    // A pause that is longer than any can be was begun by a clock that has since been set back.
    if (now < misses.pausedUntil && misses.pausedUntil - now <= PAUSE_MS) throw new AgentError('TOO_MANY_ATTEMPTS');
    // Counted before the answer is known: requests at once must not get more guesses than one after the other.
    const count = misses.count + 1;
    this.#misses.set(
      deviceId,
      count >= MAX_MISSES ? { count: 0, pausedUntil: now + PAUSE_MS } : { count, pausedUntil: 0 },
    );
    for (const member of this.#staff) {
      if (await pinFits(pin, member.pinHash)) {
        this.#misses.delete(deviceId);
        return member;
      }
    }
    throw new AgentError('PIN_REFUSED');
  }
}
