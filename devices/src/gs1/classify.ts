import type { ScanKind } from '../contract/event.ts';
import { GS1_AIMS, splitAim } from './aim.ts';
import { FNC1, gtinOfDigitalLink, gtinOfElementString } from './element-string.ts';
import { isRestricted, toGtin14 } from './gtin.ts';

export interface ClassifiedScan {
  readonly aim?: string;
  /** Without AIM identifier; a payment code is masked to its first two digits. */
  readonly data: string;
  readonly kind: ScanKind;
  readonly gtin?: string;
  readonly ownPrefix?: string;
}

/** Text before the colon of codes that we print: TM = member, TC = coupon. */
const OWN_CODE = /^(TM|TC):./s;

/** One-time payment codes: WeChat Pay has 18 digits from 10 to 15, Alipay 16 to 24 digits from 25 to 30 (their merchant API manuals). */
const PAYMENT_CODE = /^(?:1[0-5]\d{16}|(?:2[5-9]|30)\d{14,22})$/;

/** What a scanned text is, by syntax alone. Never throws; what fits nothing is `text`. */
export function classifyScan(raw: string): ClassifiedScan {
  const { aim, data } = splitAim(raw);
  return { ...(aim === undefined ? {} : { aim }), ...classifyData(data, aim) };
}

function classifyData(data: string, aim: string | undefined): Omit<ClassifiedScan, 'aim'> {
  const own = OWN_CODE.exec(data)?.[1];
  if (own) return { data, kind: 'own', ownPrefix: own };
  if ((aim && GS1_AIMS.has(aim)) || data.startsWith(FNC1)) {
    return { data, kind: 'gs1', ...withGtin(gtinOfElementString(data)) };
  }
  const gtin = toGtin14(data);
  if (gtin) return { data, kind: isRestricted(gtin) ? 'in-store' : 'gtin', gtin };
  // A one-time code is money: the whole of it never enters an event.
  if (PAYMENT_CODE.test(data)) return { data: `${data.slice(0, 2)}${'*'.repeat(data.length - 2)}`, kind: 'payment' };
  const linked = gtinOfDigitalLink(data);
  if (linked) return { data, kind: 'digital-link', gtin: linked };
  return { data, kind: 'text' };
}

function withGtin(gtin: string | undefined): { gtin?: string } {
  return gtin === undefined ? {} : { gtin };
}
