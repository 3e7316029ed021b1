import type { StaffSession } from '@tillside/agent-contract';
import { AgentError } from '../errors.ts';
import { type Clock, instantOf, type Random } from '../ports.ts';
import type { Pins } from './pins.ts';

const SESSION_LIFE_MS = 8 * 3_600_000;
const MAX_SESSIONS = 200;

/** PIN sessions of paired phones; in memory, so that a restart signs everybody out. */
export class StaffSessions {
  #pins: Pins;
  #clock: Clock;
  #random: Random;
  #sessions = new Map<string, { deviceId: string; staffId: string; name: string; expiresAt: number }>();

  constructor(options: { pins: Pins; clock: Clock; random: Random }) {
    this.#pins = options.pins;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  /** Throws PIN_REFUSED, TOO_MANY_ATTEMPTS. */
  async signIn(deviceId: string, pin: string): Promise<StaffSession> {
    const member = await this.#pins.memberOf(deviceId, pin);
    const session = this.#random.bytes(24).toString('base64url');
    const expiresAt = this.#clock.now() + SESSION_LIFE_MS;
    const oldest = this.#sessions.keys().next();
    if (this.#sessions.size >= MAX_SESSIONS && oldest.done === false) this.#sessions.delete(oldest.value);
    this.#sessions.set(session, { deviceId, staffId: member.id, name: member.name, expiresAt });
    const { id, name, role } = member;
    return { session, staffId: id, name, role, expiresAt: instantOf(expiresAt) };
  }

  /** Idempotent. */
  signOut(session: string | undefined): void {
    if (session !== undefined) this.#sessions.delete(session);
  }

  /** Throws STAFF_SESSION_ENDED. */
  check(deviceId: string, session: string | undefined): { staffId: string; name: string } {
    const found = session === undefined ? undefined : this.#sessions.get(session);
    if (found === undefined || found.deviceId !== deviceId || found.expiresAt < this.#clock.now())
      throw new AgentError('STAFF_SESSION_ENDED');
    return { staffId: found.staffId, name: found.name };
  }
}
