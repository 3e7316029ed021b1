import { systemClock } from '../clock.ts';
import type { Clock } from '../contract/transport.ts';
import { answerCodec, type PdAnswer, type PdAsk, requestCodec } from '../drivers/scale/cas-pd2/wire.ts';
import { addEvenParity } from '../drivers/scale/parity.ts';
import { onOff } from './arguments.ts';
import type { SimulatorLine } from './line.ts';
import { Plate, plateVerbs } from './plate.ts';
import { kilograms, ScaleWire } from './scale-wire.ts';
import type { Simulator, SimulatorVerb } from './simulator.ts';

const STREAM_INTERVAL_MS = 100;
/** Which type the scale says it is. */
const SCALE_ID = '0';
/** How far a plate that moves is off, in grams, one answer after the other. */
const SWAYS = [-35, 10, -15, 40, -5] as const;

/** A PD-II set to ECR type 0, kilograms with three decimals, 7E1; `stream on` makes it send without being asked. */
export class CasPd2Simulator implements Simulator {
  readonly line: SimulatorLine;
  readonly verbs: Readonly<Record<string, SimulatorVerb>>;
  readonly #plate = new Plate();
  readonly #wire: ScaleWire<PdAsk>;
  readonly #clock: Clock;
  readonly #encode: (answer: PdAnswer) => Uint8Array;
  #sway = 0;
  #timer: { cancel(): void } | undefined;

  constructor(line: SimulatorLine, clock: Clock = systemClock) {
    this.line = line;
    this.#clock = clock;
    this.#encode = answerCodec({ unit: 'kg', decimals: 3 }).encode;
    this.verbs = {
      ...plateVerbs(this.#plate),
      stream: {
        usage: 'on|off',
        help: { zh: '不经询问每 100 毫秒发送一次重量', en: 'send the weight every 100 ms without being asked' },
        run: ([state]) => this.#stream(onOff(state, 'stream')),
      },
    };
    this.#wire = new ScaleWire({
      line,
      codec: requestCodec,
      answer: (ask) => (ask ? this.#answer() : undefined),
      dress: addEvenParity,
    });
  }

  start(): Promise<void> {
    return this.#wire.start();
  }

  stop(): Promise<void> {
    this.#stream(false);
    return this.#wire.stop();
  }

  #stream(on: boolean): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (!on) return;
    const bytes = this.#plate.silent ? undefined : this.#weight();
    if (bytes) this.#wire.send(bytes);
    this.#timer = this.#clock.setTimeout(() => this.#stream(true), STREAM_INTERVAL_MS);
  }

  /** The request is acknowledged, then answered; below zero there is nothing that the frame could say. */
  #answer(): Uint8Array | undefined {
    if (this.#plate.silent) return undefined;
    const weight = this.#weight();
    return weight ? Uint8Array.from([...this.#encode({ kind: 'ack' }), ...weight]) : this.#encode({ kind: 'nak' });
  }

  #weight(): Uint8Array | undefined {
    const { state, grams, net } = this.#plate.view();
    if (state === 'over') return this.#encode({ kind: 'overload', id: SCALE_ID });
    if (state === 'under') return undefined;
    this.#sway = (this.#sway + 1) % SWAYS.length;
    const shown = state === 'motion' ? Math.max(0, grams + (SWAYS[this.#sway] ?? 0)) : grams;
    return this.#encode({ kind: 'weight', id: SCALE_ID, weight: kilograms(shown, net) });
  }
}
