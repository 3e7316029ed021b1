import type { Clock } from '../contract/transport.ts';
import {
  controlCodec,
  type HidScaleReport,
  type HidScaleStatus,
  type HidScaleUnit,
  reportCodec,
  SCALE_STATUSES,
  SCALE_UNITS,
  SCALE_USAGE,
} from '../drivers/scale/hid-scale/wire.ts';
import type { HidFound } from '../transport/hid-port.ts';
import { onOff, wholeNumber } from './arguments.ts';
import type { PluggedDevice, SimulatedHidBus } from './hid-bus.ts';
import { plugVerbs } from './hid-verbs.ts';
import type { Simulator, SimulatorVerb } from './simulator.ts';

/** A Dymo M25 reports about ten times a second. */
const REPORT_MS = 100;

export interface HidScaleFace {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string;
}

export const DYMO: HidScaleFace = { vendorId: 0x0922, productId: 0x8004, serialNumber: '0074500105811' };

/** A USB HID scale on a simulated bus: the reports a real one sends. It has no wire: without hardware there is no USB. */
export class HidScaleSimulator implements Simulator, PluggedDevice {
  readonly collections: readonly Omit<HidFound, 'path'>[];
  readonly verbs: Readonly<Record<string, SimulatorVerb>>;
  readonly #bus: SimulatedHidBus;
  readonly #clock: Clock;
  #timer: { cancel(): void } | undefined;
  #repeats = true;
  #unit: HidScaleUnit = 'gram';
  #exponent = 0;
  #count = 0;
  #zeroAt = 0;
  #status: HidScaleStatus | undefined;

  constructor(bus: SimulatedHidBus, clock: Clock, face: HidScaleFace = DYMO) {
    this.#bus = bus;
    this.#clock = clock;
    this.collections = [{ ...face, product: 'Scale', usagePage: SCALE_USAGE.page, usage: SCALE_USAGE.usages[0] }];
    this.verbs = { ...scaleVerbs(this), ...plugVerbs(this) };
  }

  /** Plug it in: it begins to report. */
  async start(): Promise<void> {
    this.#bus.plug(this);
    this.#repeat();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#bus.unplug(this);
  }

  /** An output report: only zero is obeyed, and only at rest. */
  onWrite(report: Uint8Array): void {
    const decoded = controlCodec.decode(report);
    if (!decoded.ok || !decoded.value.zero || this.#status) return;
    this.#zeroAt = this.#count;
    this.#report();
  }

  onFeature(): void {}

  /** What lies on the plate: `count` times ten to the exponent. */
  setWeight(count: number): void {
    this.#count = count;
    this.#report();
  }

  setForm(unit: HidScaleUnit, exponent: number): void {
    this.#unit = unit;
    this.#exponent = exponent;
    this.#report();
  }

  /** A status that it keeps whatever lies on it; undefined: what the weight says. */
  setStatus(status: HidScaleStatus | undefined): void {
    this.#status = status;
    this.#report();
  }

  /** Off: it reports only when something changes. */
  setRepeats(repeats: boolean): void {
    this.#repeats = repeats;
    this.#repeat();
  }

  #repeat(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (!this.#repeats) return;
    this.#report();
    this.#timer = this.#clock.setTimeout(() => this.#repeat(), REPORT_MS);
  }

  #report(): void {
    const net = this.#count - this.#zeroAt;
    const shown: HidScaleStatus = net === 0 ? 'zero' : net < 0 ? 'under-zero' : 'stable';
    const report: HidScaleReport = {
      kind: 'data',
      status: this.#status ?? shown,
      unit: this.#unit,
      exponent: this.#exponent,
      count: Math.abs(net),
    };
    this.#bus.report(this, reportCodec.encode(report));
  }
}

function scaleVerbs(scale: HidScaleSimulator): Readonly<Record<string, SimulatorVerb>> {
  return {
    weight: {
      usage: 'COUNT',
      help: {
        zh: '秤盘上的数值（乘以 10 的指数次幂），如 weight 1234',
        en: 'what lies on the plate, in steps of the form: weight 1234',
      },
      run: ([count]) => scale.setWeight(wholeNumber(count, 'COUNT', -65_535, 65_535)),
    },
    form: {
      usage: 'UNIT EXPONENT',
      help: { zh: '单位和指数，如 form kilogram -3', en: 'unit and exponent: form kilogram -3' },
      run: ([unit, exponent]) => scale.setForm(oneOf(unit, SCALE_UNITS), wholeNumber(exponent, 'EXPONENT', -127, 127)),
    },
    status: {
      usage: 'STATUS|off',
      help: {
        zh: `固定状态：${SCALE_STATUSES.join('、')}；off 恢复`,
        en: `a status that stays: ${SCALE_STATUSES.join(', ')}; off ends it`,
      },
      run: ([status]) => scale.setStatus(status === 'off' ? undefined : oneOf(status, SCALE_STATUSES)),
    },
    repeat: {
      usage: 'on|off',
      help: { zh: '持续上报；off 则只在变化时上报', en: 'report all the time; off: only when something changes' },
      run: ([text]) => scale.setRepeats(onOff(text, 'repeat')),
    },
  };
}

function oneOf<Word extends string>(text: string | undefined, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new Error(`one of: ${words.join(', ')}`);
  return found;
}
