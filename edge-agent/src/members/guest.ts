import { DEFAULT_POINTS, isFreshStep, phoneOf, readNumericCode, readRotatingCode } from '@tillside/decide';
import type { EventBody } from '@tillside/protocol';
import { codeHash } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import { instantOf } from '../ports.ts';

export type GuestClaim = NonNullable<EventBody<'tillside.sale.completed.v1'>['guest']>;

/** What a shopper showed whom nobody here knows, as a basket keeps it. */
export type Guest = Omit<GuestClaim, 'points'>;

/**
 * A shopper whose code HQ could not be asked about is served as a guest; whose sale it was turns out at HQ. Of a printed code only its hash is kept; what a phone showed is of its
 * half minute and worth nothing later. Throws MEMBER_CODE_EXPIRED for a phone's code of another time, and MEMBER_UNKNOWN for a phone number: its bare hash could be tried out.
 */
export function guestOf(code: string, atMs: number): Guest {
  if (phoneOf(code) !== undefined) throw new AgentError('MEMBER_UNKNOWN');
  const at = instantOf(atMs);
  const rotating = readRotatingCode(code);
  if (rotating !== undefined && !isFreshStep(rotating.step, atMs)) throw new AgentError('MEMBER_CODE_EXPIRED');
  if (rotating !== undefined || readNumericCode(code) !== undefined) return { shown: code.trim(), at };
  return { codeHash: codeHash(code.trim().replace(/^TM:/i, '')), at };
}

/** The claim as it goes with the sale: with the points that the rule for everybody gives. */
export const claimOf = (
  guest: Guest,
  { payableFen, fenPerPoint = DEFAULT_POINTS.fenPerPoint }: { payableFen: number; fenPerPoint?: number | undefined },
): GuestClaim => ({ ...guest, points: Math.max(0, Math.floor(payableFen / fenPerPoint)) });
