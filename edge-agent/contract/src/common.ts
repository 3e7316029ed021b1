import { Fen, Names } from '@tillside/decide';
import { z } from 'zod';

export { Fen, Names };
export const Id = z.string().min(1).max(64);
export const Instant = z.iso.datetime({ offset: true });
export const BusinessDate = z.iso.date();
export const Locale = z.enum(['zh-CN', 'en']);
export type Locale = z.infer<typeof Locale>;

/** A sentence in both languages; pages pick one. */
export const Words = z.strictObject({ zh: z.string(), en: z.string() });
export type Words = z.infer<typeof Words>;

/** Every refusal has this shape, in the language of `Accept-Language` (zh-CN unless English is asked for). */
export const ErrorBody = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  requestId: z.string(),
  fields: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/**
 * Who may call a route: `public` nobody's secret; `terminal` a paired POS; `kiosk`; `staff` a paired phone; `staff-session` a paired phone with a PIN
 * session (header `X-Staff-Session`); `display` a paired customer display; `admin` the machine's own operator; `paired` any of them.
 */
export const AUTH_KINDS = [
  'public',
  'terminal',
  'kiosk',
  'staff',
  'staff-session',
  'display',
  'admin',
  'paired',
] as const;
export type AuthKind = (typeof AUTH_KINDS)[number];

/** Writes of a till carry this header; the same key with the same body answers the same, with another body it is refused. */
export const IDEMPOTENCY_HEADER = 'idempotency-key';
export const STAFF_SESSION_HEADER = 'x-staff-session';
