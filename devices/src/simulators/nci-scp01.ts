import type { NciStatus } from '../drivers/scale/nci-scp01/status.ts';
import { answerCodec, type NciAnswer, type NciAsk, requestCodec } from '../drivers/scale/nci-scp01/wire.ts';
import { addEvenParity } from '../drivers/scale/parity.ts';
import { onOff } from './arguments.ts';
import type { SimulatorLine } from './line.ts';
import { Plate, plateVerbs } from './plate.ts';
import { kilograms, ScaleWire } from './scale-wire.ts';
import type { Simulator, SimulatorVerb } from './simulator.ts';

/** A bench scale set to kilograms with three decimals, speaking NCI SCP-01 as 7E1; `pos on` makes it speak the form for point of sale. */
export class NciScp01Simulator implements Simulator {
  readonly line: SimulatorLine;
  readonly verbs: Readonly<Record<string, SimulatorVerb>>;
  readonly #plate = new Plate();
  readonly #wire: ScaleWire<NciAsk>;
  readonly #encode: (answer: NciAnswer) => Uint8Array;
  #posForm = false;
  #defect = false;

  constructor(line: SimulatorLine) {
    this.line = line;
    this.#encode = answerCodec({}).encode;
    this.verbs = {
      ...plateVerbs(this.#plate),
      pos: {
        usage: 'on|off',
        help: {
          zh: '收银格式（SCP-02）：状态前加 S，不稳定时只发状态',
          en: 'the form for point of sale (SCP-02): S before the status, the status alone in motion',
        },
        run: ([state]) => {
          this.#posForm = onOff(state, 'pos');
        },
      },
      defect: {
        usage: 'on|off',
        help: { zh: '秤报告标定出错', en: 'the scale reports a faulty calibration' },
        run: ([state]) => {
          this.#defect = onOff(state, 'defect');
        },
      },
    };
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

  #answer(ask: NciAsk | undefined): Uint8Array | undefined {
    if (this.#plate.silent) return undefined;
    if (!ask) return this.#encode({ kind: 'unknown' });
    if (ask.kind === 'zero') this.#plate.zero();
    const posForm = this.#posForm;
    const status = this.#status();
    if (ask.kind !== 'weigh') return this.#encode({ kind: 'status', status, posForm });
    const { state, grams, net } = this.#plate.view();
    const hidden = posForm ? state !== 'rest' : state === 'over';
    if (!hidden) return this.#encode({ kind: 'weight', weight: kilograms(grams, net), status, posForm });
    return this.#encode(
      posForm ? { kind: 'status', status, posForm } : { kind: 'display', text: '------kg', status, posForm },
    );
  }

  #status(): NciStatus {
    const { state, net, atZero } = this.#plate.view();
    return {
      motion: state === 'motion',
      atZero: atZero && state === 'rest',
      ramError: false,
      eepromError: false,
      underCapacity: state === 'under',
      overCapacity: state === 'over',
      romError: false,
      calibrationError: this.#defect,
      third: { range: 0, net, initialZeroError: false },
    };
  }
}
