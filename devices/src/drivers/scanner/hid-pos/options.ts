import { z } from 'zod';

export const HidPosOptions = z.strictObject({
  /**
   * `aim`: the AIM identifier stands before the data, as the USB-IF's scanned data report has it; `plain`: the data follows the length at once,
   * as some makers of scan engines have it.
   */
  layout: z.enum(['aim', 'plain']).default('aim'),
  /** Length of an input report by the device's descriptor, its report id included; "continued" is in its last byte. */
  reportBytes: z.number().int().min(16).max(1024).default(64),
  /** The same code again within this time is the same scan. */
  duplicateWindowMs: z.number().int().min(0).max(10_000).default(500),
  /** A code whose next report does not come for this long is dropped and told. */
  continueTimeoutMs: z.number().int().min(20).max(5_000).default(300),
});
export type HidPosOptions = z.infer<typeof HidPosOptions>;
