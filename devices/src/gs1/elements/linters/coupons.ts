import { isNumeric } from './characters.ts';
import { yymmdd } from './dates.ts';
import { type Finding, finding, type Linter } from './linter.ts';

/** Reads one field at a place and gives the place after it, or what is wrong. */
type Field = (text: string, at: number) => number | Finding;

/** `count` digits. */
const digits =
  (name: string, count: number): Field =>
  (text, at) => {
    if (at + count <= text.length) return at + count;
    return finding(at === text.length ? 'ELEMENT_COUPON_MISSING' : 'ELEMENT_COUPON_CUT', at, name);
  };

/** One digit out of `allowed`. */
const code =
  (name: string, allowed: string): Field =>
  (text, at) => {
    if (at === text.length) return finding('ELEMENT_COUPON_MISSING', at, name);
    return allowed.includes(text.charAt(at)) ? at + 1 : finding('ELEMENT_COUPON_CODE', at, name);
  };

/** A digit out of `lengths`, then that digit plus `more` digits; where 9 is allowed beside shorter ones, it says "none". */
const sized =
  (name: string, lengths: string, more: number): Field =>
  (text, at) => {
    if (at === text.length) return finding('ELEMENT_COUPON_MISSING', at, name);
    const length = text.charAt(at);
    if (!lengths.includes(length)) return finding('ELEMENT_COUPON_LENGTH', at, name);
    if (length === '9' && lengths === PREFIX_OR_NONE) return at + 1;
    const end = at + 1 + Number(length) + more;
    return end <= text.length ? end : finding('ELEMENT_COUPON_CUT', at + 1, name);
  };

const date =
  (name: string): Field =>
  (text, at) => {
    const end = digits(name, 6)(text, at);
    if (typeof end !== 'number') return end;
    const found = yymmdd(text.slice(at, end));
    return found ? finding('ELEMENT_COUPON_DATE', at + found.index, name) : end;
  };

const PREFIX = '0123456';
const PREFIX_OR_NONE = '01234569';
const ANY = '0123456789';

const purchase = (which: string): Field[] => [
  sized(`${which} purchase requirement`, '12345', 0),
  code(`${which} purchase requirement code`, '012349'),
  digits(`${which} purchase family code`, 3),
];

const HEAD: readonly Field[] = [
  sized('company prefix', PREFIX, 6),
  digits('offer code', 6),
  sized('save value', '12345', 0),
  ...purchase('first'),
];

/** Fields that begin with their number, in this order, each at most once. */
const OPTIONAL: readonly { readonly mark: string; readonly fields: readonly Field[] }[] = [
  {
    mark: '1',
    fields: [
      code('additional purchase rules code', '0123'),
      ...purchase('second'),
      sized('second purchase company prefix', PREFIX_OR_NONE, 6),
    ],
  },
  { mark: '2', fields: [...purchase('third'), sized('third purchase company prefix', PREFIX_OR_NONE, 6)] },
  { mark: '3', fields: [date('date of expiry')] },
  { mark: '4', fields: [date('start date')] },
  { mark: '5', fields: [sized('serial number', ANY, 6)] },
  { mark: '6', fields: [sized('retailer', '1234567', 6)] },
  {
    mark: '9',
    fields: [
      code('save value code', '01256'),
      code('item that the save value applies to', '012'),
      code('store coupon flag', ANY),
      code('flag against multiplying', '01'),
    ],
  },
];

/** Coupon of AI (8110): North American Coupon Application Guideline Using GS1 DataBar Expanded Symbols (GS1 US). */
export const couponcode: Linter = (text) => {
  const nonDigit = isNumeric(text);
  if (nonDigit) return nonDigit;
  let at = readAll(HEAD, text, 0);
  const starts = new Map<string, number>();
  for (const { mark, fields } of OPTIONAL) {
    if (typeof at !== 'number') return at;
    if (text.charAt(at) !== mark) continue;
    starts.set(mark, at + 1);
    at = readAll(fields, text, at + 1);
  }
  if (typeof at !== 'number') return at;
  return reversedDates(text, starts.get('3'), starts.get('4')) ?? excess(text, at);
};

/** Coupon of AI (8112): GS1 AI (8112) Coupon Data Specification (GS1 US). */
export const couponposoffer: Linter = (text) => {
  const nonDigit = isNumeric(text);
  if (nonDigit) return nonDigit;
  const fields = [
    code('format', '01'),
    sized('funder', PREFIX, 6),
    digits('offer code', 6),
    sized('serial number', ANY, 6),
  ];
  const at = readAll(fields, text, 0);
  return typeof at === 'number' ? excess(text, at) : at;
};

function readAll(fields: readonly Field[], text: string, start: number): number | Finding {
  let at = start;
  for (const field of fields) {
    const next = field(text, at);
    if (typeof next !== 'number') return next;
    at = next;
  }
  return at;
}

function reversedDates(text: string, expiry: number | undefined, start: number | undefined): Finding | undefined {
  if (expiry === undefined || start === undefined) return undefined;
  // Both within a few years of each other: no window of centuries is needed, as in GS1's own check.
  const reversed = text.slice(start, start + 6) > text.slice(expiry, expiry + 6);
  return reversed ? finding('ELEMENT_COUPON_DATES', start) : undefined;
}

function excess(text: string, at: number): Finding | undefined {
  return at < text.length ? finding('ELEMENT_COUPON_EXCESS', at) : undefined;
}
