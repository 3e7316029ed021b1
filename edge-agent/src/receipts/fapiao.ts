import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AgentError } from '../errors.ts';

/**
 * Hand-over of the e-invoice (数电发票). As stores in China commonly do it, the till does not issue invoices: the receipt carries a QR code, the shopper opens it, enters title, tax
 * number and mailbox there, and the retailer's invoice platform issues. What such platforms ask of a till's code is a number of the sale and the amount including tax with two
 * decimals; the goods reach them from HQ's sales. So nothing of a person is in the code, and a signature keeps anybody from writing one with another amount.
 *
 * What may be invoiced: what was paid, less what came back (a return after the invoice is the platform's to set off by a red one, 红字发票), and less what a prepaid card paid: the
 * seller may not invoice its holder, since the card's sale was invoiced (State Taxation Administration, announcement 53 of 2016, article 3).
 */
export interface FapiaoPort {
  /** Where the shopper asks for the invoice of a sale; undefined where nothing of it may be invoiced. */
  linkFor(sale: FapiaoSale): string | undefined;
}

export interface FapiaoSale {
  readonly saleId: string;
  readonly businessDate: string;
  readonly training: boolean;
  readonly paidFen: number;
  readonly tenders: readonly { readonly kind: string; readonly amountFen: number }[];
  /** Paid back, less what was asked for, over all returns so far. */
  readonly refundedFen: number;
  /** Nothing of it is left with the shopper. */
  readonly isReturned: boolean;
}

const PLACES = ['{store}', '{sale}', '{amount}', '{date}', '{sign}'] as const;
/** What fits a QR code that a phone still reads off 58 mm paper. */
const MAX_TEMPLATE_CHARS = 300;

/** Key `fapiao` of the agent's config. */
export const FapiaoConfig = z.strictObject({
  /** `https://...` with `{store}`, `{sale}`, `{amount}` (yuan, two decimals), `{date}` (business date) and `{sign}`. */
  urlTemplate: z
    .string()
    .max(MAX_TEMPLATE_CHARS)
    .startsWith('https://')
    .refine((template) => PLACES.every((place) => template.includes(place)), `needs ${PLACES.join(', ')}`),
  /** The secret shared with the invoice platform, as text in a file of its own. */
  keyFile: z.string().min(1),
  /** Tenders that were invoiced before: their part is taken off. */
  withoutTenders: z.array(z.enum(['voucher', 'cash', 'token'])).default(['voucher']),
});
export type FapiaoConfig = z.infer<typeof FapiaoConfig>;

const MIN_KEY_CHARS = 16;

/** Reads the key. Throws CONFIG_REFUSED where the file is not there or its key is short. */
export function readFapiaoKey(keyFile: string): string {
  let key: string;
  try {
    key = readFileSync(keyFile, 'utf8').trim();
  } catch (error) {
    throw new AgentError('CONFIG_REFUSED', { detail: `fapiao.keyFile: ${(error as Error).message}` });
  }
  if (key.length < MIN_KEY_CHARS)
    throw new AgentError('CONFIG_REFUSED', {
      detail: `fapiao.keyFile: a key has at least ${MIN_KEY_CHARS} characters`,
    });
  return key;
}

const yuanOf = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;

/** HMAC-SHA256 (RFC 2104, FIPS 180-4) in base64url over store, sale, amount and date as they stand in the link, a line feed between each two. */
export function fapiaoSign(key: string, parts: { store: string; sale: string; amount: string; date: string }): string {
  const text = [parts.store, parts.sale, parts.amount, parts.date].join('\n');
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** Fills the retailer's own template. */
export function fapiaoLinks(config: Omit<FapiaoConfig, 'keyFile'>, key: string, storeId: string): FapiaoPort {
  return {
    linkFor({ saleId, businessDate, training, isReturned, paidFen, tenders, refundedFen }) {
      if (training || isReturned) return undefined;
      const before = tenders
        .filter(({ kind }) => (config.withoutTenders as readonly string[]).includes(kind))
        .reduce((sum, { amountFen }) => sum + amountFen, 0);
      const fen = paidFen - before - refundedFen;
      if (fen <= 0) return undefined;
      const parts = { store: storeId, sale: saleId, amount: yuanOf(fen), date: businessDate };
      const filled = { ...parts, sign: fapiaoSign(key, parts) };
      return config.urlTemplate.replace(/\{(store|sale|amount|date|sign)\}/gu, (_place, name: keyof typeof filled) =>
        encodeURIComponent(filled[name]),
      );
    },
  };
}
