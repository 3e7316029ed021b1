import { z } from 'zod';

const LINE_ENDS = [0x0d, 0x0a] as const;

/** CR, LF and CR LF are all taken as line ends, since a scanner that sends another one of them still sends whole codes. */
export const SUFFIX_BYTES = { CR: LINE_ENDS, LF: LINE_ENDS, CRLF: LINE_ENDS, ETX: [0x03], TAB: [0x09] } as const;

export const SerialScannerOptions = z.strictObject({
  /** Text before each code, e.g. STX as `\u0002`; what stands before it is dropped. */
  prefix: z.string().max(8).default(''),
  suffix: z.enum(['CR', 'LF', 'CRLF', 'ETX', 'TAB']).default('CR'),
  /** Whose label identifiers stand before each code in place of AIM ones; `none`: AIM identifiers, or nothing. */
  labelIds: z.enum(['none', 'datalogic']).default('none'),
  /** The same code again within this time is the same scan. */
  duplicateWindowMs: z.number().int().min(0).max(10_000).default(500),
  /** A code that stays without suffix for this long is dropped and told. */
  idleTimeoutMs: z.number().int().min(20).max(5_000).default(300),
});
export type SerialScannerOptions = z.infer<typeof SerialScannerOptions>;
