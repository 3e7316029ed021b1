import type { ScanKind } from '../contract/event.ts';
import { splitAim, symbologyOf } from './aim.ts';
import { claimsDigitalLink, type DigitalLink, parseDigitalLink } from './digital-link/index.ts';
import { readEanUpc, type Trade } from './ean-upc.ts';
import { FNC1 } from './element-string.ts';
import { type Gs1Elements, parseElementString } from './elements/parse.ts';
import { checkDigit, isRestricted, parseGtin, toGtin14 } from './gtin.ts';
import { type InStoreReading, type InStoreRule, readInStore } from './in-store/index.ts';
import { maskPayment } from './payment.ts';
import { refusal } from './problems.ts';
import type { Gs1Element, Gs1Problem, Gs1Refusal, Gs1Result } from './types.ts';

/** Limits of the contract's ScanEvent. */
export const MAX_SCAN_LENGTH = 4096;
export const MAX_SCAN_ELEMENTS = 64;

/** Symbology of a scan whose scanner sends no AIM identifier, or one that ISO/IEC 15424 does not know. */
export const UNKNOWN_SYMBOLOGY = 'unknown';

interface ScanBase {
  /** Name by the AIM identifier, e.g. `QR Code`, or UNKNOWN_SYMBOLOGY. */
  readonly symbology: string;
  readonly aim?: string;
  /** Without AIM identifier; FNC1 is 0x1D. A payment code is masked to its first two digits. At most MAX_SCAN_LENGTH characters. */
  readonly data: string;
}

export interface ReadScan extends ScanBase, Meaning {
  readonly ok: true;
}

/** A code that claims to be one of GS1's and breaks its rules. The position is an index into `data`. */
export interface InvalidScan extends ScanBase {
  readonly ok: false;
  readonly kind: 'invalid';
  readonly problem: Gs1Problem;
}

export type ScanMeaning = ReadScan | InvalidScan;

interface Meaning {
  readonly kind: Exclude<ScanKind, 'invalid'>;
  /** 14 digits. Of an in-store code the digits of the code itself; the key of the item master is in `inStore`. */
  readonly gtin?: string;
  /** Of kinds `gs1` and `digital-link`. */
  readonly ais?: readonly Gs1Element[];
  /** There when a rule of the store reads the code. */
  readonly inStore?: InStoreReading;
  /** Of kind `own`: `TM`, `TR` and `77` (18 digits) member, `TC` coupon. */
  readonly ownPrefix?: string;
  /** Of kind `digital-link`. */
  readonly link?: Pick<DigitalLink, 'domain' | 'stem' | 'canonical' | 'parameters'>;
  /** Instead of the text that was scanned, of a payment code. */
  readonly masked?: string;
}

export interface ScanOptions {
  /** Rules for in-store codes, parsed by `InStoreRules`; none: such codes are told but not read. */
  readonly inStore: readonly InStoreRule[];
}

/**
 * What a scanned text means, by syntax and the store's rules alone. Never throws. An AIM identifier decides where it says what the data
 * are; without one the text itself does, and what fits nothing is `text`.
 */
export function parseScan(raw: string, { inStore }: ScanOptions): ScanMeaning {
  const { aim, data } = splitAim(raw);
  const base = {
    symbology: (aim && symbologyOf(aim)?.name) ?? UNKNOWN_SYMBOLOGY,
    ...(aim === undefined ? {} : { aim }),
  };
  const meaning = meaningOf(data, aim, inStore);
  if (meaning.ok) {
    const { masked, ...rest } = meaning.value;
    return { ok: true, ...base, data: masked ?? data, ...rest };
  }
  // A code is money even where the scanner says that it is something else.
  const masked = maskPayment(data);
  if (masked !== undefined) return { ok: true, ...base, data: masked, kind: 'payment' };
  return { ok: false, ...base, data: data.slice(0, MAX_SCAN_LENGTH), kind: 'invalid', problem: meaning.problem };
}

function meaningOf(data: string, aim: string | undefined, rules: readonly InStoreRule[]): Gs1Result<Meaning> {
  if (data.length > MAX_SCAN_LENGTH) return refusal('SCAN_TOO_LONG', MAX_SCAN_LENGTH);
  const ownPrefix = OWN_CODE.exec(data)?.[1];
  if (ownPrefix) return found({ kind: 'own', ownPrefix });
  const content = aim && symbologyOf(aim)?.content;
  if (content === 'elements') return meaningOfElements(parseElementString(data));
  const eanUpc = aim && readEanUpc(aim, data);
  if (eanUpc) return eanUpc.ok ? meaningOfTrade(eanUpc.value, rules) : eanUpc;
  if (aim?.startsWith(']I') && /^\d{14}$/.test(data)) {
    const itf = parseGtin(data);
    return itf.ok ? meaningOfTrade({ digits: data, gtin: itf.value.gtin14 }, rules) : itf;
  }
  return /^\d+$/.test(data) ? meaningOfDigits(data, rules) : meaningOfText(data);
}

