import type { DeviceConditionCode } from '../../../conditions.ts';
import type { DeviceCodec } from '../../../contract/codec.ts';
import type { ScaleDialect, ScaleReading, ScaleRefusal, ScaleRequest } from '../dialect.ts';
import { stripOddParity } from '../parity.ts';
import { decimalText, weightOf } from '../weight.ts';
import { answerChallenge } from './challenge.ts';
import type { Dialog02Options } from './options.ts';
import { type DialogAsk, MAX_TARE_GRAMS, requestCodec } from './request.ts';
import { answerCodec, type DialogAnswer } from './wire.ts';

/** A kilogram has three decimals on the wire. Were that wrong, the scale's total would not be weight times price. */
const DECIMALS = 3;
const GRAMS_A_KG = 1_000;

/** Codes of record 09. `again`: the scale keeps the price, so that the result can be asked for again; else it begins anew with the price. */
const STATUS: Readonly<Record<number, { code: DeviceConditionCode; again?: true; final?: true }>> = {
  0: { code: 'SCALE_NO_WEIGHT' },
  1: { code: 'SCALE_ERROR' },
  2: { code: 'SCALE_BAD_PARITY' },
  10: { code: 'SCALE_RECORD_REFUSED', final: true },
  11: { code: 'SCALE_PRICE_REFUSED', final: true },
  12: { code: 'SCALE_TARE_REFUSED', final: true },
  13: { code: 'SCALE_RECORD_REFUSED', final: true },
  20: { code: 'SCALE_IN_MOTION', again: true },
  21: { code: 'SCALE_NOT_MOVED' },
  22: { code: 'SCALE_NOT_FINISHED', again: true },
  30: { code: 'SCALE_UNDER_MINIMUM' },
  31: { code: 'SCALE_UNDER_ZERO' },
  32: { code: 'SCALE_OVER_CAPACITY' },
};
const OTHER: ScaleReading = { kind: 'other' };

/** Half up, in whole fen: the rounding that the scale must have used too. */
export const amountOf = (grams: number, unitPriceFen: number): number =>
  Math.floor((2 * grams * unitPriceFen + GRAMS_A_KG) / (2 * GRAMS_A_KG));

/**
 * The price goes first, then the result is asked for; a NAK is asked what it was for. A scale set to Dialog 06 may answer the price with a
 * challenge, after which everything begins anew. The tare is the till's to keep: it goes with each price.
 */
export class DialogDialect implements ScaleDialect<DialogAnswer> {
  readonly codec: DeviceCodec<DialogAnswer>;
  readonly clear: ScaleRequest;
  readonly proof: ScaleRequest;
  readonly strip = stripOddParity;
  readonly #options: Dialog02Options;
  readonly #requests: DeviceCodec<DialogAsk>;
  #unitPriceFen = 0;
  /** The scale took the price and has not given a result for it. */
  #standing = false;
  #tareGrams = 0;
  #nextTareGrams = 0;

  constructor(options: Dialog02Options) {
    this.#options = options;
    this.codec = answerCodec(options);
    this.#requests = requestCodec(options);
    this.clear = this.#request('clear', { kind: 'status' });
    this.proof = this.#request('proof', { kind: 'status' });
  }

