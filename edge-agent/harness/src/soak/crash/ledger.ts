import type { SoakFailure } from '../../output/schema.ts';

/** Where the agents' logs of changes stood: the how manieth log since the last power cut, and its bytes. */
export interface Place {
  readonly log: number;
  readonly bytes: number;
}

/** What a terminal was told: the sale is booked. */
export interface Acknowledged {
  readonly saleId: string;
  readonly basketId: string;
  readonly amountFen: number;
  readonly terminalId: string;
  readonly key: string;
  /** When the answer had come; before the last power cut: undefined, since it must be there in any case. */
  at: Place | undefined;
}

/** What the terminals of one store asked for and were told. */
export class CrashLedger {
  readonly acknowledged: Acknowledged[] = [];
  /** By basket: what its terminal offered to pay. */
  readonly asked = new Map<string, number>();
  readonly failures: SoakFailure[];
  retries = 0;

  constructor(failures: SoakFailure[]) {
    this.failures = failures;
  }

  fail(code: string, message: string): void {
    this.failures.push({ code, message });
  }

  /** From now on a power cut is behind all of it. */
  cut(): void {
    for (const one of this.acknowledged) one.at = undefined;
  }

  /** What had been acknowledged by then. */
  by(place: Place): Acknowledged[] {
    return this.acknowledged.filter(
      ({ at }) => at === undefined || at.log < place.log || (at.log === place.log && at.bytes <= place.bytes),
    );
  }
}
