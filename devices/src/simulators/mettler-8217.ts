import { addEvenParity } from '../drivers/scale/mettler-8217/parity.ts';
import { encodeStatus, encodeWeight } from '../drivers/scale/mettler-8217/wire.ts';
import { decimalText } from '../drivers/scale/weight.ts';
import type { SimulatorLine } from './line.ts';

const CAPACITY_GRAMS = 15_000;
/** A scale accepts zero only near its own zero: 2% of capacity. */
const ZERO_RANGE_GRAMS = CAPACITY_GRAMS / 50;

/** A checkout scale set to kilograms with three decimals, speaking the 8217 protocol as 7E1. */
export class Mettler8217Simulator {
  readonly line: SimulatorLine;
  #plateGrams = 0;
  #zeroGrams = 0;
  #motion = false;
  #silent = false;

  constructor(line: SimulatorLine) {
    this.line = line;
  }

  start(): Promise<void> {
    return this.line.start((bytes) => this.#take(bytes));
  }

  stop(): Promise<void> {
    return this.line.stop();
  }

  /** What lies on the plate; below zero when a part of the plate is lifted. */
  setWeight(grams: number): void {
    this.#plateGrams = grams;
  }

  setMotion(motion: boolean): void {
    this.#motion = motion;
  }

  /** A scale that is switched off, or set to another protocol. */
  setSilent(silent: boolean): void {
    this.#silent = silent;
  }

  #take(bytes: Uint8Array): void {
    if (this.#silent) return;
    for (const byte of bytes) {
      const letter = String.fromCharCode(byte & 0x7f);
      const answer = letter === 'W' ? this.#weigh() : letter === 'Z' ? this.#zero() : undefined;
      // A driver that just hung up gets no answer; the next request does.
      if (answer) this.line.write(addEvenParity(answer)).catch(() => undefined);
    }
  }

  #weigh(): Uint8Array {
    const grams = this.#plateGrams - this.#zeroGrams;
    if (this.#motion) return encodeStatus({ motion: true });
    if (grams > CAPACITY_GRAMS) return encodeStatus({ overCapacity: true });
    if (grams < 0) return encodeStatus({ underZero: true });
    return encodeWeight({ value: decimalText(grams, 3), net: false });
  }

  #zero(): Uint8Array {
    const inRange = Math.abs(this.#plateGrams) <= ZERO_RANGE_GRAMS;
    if (this.#motion || !inRange) return encodeStatus({ motion: this.#motion, outsideZeroRange: !inRange });
    this.#zeroGrams = this.#plateGrams;
    return encodeStatus({ centreOfZero: true });
  }
}
