import { type Gs1Elements, parseElementString } from './elements/parse.ts';
import { parseGtin } from './gtin.ts';
import { refusal } from './problems.ts';
import type { Gs1Result } from './types.ts';
import { expandUpcE } from './upc-e.ts';

/** What the bars of a trade item hold. */
export interface Trade {
  /** As scanned; of UPC-E the twelve digits that it stands for. */
  readonly digits: string;
  readonly gtin: string;
  /** Of the part above the bars, in one with the GTIN as AI (01). */
  readonly elements?: Gs1Elements;
}

/** The bars, then the composite part above them, which is a message of its own with an identifier of its own. */
const COMPOSITE = /^(\d+)\|?\]e0/;
/** UPC-A may come without its leading zero; the add-on has two or five digits. */
const ADD_ON = /^(\d{12,13})(?:\d{2}|\d{5})$/;

/**
 * Data after an AIM identifier of EAN/UPC (ISO/IEC 15424: `]E0` EAN-13, UPC-A, UPC-E; `]E3` these with add-on; `]E4` EAN-8); undefined for
 * other identifiers. The identifier says that the data are a GTIN, so that anything else is refused.
 */
export function readEanUpc(aim: string, data: string): Gs1Result<Trade> | undefined {
  if (aim !== ']E0' && aim !== ']E3' && aim !== ']E4') return undefined;
  const composite = COMPOSITE.exec(data);
  const bars = readBars(aim, composite?.[1] ?? data);
  if (!composite || !bars.ok) return bars;
  const start = composite[0].length;
  const elements = parseElementString(`01${bars.value.gtin}${data.slice(start)}`);
  if (!elements.ok) {
    const { problem } = elements;
    return { ok: false, problem: { ...problem, position: Math.max(0, problem.position - 16 + start) } };
  }
  return { ok: true, value: { ...bars.value, elements: elements.value } };
}

function readBars(aim: string, bars: string): Gs1Result<Trade> {
  const stray = bars.search(/[^0-9]/);
  if (stray >= 0) return refusal('GTIN_NOT_DIGITS', stray);
  const digits = aim === ']E3' ? (ADD_ON.exec(bars)?.[1] ?? bars) : bars;
  const { length } = digits;
  if (aim === ']E4' ? length !== 8 : length < 6 || length === 14 || (length > 8 && length < 12)) {
    return refusal('GTIN_LENGTH', Math.min(length, aim === ']E4' ? 8 : 13), `${length} digits`);
  }
  // Scanners that do not expand UPC-E send its six digits, with or without number system and check digit.
  const upcA = aim !== ']E4' && length <= 8 ? expandUpcE(digits) : undefined;
  if (upcA && !upcA.ok) return upcA;
  const whole = upcA ? upcA.value : digits;
  const gtin = parseGtin(whole);
  return gtin.ok ? { ok: true, value: { digits: whole, gtin: gtin.value.gtin14 } } : gtin;
}
