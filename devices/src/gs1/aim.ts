/** An AIM symbology identifier is `]`, a letter and a modifier (ISO/IEC 15424), e.g. `]E0` for EAN-13. */
export function splitAim(raw: string): { aim?: string; data: string } {
  const match = /^\][A-Za-z][0-9A-Za-z]/.exec(raw);
  return match ? { aim: match[0], data: raw.slice(3) } : { data: raw };
}

/** Identifiers that say "the data is a GS1 element string": GS1-128, DataBar, GS1 DataMatrix, GS1 QR, GS1 DotCode. */
export const GS1_AIMS: ReadonlySet<string> = new Set([']C1', ']e0', ']d2', ']Q3', ']J1']);
