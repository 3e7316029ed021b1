import { CashRounding } from '@tillside/decide';
import { z } from 'zod';
import { BusinessDate, Fen, Id, Instant } from './common.ts';

/**
 * Receipt numbers of a terminal: `prefix` and a number of six digits or more. The agent gives `online` numbers out itself; while it can't be reached the till uses `alone` ones,
 * from `nextAlone` on: two series, so that a sale whose answer was lost never takes the number of the next one.
 */
export const Numbering = z.strictObject({
  online: z.strictObject({ prefix: z.string(), next: z.number().int() }),
  alone: z.strictObject({ prefix: z.string(), next: z.number().int() }),
});

/** A cashier signs on at a terminal. `businessDate` absent: the store's date now. `shiftId` absent: the agent counts shifts of the day, `1`, `2`… */
export const OpenSession = z.strictObject({
  cashierId: Id,
  businessDate: BusinessDate.optional(),
  shiftId: Id.optional(),
  /** Cash in the drawer at the start. */
  openingFloatFen: Fen.default(0),
  training: z.boolean().default(false),
});

export const TillSession = z.strictObject({
  sessionId: Id,
  terminalId: Id,
  lane: Id,
  cashierId: Id,
  shiftId: Id,
  businessDate: BusinessDate,
  training: z.boolean(),
  openingFloatFen: Fen,
  openedAt: Instant,
  closedAt: Instant.optional(),
  numbering: Numbering,
  /** How cash is rounded now, so that the till can say what cash has to pay of a mixed payment. Absent: it is not. */
  cashRounding: CashRounding.optional(),
});
export type TillSession = z.infer<typeof TillSession>;

export const CloseSession = z.strictObject({ countedCashFen: Fen.optional() });

export const ApprovalAction = z.enum(['price-override', 'return-without-receipt']);
export type ApprovalAction = z.infer<typeof ApprovalAction>;

/** A supervisor's PIN for one action at this terminal; good once and for two minutes. */
export const ApprovalRequest = z.strictObject({ pin: z.string().regex(/^\d{4,8}$/), action: ApprovalAction });
export const Approval = z.strictObject({
  approvalId: Id,
  action: ApprovalAction,
  staffId: Id,
  name: z.string(),
  expiresAt: Instant,
});
