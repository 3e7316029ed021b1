import {
  answerCodec,
  type MagellanAsk,
  requestCodec,
  weightFrom,
} from '../drivers/scale/magellan-single-cable/wire.ts';
import { labelOfAim } from '../drivers/scanner/serial-generic/label-ids.ts';
import { splitAim } from '../gs1/aim.ts';
import type { SimulatorLine } from './line.ts';
import { Plate, plateVerbs } from './plate.ts';
import { ScaleWire } from './scale-wire.ts';
import { ScannerSimulator } from './scanner.ts';
import type { Simulator, SimulatorVerb } from './simulator.ts';

const FORM = { unit: 'kg', decimals: 3 } as const;
const ANSWERS = answerCodec(FORM);
const SCAN_PREFIX = 'S08';

/** A scanner and a scale in one housing on one cable (Magellan, single cable): scans as `S08`, weights as `S11` and `S14`, in kilograms. */
export class MagellanSimulator implements Simulator {
  readonly line: SimulatorLine;
  readonly verbs: Readonly<Record<string, SimulatorVerb>>;
  readonly scanner: ScannerSimulator;
  readonly #plate = new Plate();
  readonly #wire: ScaleWire<MagellanAsk>;
  /** A weight request waits until there is a steady weight above zero. */
  #owed = false;

  constructor(line: SimulatorLine, random?: () => number) {
    const whole = new WholeMessages(line);
    this.line = whole;
    this.scanner = new ScannerSimulator(whole, random, labelled);
    this.scanner.setFrame({ prefix: SCAN_PREFIX });
    this.#wire = new ScaleWire({ line: whole, codec: requestCodec, answer: (ask) => this.#answer(ask) });
    const { scan, burst, noise } = this.scanner.verbs;
    const { weight, motion, zero, silent } = plateVerbs(this.#plate);
    this.verbs = Object.fromEntries([
      ...Object.entries({ scan, burst, noise }).flatMap(([name, verb]) => (verb ? [[name, verb] as const] : [])),
      ...Object.entries({ weight, motion, zero, silent }).flatMap(([name, verb]) =>
        verb ? [[name, this.#settling(verb)] as const] : [],
      ),
    ]);
  }

  start(): Promise<void> {
    return this.#wire.start();
  }

  stop(): Promise<void> {
    return this.#wire.stop();
  }

  setWeight(grams: number): void {
    this.#plate.setWeight(grams);
    this.#settle();
  }

  setMotion(motion: boolean): void {
    this.#plate.setMotion(motion);
    this.#settle();
  }

  #settling(verb: SimulatorVerb): SimulatorVerb {
    return {
      ...verb,
      run: async (args) => {
        await verb.run(args);
        this.#settle();
      },
    };
  }

  #answer(ask: MagellanAsk | undefined): Uint8Array | undefined {
    if (this.#plate.silent || !ask) return undefined;
    if (ask.kind === 'monitor') return this.#weight('monitor') ?? this.#status();
    const weight = this.#weight('weigh');
    this.#owed = weight === undefined;
    return weight;
  }

  #settle(): void {
    const weight = this.#owed && !this.#plate.silent ? this.#weight('weigh') : undefined;
    if (!weight) return;
    this.#owed = false;
    this.#wire.send(weight);
  }

  /** Undefined unless the weight is steady and above zero. */
  #weight(to: MagellanAsk['kind']): Uint8Array | undefined {
    const { state, grams } = this.#plate.view();
    const weight = state === 'rest' && grams > 0 ? weightFrom(grams, FORM) : undefined;
    return weight && ANSWERS.encode({ kind: 'weight', to, weight });
  }

  #status(): Uint8Array {
    const status = { rest: 'zero', motion: 'motion', over: 'over-capacity', under: 'under-zero' } as const;
    return ANSWERS.encode({ kind: 'status', status: status[this.#plate.view().state] });
  }
}

/** What the scanner's own firmware does: the label of the symbology, which for a code without AIM identifier its digits give away. */
function labelled(text: string): string {
  const { aim } = splitAim(text);
  if (aim !== undefined) return labelOfAim(text);
  return labelOfAim(`${/^\d{8}$/.test(text) ? ']E4' : /^\d{12,13}$/.test(text) ? ']E0' : ']C0'}${text}`);
}

/** One chip sends for both: a message waits for the one before, whatever the line beneath does with its bytes. */
class WholeMessages implements SimulatorLine {
  readonly #line: SimulatorLine;
  #turn: Promise<void> = Promise.resolve();

  constructor(line: SimulatorLine) {
    this.#line = line;
  }

  get connection() {
    return this.#line.connection;
  }

  start(onBytes: (bytes: Uint8Array) => void): Promise<void> {
    return this.#line.start(onBytes);
  }

  write(message: Uint8Array): Promise<void> {
    const turn = this.#turn.then(() => this.#line.write(message));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  stop(): Promise<void> {
    return this.#line.stop();
  }
}
