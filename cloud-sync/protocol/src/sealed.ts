import { z } from 'zod';

/**
 * Personal fields, sealed under a per-member key that travels and is stored apart from events: erasing the key erases the person from
 * logs, exports and backups without breaking a hash chain. AES-256-GCM; `iv` 12 bytes, `box` ciphertext + 16-byte tag, both base64url;
 * additional data is the UTF-8 member id.
 */
export const Sealed = z.strictObject({
  alg: z.literal('A256GCM'),
  iv: z.string().length(16),
  box: z.string().max(4096),
});
export type Sealed = z.infer<typeof Sealed>;
