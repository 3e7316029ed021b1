import { ACCESS_ERRORS } from './errors/access.ts';
import { BASKET_ERRORS } from './errors/basket.ts';
import { CONTENT_ERRORS } from './errors/content.ts';
import { MACHINE_ERRORS } from './errors/machine.ts';
import { MEMBER_PACK_ERRORS } from './errors/member-pack.ts';
import { ODOO_ERRORS } from './errors/odoo.ts';
import { OTHER_STORE_ERRORS } from './errors/other-store.ts';
import { PEOPLE_ERRORS } from './errors/people.ts';
import { PHONE_ERRORS } from './errors/phone.ts';
import { POSLOG_ERRORS } from './errors/poslog.ts';
import { RECEIPT_ERRORS } from './errors/receipts.ts';
import { SALE_ERRORS } from './errors/sale.ts';
import { SHELF_ERRORS } from './errors/shelf.ts';

/** Every code an agent answers with. docs/errors.md is generated from this table and tested to hold the same set. */
export const AGENT_ERRORS = {
  ...ACCESS_ERRORS,
  ...BASKET_ERRORS,
  ...SALE_ERRORS,
  ...OTHER_STORE_ERRORS,
  ...RECEIPT_ERRORS,
  ...PEOPLE_ERRORS,
  ...PHONE_ERRORS,
  ...MEMBER_PACK_ERRORS,
  ...SHELF_ERRORS,
  ...CONTENT_ERRORS,
  ...MACHINE_ERRORS,
  ...POSLOG_ERRORS,
  ...ODOO_ERRORS,
} as const;

export type AgentErrorCode = keyof typeof AGENT_ERRORS;
