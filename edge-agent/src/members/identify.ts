import type { MemberTrust } from '@tillside/agent-contract';
import { CODE_STEPS_OFF, codeStep, readNumericCode, readRotatingCode } from '@tillside/decide';
import { AgentError } from '../errors.ts';
import type { Tx } from '../journal/index.ts';
import { type Member, memberByCode } from './members.ts';

/** Uses of codes that are over are forgotten this many at a time, with each use that is written down. */
const FORGET_AT_ONCE = 20;

export interface Showing {
  readonly code: string;
  readonly atMs: number;
  /** The basket or the visit that it opens: a code of a phone is good for one of them. */
  readonly usedFor: string;
  /** HQ was asked about a numeric code, and its changing part was right, for the first time. */
  readonly isChecked: boolean;
}

export interface Identified {
  readonly member: Member;
  readonly trust: MemberTrust;
}

/**
 * Whom a code names, and how sure that is: `signed` by the member's phone just now, `checked` by HQ, or no better than a `card` that anybody may have copied. Undefined for a code of nobody
 * that is known here. Throws MEMBER_CODE_EXPIRED, and MEMBER_CODE_USED for a code of a phone that opened another basket or visit in this store.
 */
export function identify(tx: Tx, { code, atMs, usedFor, isChecked }: Showing): Identified | undefined {
  const member = memberByCode(tx, code, atMs);
  if (member === undefined) return undefined;
  const rotating = readRotatingCode(code);
  if (rotating === undefined)
    return { member, trust: isChecked && readNumericCode(code) !== undefined ? 'checked' : 'card' };
  useOnce(tx, rotating.keyId, rotating.step, usedFor);
  forgetUses(tx, atMs);
  return { member, trust: 'signed' };
}

function useOnce(tx: Tx, keyId: string, step: number, usedFor: string): void {
  const isFirst =
    tx.run(
      'INSERT INTO member_code_use (key_id, step, used_for) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      keyId,
      step,
      usedFor,
    ) === 1;
  if (isFirst) return;
  const use = tx.get<{ used_for: string }>(
    'SELECT used_for FROM member_code_use WHERE key_id = ? AND step = ?',
    keyId,
    step,
  );
  if (use?.used_for !== usedFor) throw new AgentError('MEMBER_CODE_USED');
}

/**
 * A code that is out of time needs no memory of its use. What a clock that was set back may bring into time again is kept: an hour more than the window is wide, which is more than a
 * clock is set by where the network keeps it.
 */
const KEEP_STEPS = CODE_STEPS_OFF + 120;

function forgetUses(tx: Tx, atMs: number): void {
  tx.run(
    `DELETE FROM member_code_use WHERE (key_id, step) IN (
       SELECT key_id, step FROM member_code_use WHERE step < ? ORDER BY step LIMIT ?)`,
    codeStep(atMs) - KEEP_STEPS,
    FORGET_AT_ONCE,
  );
}

const RANK: Readonly<Record<MemberTrust, number>> = { card: 0, checked: 1, signed: 2 };

/** Of two ways in which one member was identified for one basket, the surer one counts. */
export const surer = (one: MemberTrust, other: MemberTrust): MemberTrust => (RANK[one] >= RANK[other] ? one : other);
