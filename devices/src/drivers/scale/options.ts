import { z } from 'zod';

/** Options that every scale asked over a line has; a driver spreads them into its own strict object. */
export const scaleOptions = {
  /** Time between two requests while the weight is not steady. */
  pollMs: z.number().int().min(20).max(2_000).default(100),
  /** After this time without an answer the request is sent again. */
  replyTimeoutMs: z.number().int().min(50).max(5_000).default(500),
  /** The scale's division in its own unit, e.g. `0.005`: a steady weight that is no multiple of it is refused. */
  division: z
    .string()
    .regex(/^\d{1,4}(?:\.\d{1,5})?$/)
    .refine((text) => /[1-9]/.test(text), 'a division is above zero')
    .optional(),
} as const;

export interface ScaleOptions {
  readonly pollMs: number;
  readonly replyTimeoutMs: number;
  readonly division?: string | undefined;
}
