import { z } from 'zod';

/** What a message is made of; anything else in double braces is a secret's name. */
export const MESSAGE_FIELDS = ['phone', 'phoneDigits', 'phoneLocal', 'code', 'text', 'locale', 'minutes'] as const;

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/u.test(host);

/** Codes of phones go over it. */
const providerUrl = z.url({ protocol: /^https?$/u }).refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || isLoopback(hostname);
}, 'https, or http on this machine');

const Template = z.record(z.string().min(1).max(64), z.json());

const HttpMessages = z.strictObject({
  kind: z.literal('http'),
  url: providerUrl,
  method: z.enum(['POST', 'PUT']).default('POST'),
  headers: z.record(z.string().min(1).max(64), z.string().max(2_000)).default({}),
  /** By name: files that each hold one secret; `{{name}}` stands for it in headers and body. */
  secretFiles: z.record(z.string().regex(/^[A-Za-z]\w{0,31}$/u), z.string().min(1)).default({}),
  /** `form`: application/x-www-form-urlencoded. */
  bodyType: z.enum(['json', 'form']).default('json'),
  /** `{{phone}}` (+8613800138000), `{{phoneDigits}}` (8613800138000), `{{phoneLocal}}` (13800138000 in mainland China, else as phone), `{{code}}`, `{{text}}`, `{{locale}}`, `{{minutes}}`. */
  body: Template,
  /** Of gateways that answer 200 to what they refuse: a path into the JSON answer, such as `result.0.code`, and what must stand there. */
  success: z
    .strictObject({ path: z.string().min(1).max(100), equals: z.union([z.string(), z.number(), z.boolean()]) })
    .optional(),
  timeoutMs: z.int().min(500).max(30_000).default(5_000),
});
export type HttpMessages = z.infer<typeof HttpMessages>;

/** How codes reach phones: by a provider's HTTP interface, or onto a page of this machine for a demo. */
export const MessagesConfig = z.discriminatedUnion('kind', [
  HttpMessages,
  z.strictObject({ kind: z.literal('outbox') }),
]);
export type MessagesConfig = z.infer<typeof MessagesConfig>;
