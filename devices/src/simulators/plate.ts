import { onOff } from './arguments.ts';
import type { SimulatorVerb } from './simulator.ts';

const CAPACITY_GRAMS = 15_000;
/** A scale accepts zero only near its own zero: 2% of capacity (EN 45501, 4.5.1). */
const ZERO_RANGE_GRAMS = CAPACITY_GRAMS / 50;

/** What the display of a scale would show; `grams` counts for `rest` and `motion` alone. */
export interface PlateView {
  readonly state: 'rest' | 'motion' | 'over' | 'under';
  readonly grams: number;
  /** A tare is taken off. */
  readonly net: boolean;
  /** The gross weight is zero. */
  readonly atZero: boolean;
}

/** The weighing half of a simulated scale of 15 kg: plate, zero, tare and motion. What it says over its wire, the model says. */
export class Plate {
  #loadGrams = 0;
  #zeroGrams = 0;
  #tareGrams = 0;
  #motion = false;
  #silent = false;

  get silent(): boolean {
    return this.#silent;
  }

  /** What lies on the plate; below zero when a part of the plate is lifted. */
  setWeight(grams: number): void {
    this.#loadGrams = grams;
  }

  setMotion(motion: boolean): void {
    this.#motion = motion;
  }

  /** A scale that is switched off, or set to another protocol. */
  setSilent(silent: boolean): void {
    this.#silent = silent;
  }

  view(): PlateView {
    const gross = this.#loadGrams - this.#zeroGrams;
    const grams = gross - this.#tareGrams;
    const state = this.#motion ? 'motion' : gross > CAPACITY_GRAMS ? 'over' : grams < 0 ? 'under' : 'rest';
    return { state, grams, net: this.#tareGrams > 0, atZero: gross === 0 };
  }

  /** Whether the weight lies where zero may be taken. */
  get inZeroRange(): boolean {
    return Math.abs(this.#loadGrams) <= ZERO_RANGE_GRAMS;
  }

  /** False when it is not taken: in motion, with a tare, or too far from the scale's own zero. */
  zero(): boolean {
    if (this.#motion || this.#tareGrams > 0 || !this.inZeroRange) return false;
    this.#zeroGrams = this.#loadGrams;
    return true;
  }

  /** Takes off `grams`, or what lies on the plate. False when it is not taken: in motion, or nothing to take off. */
  tare(grams: number = this.#loadGrams - this.#zeroGrams): boolean {
    if (this.#motion || grams <= 0 || grams > CAPACITY_GRAMS) return false;
    this.#tareGrams = grams;
    return true;
  }

  /** False in motion. */
  clear(): boolean {
    if (!this.#motion) this.#tareGrams = 0;
    return !this.#motion;
  }
}

/** What a person does at the scale. */
export function plateVerbs(plate: Plate): Readonly<Record<string, SimulatorVerb>> {
  const key = (taken: boolean, name: string): void => {
    if (!taken)
      throw new Error(`the scale does not take the ${name} now: let it rest, empty for zero, loaded for tare`);
  };
  return {
    weight: {
      usage: 'KILOGRAMS',
      help: {
        zh: '秤盘上的重量，千克；超过 15 为超载，负数为低于零点',
        en: 'what lies on the plate, in kilograms; above 15 is over capacity, below 0 under zero',
      },
      run: ([text = '']) => plate.setWeight(gramsOf(text)),
    },
    motion: {
      usage: 'on|off',
      help: { zh: '重量不稳定', en: 'the weight does not settle' },
      run: ([state]) => plate.setMotion(onOff(state, 'motion')),
    },
    zero: {
      usage: '',
      help: { zh: '按下秤上的置零键', en: 'press the zero key of the scale' },
      run: () => key(plate.zero(), 'zero'),
    },
    tare: {
      usage: '[KILOGRAMS]',
      help: {
        zh: '按下去皮键，或键入皮重；tare 0 清除皮重',
        en: 'press the tare key, or key a tare in; tare 0 clears it',
      },
      run: ([text]) => {
        const grams = text === undefined ? undefined : gramsOf(text);
        key(grams === 0 ? plate.clear() : plate.tare(grams), 'tare');
      },
    },
    silent: {
      usage: 'on|off',
      help: { zh: '秤关机，不应答', en: 'the scale is switched off and does not answer' },
      run: ([state]) => plate.setSilent(onOff(state, 'silent')),
    },
  };
}

function gramsOf(kilograms: string): number {
  const [, sign = '', whole, fraction = ''] = /^(-?)(\d{1,3})(?:\.(\d{1,3}))?$/.exec(kilograms) ?? [];
  if (whole === undefined) throw new Error(`KILOGRAMS is e.g. 1.234, not "${kilograms.slice(0, 40)}"`);
  const grams = Number(whole) * 1_000 + Number(fraction.padEnd(3, '0'));
  return sign === '-' ? -grams : grams;
}
