import { z } from 'zod';
import { Id, Instant, Locale } from './common.ts';

/** Digits of the code that a shopper is sent. */
export const PHONE_CODE_DIGITS = 6;

/** As it was typed: spaces around it do no harm, anything but six digits is a wrong code and no other refusal. */
const TypedCode = z.string().trim().min(1).max(12);
/** The word of a visit (`TV:...`), or a printed member code. */
const MemberWord = z.string().min(4).max(256);

/** Which message, and the code that stood in it. */
export const PhoneCodeShown = z.strictObject({ requestId: Id, code: TypedCode });
/** What a sign-up says of the phone. Without `code`: the message has not come; the member can show the code later. */
export const PhoneCodeOfSignUp = z.strictObject({ requestId: Id, code: TypedCode.optional() });

/** Phone in E.164 or as typed in mainland China (11 digits). */
export const SendPhoneCode = z.strictObject({ phone: z.string().min(5).max(24), locale: Locale });
export const PhoneCodeSent = z.strictObject({
  requestId: Id,
  /** `waiting`: the message can't get out now; it goes by itself as soon as it can. */
  state: z.enum(['sent', 'waiting']),
  digits: z.literal(PHONE_CODE_DIGITS),
  codeUntil: Instant,
  /** From then on another message may be asked for. */
  resendAt: Instant,
});
export type PhoneCodeSent = z.infer<typeof PhoneCodeSent>;

export const SendOwnCode = z.strictObject({ visit: MemberWord, locale: Locale });
/** Without `requestId` the code is that of the member's newest message, which may have come days after the sign-up. */
export const VerifyPhone = z.strictObject({ visit: MemberWord, requestId: Id.optional(), code: TypedCode });
