import { readNumericCode, readRotatingCode } from '@tillside/decide';
import { AgentError } from '../errors.ts';
import type { Reader } from '../journal/index.ts';
import { type Member, memberByCode, memberById } from './members.ts';
import { Visits } from './visits.ts';

/**
 * Who is at a kiosk, by the word of the visit or a printed code. What a phone shows opens a visit, once, and nothing else: whoever reads it over a shoulder could use it here for
 * as long as it lasts. Throws VISIT_ENDED, MEMBER_UNKNOWN.
 */
export function visitorOf(
  reader: Reader,
  { visits, nowMs }: { visits: Visits; nowMs: number },
  deviceId: string,
  code: string,
): Member {
  const isOfPhone = readRotatingCode(code) !== undefined || readNumericCode(code) !== undefined;
  if (isOfPhone) throw new AgentError('VISIT_ENDED');
  const member = Visits.isWord(code)
    ? memberById(reader, visits.memberOf(deviceId, code))
    : memberByCode(reader, code, nowMs);
  if (member === undefined) throw new AgentError('MEMBER_UNKNOWN');
  return member;
}
