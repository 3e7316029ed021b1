/**
 * What is known of a driver's quality, by rule. `done` and `exempt` say by what (the manual's section, the test, the reason); `todo` says what is missing.
 * The sweep test wants every rule answered; the catalogue prints the table, so that an integrator sees what nobody has tried yet.
 */
export const QUALITY_RULES = [
  /** The wire was read in the maker's manual or a standard; `because` names document and section, and where they contradict other sources. */
  'wire-source',
  /** Units, decimals and division come from the manual's section named; nothing is guessed. */
  'units',
  /** Byte fixtures, six cases for each parser (whole, split, joined, noise first, bad checksum, oversize). */
  'six-cases',
  /** What is decoded encodes to bytes that decode to the same; held by the soak. */
  'round-trip',
  /** Unplugged, silent, garbage, wrong line settings: tested, with the condition that people see. */
  'recovery',
  /** The other end of the wire ships with the product and can make faults. */
  'simulator',
  /** A profile in firmware-configs tells a person how to set the device up. */
  'set-up',
  /** Tried on the real device: which model and firmware. */
  'real-device',
] as const;

export type QualityRule = (typeof QUALITY_RULES)[number];

export interface QualityMark {
  readonly state: 'done' | 'todo' | 'exempt';
  readonly because: string;
}

export type DriverQuality = Readonly<Record<QualityRule, QualityMark>>;
