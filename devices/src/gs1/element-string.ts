import { toGtin14 } from './gtin.ts';

export const FNC1 = '\x1d';

/** Length of the whole element, AI included, for AIs whose length is set by their first two digits (GS1 General Specifications, figure 7.8.5-2). */
const PREDEFINED_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['00', 20],
  ['01', 16],
  ['02', 16],
  ['03', 16],
  ['04', 18],
  ...['11', '12', '13', '14', '15', '16', '17', '18', '19'].map((ai): [string, number] => [ai, 8]),
  ['20', 4],
  ...['31', '32', '33', '34', '35', '36'].map((ai): [string, number] => [ai, 10]),
  ['41', 16],
]);

/** The trade item number, AI (01), of an element string as 14 digits; undefined when there is none or it is not valid. */
export function gtinOfElementString(data: string): string | undefined {
  let rest = data.startsWith(FNC1) ? data.slice(1) : data;
  while (rest.length >= 2) {
    if (rest.startsWith('01')) return toGtin14(rest.slice(2, 16).padEnd(14, 'x'));
    const fixed = PREDEFINED_LENGTHS.get(rest.slice(0, 2));
    const end = fixed ?? rest.indexOf(FNC1);
    if (end < 0) return undefined;
    rest = rest.slice(end);
    if (rest.startsWith(FNC1)) rest = rest.slice(1);
  }
  return undefined;
}

/** The GTIN in the path of a GS1 Digital Link URI (`.../01/09521234543213/10/LOT1?17=271231`); undefined when it is none. */
export function gtinOfDigitalLink(data: string): string | undefined {
  const match = /^https?:\/\/[^/?#\s]+(?:\/[^?#\s]*)?\/01\/(\d{8,14})(?=[/?#]|$)/i.exec(data);
  return match?.[1] ? toGtin14(match[1]) : undefined;
}
