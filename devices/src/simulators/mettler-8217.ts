import { requestCodec, type ScaleAsk } from '../drivers/scale/mettler-8217/request.ts';
import { encodeStatus, encodeWeight } from '../drivers/scale/mettler-8217/wire.ts';
import { addEvenParity } from '../drivers/scale/parity.ts';
import type { SimulatorLine } from './line.ts';
import { Plate, plateVerbs } from './plate.ts';
import { kilograms, ScaleWire } from './scale-wire.ts';
import type { Simulator, SimulatorVerb } from './simulator.ts';

/** A checkout scale set to kilograms with three decimals, speaking the 8217 protocol as 7E1. */
export class Mettler8217Simulator implements Simulator {
  readonly line: SimulatorLine;
  readonly verbs: Readonly<Record<string, SimulatorVerb>>;
  readonly #plate = new Plate();
  readonly #wire: ScaleWire<ScaleAsk>;

  constructor(line: SimulatorLine) {
    this.line = line;
    this.verbs = plateVerbs(this.#plate);
    this.#wire = new ScaleWire({
      line,
      codec: requestCodec,
      answer: (ask) => this.#answer(ask),
      dress: addEvenParity,
    });
  }

  start(): Promise<void> {
    return this.#wire.start();
  }

  stop(): Promise<void> {
    return this.#wire.stop();
  }

  setWeight(grams: number): void {
    this.#plate.setWeight(grams);
  }

  setMotion(motion: boolean): void {
    this.#plate.setMotion(motion);
  }

  setSilent(silent: boolean): void {
    this.#plate.setSilent(silent);
  }

  #answer(ask: ScaleAsk | undefined): Uint8Array | undefined {
    if (this.#plate.silent || !ask) return undefined;
    if (ask.kind === 'weigh') return this.#weigh();
    if (ask.kind === 'tare') this.#plate.tare(ask.digits === undefined ? undefined : Number(ask.digits));
    if (ask.kind === 'clear') this.#plate.clear();
    const outsideZeroRange = ask.kind === 'zero' && !this.#plate.zero() && !this.#plate.inZeroRange;
    return this.#status({ outsideZeroRange });
  }

  /** A weight at rest; a status for everything else. */
  #weigh(): Uint8Array {
    const { state, grams, net } = this.#plate.view();
    return state === 'rest' ? encodeWeight(kilograms(grams, net)) : this.#status({});
  }

  #status({ outsideZeroRange = false }): Uint8Array {
    const { state, net, atZero } = this.#plate.view();
    return encodeStatus({
      motion: state === 'motion',
      overCapacity: state === 'over',
      underZero: state === 'under',
      outsideZeroRange,
      centreOfZero: atZero && state !== 'motion',
      net,
    });
  }
}
