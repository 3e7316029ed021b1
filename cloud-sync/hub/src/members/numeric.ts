import { readNumericCode } from '@tillside/decide';
import type { HubStorage } from '../storage/port.ts';
import { stepOfPassword } from './phones.ts';

/** Whose 18-digit code it is: null for no code or nobody's. `checked`: its changing part is right, and was not used before. */
export async function checkNumeric(
  { directory, secrets }: HubStorage['members'],
  code: string,
  nowMs: number,
): Promise<{ memberId: string; checked: boolean } | null> {
  const read = readNumericCode(code);
  const member = read && (await directory.find({ number: read.number }));
  if (read === undefined || !member) return null;
  const { memberId } = member;
  const secret = await secrets.get(memberId);
  const step = secret === null ? null : stepOfPassword(secret, read, nowMs);
  return { memberId, checked: step !== null && (await secrets.use(memberId, step)) };
}
