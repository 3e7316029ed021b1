import { answerChallenge, type DialogSecret } from '../drivers/scale/dialog-02/challenge.ts';
import { amountOf } from '../drivers/scale/dialog-02/dialect.ts';
import { type DialogAsk, requestCodec } from '../drivers/scale/dialog-02/request.ts';
import { answerCodec, type DialogAnswer } from '../drivers/scale/dialog-02/wire.ts';
import { addOddParity } from '../drivers/scale/parity.ts';
import { wholeNumber } from './arguments.ts';
import type { SimulatorLine } from './line.ts';
import { Plate, plateVerbs } from './plate.ts';
import { between } from './random.ts';
import { ScaleWire } from './scale-wire.ts';
import type { Simulator, SimulatorVerb } from './simulator.ts';

/** Half of its capacity. */
const MAX_TARE_GRAMS = 7_500;
/** Twenty divisions of 5 g. */
const MINIMUM_GRAMS = 100;
/** After so many weighings a Dialog 06 scale asks for the checksums again. */
const CHALLENGE_EVERY = 50;
const FORM = { priceDigits: 6 } as const;

type Price = Extract<DialogAsk, { kind: 'price' }>;

/** A checkout scale set to kilograms, speaking Dialog 02 as 7O1; with a secret set, Dialog 06. */
export class Dialog02Simulator implements Simulator {
  readonly line: SimulatorLine;
  /** What a person does at the scale. */
  readonly plate = new Plate();
  readonly verbs: Readonly<Record<string, SimulatorVerb>>;
  readonly #random: () => number;
  readonly #wire: ScaleWire<DialogAsk>;
  #liesFen = 0;
  #status = 0;
  /** The status that answers every request, whatever lies on the plate; 0 for none. */
  #stuckStatus = 0;
  #price: Price | undefined;
  #secret: DialogSecret | undefined;
  #challenge: number | undefined;
  #verdict: boolean | undefined;
  #weighings = CHALLENGE_EVERY;

  constructor(line: SimulatorLine, random: () => number = Math.random) {
    this.line = line;
    this.#random = random;
    this.verbs = { ...plateVerbs(this.plate), ...dialogVerbs(this) };
    const { encode } = answerCodec(FORM);
    this.#wire = new ScaleWire({
      line,
      codec: requestCodec(FORM),
      answer: (ask) => (this.plate.silent ? undefined : encode(ask ? this.#answer(ask) : this.#refuse(10))),
      dress: addOddParity,
    });
  }

  start(): Promise<void> {
    return this.#wire.start();
  }

  stop(): Promise<void> {
    return this.#wire.stop();
  }

  /** Refuses every request with this status of record 09; 0 ends it. */
  setStatus(code: number): void {
    this.#stuckStatus = code;
  }

  /** A total that is this much off. */
  setLie(fen: number): void {
    this.#liesFen = fen;
  }

  /** Dialog 06: the checksums are asked for by the next price. */
  setSecret(secret: DialogSecret | undefined): void {
    this.#secret = secret;
    this.#weighings = CHALLENGE_EVERY;
  }

  #answer(ask: DialogAsk): DialogAnswer {
    if (ask.kind === 'status') return { kind: 'status', code: this.#status };
    if (this.#stuckStatus !== 0) return this.#refuse(this.#stuckStatus);
    if (ask.kind === 'price') return this.#takePrice(ask);
    if (ask.kind === 'checksums') return this.#judge(ask.cs, ask.kw);
    return this.#result();
  }

  #refuse(code: number): DialogAnswer {
    this.#status = code;
    return { kind: 'nak' };
  }

  #takePrice(price: Price): DialogAnswer {
    this.#price = undefined;
    this.#verdict = undefined;
    if (this.#secret && this.#weighings >= CHALLENGE_EVERY) {
      this.#challenge = between(this.#random, 0, 255);
      return { kind: 'challenge', random: this.#challenge };
    }
    if (price.unitPriceFen === 0) return this.#refuse(11);
    if ((price.tareGrams ?? 0) > MAX_TARE_GRAMS) return this.#refuse(12);
    this.#price = price;
    this.#status = 0;
    return { kind: 'ack' };
  }

  /** Acknowledged at once; what came of it is the next result. */
  #judge(cs: number, kw: number): DialogAnswer {
    if (!this.#secret || this.#challenge === undefined) return this.#refuse(10);
    const right = answerChallenge(this.#challenge, this.#secret);
    this.#verdict = right.cs === cs && right.kw === kw;
    this.#challenge = undefined;
    if (this.#verdict) this.#weighings = 0;
    return { kind: 'ack' };
  }

  #result(): DialogAnswer {
    if (this.#verdict !== undefined) {
      const valid = this.#verdict;
      this.#verdict = undefined;
      return { kind: 'verdict', valid };
    }
    const price = this.#price;
    if (!price) return this.#refuse(22);
    const { state, grams: shown } = this.plate.view();
    if (state === 'motion') return this.#refuse(20);
    const grams = shown - (price.tareGrams ?? 0);
    // What can not be weighed ends the weighing: the price has to be sent again.
    this.#price = undefined;
    if (state === 'over') return this.#refuse(32);
    if (grams < 0) return this.#refuse(31);
    if (grams < MINIMUM_GRAMS) return this.#refuse(30);
    this.#status = 0;
    this.#weighings += 1;
    const { unitPriceFen } = price;
    const totalFen = amountOf(grams, unitPriceFen) + this.#liesFen;
    return { kind: 'result', unit: 'kg', count: grams, unitPriceFen, totalFen };
  }
}

function dialogVerbs(scale: Dialog02Simulator): Readonly<Record<string, SimulatorVerb>> {
  return {
    status: {
      usage: 'CODE',
      help: {
        zh: '以此状态码拒绝一切请求，如 32；0 恢复',
        en: 'refuse everything with this status, e.g. 32; 0 ends it',
      },
      run: ([code]) => scale.setStatus(wholeNumber(code, 'CODE', 0, 99)),
    },
    lie: {
      usage: 'FEN',
      help: { zh: '金额算错若干分；0 恢复', en: 'a total that is so many fen off; 0 ends it' },
      run: ([fen]) => scale.setLie(wholeNumber(fen, 'FEN', -999, 999)),
    },
    secret: {
      usage: 'POLYNOMIAL SOFTWARE|off',
      help: {
        zh: '改用 Dialog 06，如 secret 11021 1234；off 恢复',
        en: 'Dialog 06 from now on, e.g. secret 11021 1234; off ends it',
      },
      run: ([polynomial = '', software = '']) => {
        if (polynomial === 'off') return scale.setSecret(undefined);
        if (!/^1[0-9a-f]{4}$/i.test(polynomial) || !/^[0-9a-f]{4}$/i.test(software)) {
          throw new Error('POLYNOMIAL has five hex digits and begins with 1, SOFTWARE has four');
        }
        scale.setSecret({ polynomial, software, initial: '0000' });
      },
    },
  };
}
