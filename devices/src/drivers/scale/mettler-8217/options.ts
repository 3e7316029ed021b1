import { z } from 'zod';

export const Mettler8217Options = z.strictObject({
  /** Unit the scale is set to; the wire does not say it. */
  unit: z.enum(['kg', 'lb']).default('kg'),
  /** Digits after the point: 3 for `01.234`. A scale that sends another number is refused. */
  decimals: z.number().int().min(0).max(4).default(3),
  /** Time between two requests while the weight is not steady. */
  pollMs: z.number().int().min(20).max(2_000).default(100),
  /** After this time without an answer the request is sent again. */
  replyTimeoutMs: z.number().int().min(50).max(5_000).default(500),
});
export type Mettler8217Options = z.infer<typeof Mettler8217Options>;
