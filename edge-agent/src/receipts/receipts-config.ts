import { PrinterEncoding, ReceiptColumns } from '@tillside/agent-contract';
import { z } from 'zod';

/** Key `receipts` of the agent's config: what the store's receipt printers are, where a till does not say otherwise. */
export const ReceiptsConfig = z.strictObject({
  /** 58 mm paper: 32; 80 mm: 42 or 48. */
  columns: ReceiptColumns.default(48),
  /** `ascii` for printers without Chinese characters. */
  encoding: PrinterEncoding.default('gb18030'),
  /** The printer opens the cash drawer with the original of a receipt that moved cash. */
  drawer: z.boolean().default(false),
});
export type ReceiptsConfig = z.infer<typeof ReceiptsConfig>;