/** Text before the colon of codes that we print: TM = member, TR = a member code that rotates, TC = coupon. */
const OWN_CODE = /^(TM|TR|TC):./s;

/** A member code for laser scanners: 18 digits that begin with 77, as no payment code does (payment.ts), and end with a check digit. */
const OWN_DIGITS = /^(77)\d{16}$/;

function found(value: Meaning): Gs1Result<Meaning> {
  return { ok: true, value };
}

function meaningOfDigits(data: string, rules: readonly InStoreRule[]): Gs1Result<Meaning> {
  const gtin = toGtin14(data);
  if (gtin) return meaningOfTrade({ digits: data, gtin }, rules);
  const reading = readInStore(data, rules);
  if (reading) return reading.ok ? found({ kind: 'in-store', inStore: reading.value }) : reading;
  const ownPrefix = OWN_DIGITS.exec(data)?.[1];
  if (ownPrefix && checkDigit(data.slice(0, -1)) === Number(data.at(-1))) return found({ kind: 'own', ownPrefix });
  return meaningOfText(data);
}

function meaningOfTrade({ digits, gtin, elements }: Trade, rules: readonly InStoreRule[]): Gs1Result<Meaning> {
  if (elements) return meaningOfElements({ ok: true, value: elements });
  const reading = readInStore(digits, rules);
  if (reading && !reading.ok) return reading;
  if (!reading) return found({ kind: isRestricted(gtin) ? 'in-store' : 'gtin', gtin });
  return found({ kind: 'in-store', gtin, inStore: reading.value });
}

function meaningOfElements(result: Gs1Result<Gs1Elements>): Gs1Result<Meaning> {
  if (!result.ok) return result;
  const { elements, gtin } = result.value;
  return tooMany(elements) ?? found({ kind: 'gs1', ais: elements, ...(gtin === undefined ? {} : { gtin }) });
}

function tooMany(elements: readonly Gs1Element[]): Gs1Refusal | undefined {
  return elements.length > MAX_SCAN_ELEMENTS ? refusal('SCAN_TOO_MANY_ELEMENTS', 0) : undefined;
}

function meaningOfText(data: string): Gs1Result<Meaning> {
  const masked = maskPayment(data);
  if (masked !== undefined) return goodsOf(data) ?? found({ kind: 'payment', masked });
  if (data.startsWith(FNC1)) return meaningOfElements(parseElementString(data));
  if (/^https?:/i.test(data)) return meaningOfLink(data);
  const hasKey = beginsWithKey(data);
  const hasSeparator = data.includes(FNC1);
  if (!hasKey && !hasSeparator) return found({ kind: 'text' });
  // Scanners that send no AIM identifier send GS1 codes as they stand. Many texts could be such a code by chance.
  const elements = meaningOfElements(parseElementString(data));
  return elements.ok || (hasKey && hasSeparator) ? elements : found({ kind: 'text' });
}

/** 19 digits from 01 are a GTIN with a short lot or number where its check digit and all that follows fit, as one e-CNY code in hundreds does. */
function goodsOf(data: string): Gs1Result<Meaning> | undefined {
  if (!data.startsWith('01') || !beginsWithKey(data)) return undefined;
  const elements = meaningOfElements(parseElementString(data));
  return elements.ok ? elements : undefined;
}

/** An SSCC, a GTIN or the GTIN of contents, with a right check digit. */
function beginsWithKey(data: string): boolean {
  const key = /^(?:00(\d{18})|0[12](\d{14}))/.exec(data);
  const digits = key?.[1] ?? key?.[2];
  return digits !== undefined && checkDigit(digits.slice(0, -1)) === Number(digits.at(-1));
}

function meaningOfLink(data: string): Gs1Result<Meaning> {
  const link = parseDigitalLink(data);
  if (!link.ok) return claimsDigitalLink(data) ? link : found({ kind: 'text' });
  const { elements, gtin, domain, stem, canonical, parameters } = link.value;
  return (
    tooMany(elements) ??
    found({
      kind: 'digital-link',
      ais: elements,
      ...(gtin === undefined ? {} : { gtin }),
      link: { domain, stem, canonical, parameters },
    })
  );
}
