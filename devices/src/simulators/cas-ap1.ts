import { answerCodec, type CasAnswer, type CasAsk, requestCodec } from '../drivers/scale/cas-ap1/wire.ts';
import { onOff } from './arguments.ts';
import type { SimulatorLine } from './line.ts';
import { Plate, plateVerbs } from './plate.ts';
import { kilograms, ScaleWire } from './scale-wire.ts';
import type { Simulator, SimulatorVerb } from './simulator.ts';

/** A CAS scale set to kilograms with three decimals, speaking the AP-1 protocol as 8N1. */
export class CasAp1Simulator implements Simulator {
  readonly line: SimulatorLine;
  readonly verbs: Readonly<Record<string, SimulatorVerb>>;
  readonly #plate = new Plate();
  readonly #wire: ScaleWire<CasAsk>;
  readonly #encode: (answer: CasAnswer) => Uint8Array;
  #busy = false;

  constructor(line: SimulatorLine) {
    this.line = line;
    this.#encode = answerCodec({}).encode;
    this.verbs = {
      ...plateVerbs(this.#plate),
      busy: {
        usage: 'on|off',
        help: { zh: '秤应答“未就绪”（NAK）', en: 'the scale says that it is not ready (NAK)' },
        run: ([state]) => {
          this.#busy = onOff(state, 'busy');
        },
      },
    };
    this.#wire = new ScaleWire({ line, codec: requestCodec, answer: (ask) => this.#answer(ask) });
  }

  start(): Promise<void> {
    return this.#wire.start();
  }

  stop(): Promise<void> {
    return this.#wire.stop();
  }

  #answer(ask: CasAsk | undefined): Uint8Array | undefined {
    if (this.#plate.silent || !ask) return undefined;
    if (ask.kind === 'enquire') return this.#encode({ kind: this.#busy ? 'nak' : 'ack' });
    const { state, grams, net } = this.#plate.view();
    const stable = state !== 'motion';
    if (state === 'over') return this.#encode({ kind: 'overload', stable });
    return this.#encode({ kind: 'weight', weight: kilograms(grams, net), stable });
  }
}
