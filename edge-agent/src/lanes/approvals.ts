import type { Approval, ApprovalAction, ApprovalRequest } from '@tillside/agent-contract';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Pins, StaffMember } from '../pairing/pins.ts';
import { type Clock, instantOf, type Random } from '../ports.ts';

const LIFE_MS = 2 * 60_000;
/** Approvals that wait to be used; the oldest gives way. */
const MAX_WAITING = 200;

/** The POS that asks. */
interface At {
  readonly deviceId: string;
}

/** What a role may approve. */
const MAY_APPROVE: Record<StaffMember['role'], ReadonlySet<ApprovalAction>> = {
  clerk: new Set(),
  supervisor: new Set(['price-override', 'return-without-receipt']),
};

interface Waiting {
  readonly terminalId: string;
  readonly action: ApprovalAction;
  readonly staffId: string;
  readonly at: number;
}

/** A supervisor's word for one action at one terminal: good once, for two minutes, and not over a restart. */
export class Approvals {
  #pins: Pins;
  #clock: Clock;
  #random: Random;
  #waiting = new Map<string, Waiting>();

  constructor(options: { pins: Pins; clock: Clock; random: Random }) {
    this.#pins = options.pins;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  /** Throws PIN_REFUSED, TOO_MANY_ATTEMPTS, APPROVAL_REFUSED (the role may not). */
  async approve({ deviceId }: At, { pin, action }: z.infer<typeof ApprovalRequest>): Promise<z.infer<typeof Approval>> {
    const { id: staffId, name, role } = await this.#pins.memberOf(deviceId, pin);
    if (!MAY_APPROVE[role].has(action)) throw new AgentError('APPROVAL_REFUSED', { detail: `(${role})` });
    const at = this.#clock.now();
    const approvalId = this.#random.uuid();
    const oldest = this.#waiting.keys().next();
    if (this.#waiting.size >= MAX_WAITING && oldest.done === false) this.#waiting.delete(oldest.value);
    this.#waiting.set(approvalId, { terminalId: deviceId, action, staffId, at });
    return { approvalId, action, staffId, name, expiresAt: instantOf(at + LIFE_MS) };
  }

  /**
   * Takes an approval, which is then gone: call it last, when nothing else can refuse the action. Throws APPROVAL_NEEDED (none was given), APPROVAL_REFUSED
   * (used, too old, or for another terminal or action).
   */
  useApproval({ deviceId }: At, approvalId: string | undefined, action: ApprovalAction): { staffId: string } {
    if (approvalId === undefined) throw new AgentError('APPROVAL_NEEDED', { detail: `(${action})` });
    const waiting = this.#waiting.get(approvalId);
    const now = this.#clock.now();
    if (
      waiting === undefined ||
      waiting.terminalId !== deviceId ||
      waiting.action !== action ||
      // Also one that a clock gave before it was set back.
      now < waiting.at ||
      now - waiting.at > LIFE_MS
    )
      throw new AgentError('APPROVAL_REFUSED');
    this.#waiting.delete(approvalId);
    return { staffId: waiting.staffId };
  }
}
