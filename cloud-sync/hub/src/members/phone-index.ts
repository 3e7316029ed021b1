import { createHmac } from 'node:crypto';

/** By which HQ finds a phone again (E.164) without keeping it: hex, under the hub's own `member-index` secret. A plain hash of a phone could be undone by trying them all. */
export const phoneIndexOf = (key: Buffer, phone: string): string =>
  createHmac('sha256', key).update(phone).digest('hex');