  weigh(unitPriceFen: number | undefined): ScaleRequest | ScaleRefusal {
    if (unitPriceFen === undefined) return { refused: 'SCALE_PRICE_NEEDED' };
    if (unitPriceFen >= 10 ** this.#options.priceDigits) return { refused: 'SCALE_PRICE_REFUSED' };
    this.#unitPriceFen = unitPriceFen;
    this.#standing = false;
    const bytes = () => (this.#standing ? this.#enquire().bytes : this.#price().bytes);
    // Sent again and again until there is a result: what it is depends on what the scale has by then.
    return {
      name: 'weigh',
      get bytes() {
        return bytes();
      },
    };
  }

  /** No record sets a tare alone: it is kept for the prices to come, once the scale shows that it is there. */
  tare(grams: number | undefined): ScaleRequest | ScaleRefusal {
    if (grams === undefined || grams > MAX_TARE_GRAMS) return { refused: 'SCALE_TARE_REFUSED' };
    this.#nextTareGrams = grams;
    return this.#request('tare', { kind: 'status' });
  }

  read(answer: DialogAnswer, asked: ScaleRequest): ScaleReading {
    switch (answer.kind) {
      case 'ack':
        return this.#acknowledged(asked);
      case 'nak':
        return asked.name === 'why'
          ? { kind: 'fault', code: 'SCALE_ERROR' }
          : { kind: 'next', request: this.#request('why', { kind: 'status' }) };
      case 'status':
        return this.#status(answer.code, asked);
      case 'challenge':
        return asked.name === 'weigh' ? this.#challenged(answer.random) : OTHER;
      case 'verdict':
        if (asked.name !== 'verdict') return OTHER;
        if (!answer.valid) return { kind: 'fault', code: 'SCALE_SECRET_WRONG', final: true };
        return { kind: 'next', request: this.#price() };
      case 'result': {
        // A result that nobody asked for since the price was sent is one for the price before.
        const expected = asked.name === 'result' || (asked.name === 'weigh' && this.#standing);
        return expected ? this.#result(answer) : OTHER;
      }
    }
  }

  #acknowledged(asked: ScaleRequest): ScaleReading {
    if (asked.name === 'checksums') return { kind: 'next', request: this.#enquire('verdict') };
    if (asked.name !== 'weigh' || this.#standing) return OTHER;
    this.#standing = true;
    return { kind: 'next', request: this.#enquire() };
  }

  #status(number: number, asked: ScaleRequest): ScaleReading {
    if (asked.name === 'clear' || asked.name === 'tare') {
      this.#tareGrams = asked.name === 'tare' ? this.#nextTareGrams : 0;
      return { kind: 'done' };
    }
    // The scale is there, but it did not hear of the tare when it was told.
    if (asked.name === 'proof') return { kind: 'fault', code: 'SCALE_TARE_REFUSED' };
    if (asked.name !== 'why') return OTHER;
    const { code, again = false, final = false } = STATUS[number] ?? { code: 'SCALE_ERROR' };
    if (!again) this.#standing = false;
    return { kind: 'fault', code, final };
  }

  #challenged(random: number): ScaleReading {
    const { checksum } = this.#options;
    if (!checksum) return { kind: 'fault', code: 'SCALE_SECRET_MISSING', final: true };
    const pair = answerChallenge(random, checksum);
    return { kind: 'next', request: this.#request('checksums', { kind: 'checksums', ...pair }) };
  }

  /** A price is never guessed: what the scale gives must be for the price that was sent, and its total must be ours. */
  #result(answer: Extract<DialogAnswer, { kind: 'result' }>): ScaleReading {
    this.#standing = false;
    const { unit, count, unitPriceFen, totalFen } = answer;
    const weight = weightOf(decimalText(count, DECIMALS), 'kg', this.#tareGrams > 0);
    if (unit !== 'kg' || !weight) return { kind: 'fault', code: 'SCALE_BAD_WEIGHT', final: true };
    if (unitPriceFen !== this.#unitPriceFen || totalFen !== amountOf(count, unitPriceFen)) {
      return { kind: 'fault', code: 'SCALE_TOTAL_DIFFERS', final: true };
    }
    return { kind: 'weight', weight, stable: true, extra: { amountFen: totalFen } };
  }

  #price(): ScaleRequest {
    const tare = this.#tareGrams > 0 ? { tareGrams: this.#tareGrams } : {};
    return this.#request('weigh', { kind: 'price', unitPriceFen: this.#unitPriceFen, ...tare });
  }

  #enquire(name = 'result'): ScaleRequest {
    return this.#request(name, { kind: 'enquire' });
  }

  #request(name: string, ask: DialogAsk): ScaleRequest {
    return { name, bytes: this.#requests.encode(ask) };
  }
}
