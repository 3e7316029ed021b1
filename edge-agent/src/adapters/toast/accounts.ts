import type { Locale } from '@tillside/agent-contract';
import { phoneOf } from '@tillside/decide';
import type { z } from 'zod';
import { AgentError } from '../../errors.ts';
import type { KeyRing, Reader, Tx } from '../../journal/index.ts';
import { type Member, memberByCode, memberById, memberByPhone } from '../../members/members.ts';
import { signUp } from '../../members/sign-up.ts';
import { balanceOf } from '../../points/balance.ts';
import type { Clock, Random } from '../../ports.ts';
import { Refusal } from './refusal.ts';
import type { SeenCodes } from './seen-codes.ts';
import type { AccountInfo, LoyaltyTransactionResponse, SearchInformation, SignupInformation } from './wire.ts';

export interface AccountDeps extends AccountLookup {
  readonly random: Random;
  readonly indexKey: Buffer;
  readonly keys: KeyRing;
  readonly locale: Locale;
  /** Calling code of phones that come as ten digits. */
  readonly countryCode: string;
  /** Version of the membership terms that a guest agrees to by signing up; undefined: nobody signs up here. */
  readonly membershipTextVersion: string | undefined;
}

const LAST_CHARS = 4;
const MEMBER: Record<Locale, string> = { 'zh-CN': '会员', en: 'Member' };

/**
 * An account holds a pseudonymous id and points; who it is stays sealed. The POS names the check's tab after the first and last name that it is told: it gets a word and the end of
 * the id. A phone goes back only to who typed it.
 */
export const accountOf = (memberId: string, points: number, locale: Locale, phone?: string): AccountInfo => ({
  identifier: memberId,
  firstName: MEMBER[locale],
  lastName: memberId.slice(-LAST_CHARS),
  ...(phone === undefined ? {} : { phone }),
  pointsBalance: String(Math.max(0, points)),
});

/** How an account is found, and when. */
export interface AccountLookup {
  readonly clock: Clock;
  readonly seen: SeenCodes;
}

/** By the id that this store gave the POS, or by the member's code as it was scanned or keyed, a rotating one also when it was good earlier today. */
export function memberOf(
  reader: Reader,
  { clock, seen }: AccountLookup,
  loyaltyIdentifier: string,
): Member | undefined {
  const byId = memberById(reader, loyaltyIdentifier);
  if (byId !== undefined) return byId;
  const atMs = clock.now();
  try {
    const member = memberByCode(reader, loyaltyIdentifier, atMs);
    if (member !== undefined) seen.note(loyaltyIdentifier, member.memberId, atMs);
    return member;
  } catch (error) {
    if (!(error instanceof AgentError) || error.code !== 'MEMBER_CODE_EXPIRED') throw error;
    const memberId = seen.memberOf(loyaltyIdentifier, atMs);
    return memberId === undefined ? undefined : memberById(reader, memberId);
  }
}

/** Throws ERROR_ACCOUNT_INVALID. */
export function knownMember(
  reader: Reader,
  lookup: AccountLookup,
  loyaltyIdentifier: string | null | undefined,
): Member {
  if (loyaltyIdentifier === null || loyaltyIdentifier === undefined)
    throw new Refusal('ERROR_INVALID_INPUT_PROPERTIES', 'checkTransactionInformation.loyaltyIdentifier is missing');
  const member = memberOf(reader, lookup, loyaltyIdentifier);
  if (member === undefined) throw new Refusal('ERROR_ACCOUNT_INVALID', 'no account has this loyaltyIdentifier');
  return member;
}

/** E.164; undefined for what is none. The contract's phones are ten digits without a country; longer ones are read as typed. */
export const typedPhone = (typed: string, countryCode: string): string | undefined =>
  phoneOf(/^\d{10}$/.test(typed.trim()) ? `+${countryCode}${typed.trim()}` : typed);

/** A member's code as a card shows it, typed or scanned into whichever field. */
const CODE = /^T[MR]:/i;

/** Accounts by phone or by a member's code. Names and e-mail addresses are not known here. Throws ERROR_ACCOUNT_INVALID. */
export function search(
  reader: Reader,
  deps: AccountDeps,
  { searchCriteria }: z.output<typeof SearchInformation>,
): LoyaltyTransactionResponse {
  const { firstName, lastName, email, phone } = searchCriteria;
  const asked = [phone, lastName, firstName, email].map((text) => text?.trim() ?? '').filter((text) => text !== '');
  if (asked.length === 0) throw new Refusal('ERROR_INVALID_INPUT_PROPERTIES', 'searchCriteria are empty');
  const code = asked.find((text) => CODE.test(text));
  const accounts: AccountInfo[] = [];
  const balanceAt = ({ memberId }: Member): number => balanceOf(reader, memberId, deps.clock.now()).available;
  if (code !== undefined) {
    const member = memberOf(reader, deps, code);
    if (member !== undefined) accounts.push(accountOf(member.memberId, balanceAt(member), deps.locale));
  } else if (phone !== null && phone !== undefined) {
    const member = memberByTypedPhone(reader, deps, phone);
    if (member !== undefined) accounts.push(accountOf(member.memberId, balanceAt(member), deps.locale, phone));
  }
  if (accounts.length === 0) throw new Refusal('ERROR_ACCOUNT_INVALID', 'no account matches');
  return { transactionStatus: 'ACCEPT', searchResponse: { accounts } };
}

function memberByTypedPhone(reader: Reader, deps: AccountDeps, typed: string): Member | undefined {
  const phone = typedPhone(typed, deps.countryCode);
  return phone === undefined ? undefined : memberByPhone(reader, deps.indexKey, phone);
}

/**
 * The contract carries no consent. By signing up at a POS that shows the store's terms a guest agrees to membership, in the version that the config names, and to nothing else:
 * personalisation and marketing are recorded as not given. Without such a version nobody signs up here. Throws ERROR, ERROR_ALREADY_REGISTERED, PHONE_REFUSED.
 */
export function signup(
  tx: Tx,
  deps: AccountDeps,
  { phone }: z.output<typeof SignupInformation>,
): { answer: LoyaltyTransactionResponse; memberId: string } {
  const textVersion = deps.membershipTextVersion;
  if (textVersion === undefined)
    throw new Refusal('ERROR', 'sign-up is off: toast.membershipTextVersion is not set in the config of the agent');
  if (phone === null || phone === undefined || phone === '')
    throw new Refusal('ERROR', 'accounts are by phone: an e-mail address alone makes none');
  const consents = (['membership', 'personalisation', 'marketing'] as const).map((purpose) => ({
    purpose,
    granted: purpose === 'membership',
    textVersion,
  }));
  try {
    // What is no phone is refused by signUp in its own words.
    const read = typedPhone(phone, deps.countryCode) ?? phone;
    const { memberId } = signUp(tx, deps, { phone: read, consents, channel: 'till' });
    return { answer: { transactionStatus: 'ACCEPT', signupResponse: { loyaltyIdentifier: memberId } }, memberId };
  } catch (error) {
    if (error instanceof AgentError && error.code === 'MEMBER_EXISTS')
      throw new Refusal('ERROR_ALREADY_REGISTERED', 'the phone is registered already');
    throw error;
  }
}
