import { z } from 'zod';
import { WEIGHT_UNITS } from './goods.ts';

const Id = z.string().min(1).max(64);

/** What files of another POS say in their own words. */
export const PoslogConfig = z.strictObject({
  /** `RetailStoreID` (version 6: `UnitID`) of this store; absent: its `storeId`. A transaction of any other waits in quarantine. */
  storeIds: z.array(z.string().min(1).max(32)).max(20).default([]),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'three letters of ISO 4217')
    .default('CNY'),
  /** By `WorkstationID`: the device id of a paired terminal, or the lane that it stands at. One that is not named is a terminal of its own, its lane named like it. */
  workstations: z.record(z.string().min(1).max(24), Id).default({}),
  /** What a `TenderType` or a `TenderID` is, where the built-in table has it wrong. */
  tenders: z.record(z.string().min(1).max(64), z.enum(['cash', 'token', 'voucher'])).default({}),
  /** Further values of `TransactionStatus` that mean sold. */
  soldStatuses: z.array(z.string().min(1).max(64)).max(50).default([]),
  /** Of a broken quantity that names no unit. */
  weightUnit: z
    .string()
    .refine((unit) => WEIGHT_UNITS.includes(unit), `one of ${WEIGHT_UNITS.join(', ')}`)
    .default('KGM'),
  /** The POS puts its files here; absent: none is watched. */
  dropFolder: z.string().min(1).optional(),
  /** A file that has not grown for so long is whole. */
  settleMs: z.int().min(0).max(600_000).default(2_000),
});
export type PoslogConfig = z.infer<typeof PoslogConfig>;
