import type { DeviceCodec } from '../contract/codec.ts';
import type { Weight } from '../contract/weight.ts';
import { decimalText, weightOf } from '../drivers/scale/weight.ts';
import type { SimulatorLine } from './line.ts';

/** The wire half of a simulated scale: requests are read by the driver's own codec, and `answer` says what goes back. */
export class ScaleWire<Ask> {
  readonly line: SimulatorLine;
  readonly #codec: DeviceCodec<Ask>;
  readonly #answer: (ask: Ask | undefined) => Uint8Array | undefined;
  readonly #dress: (bytes: Uint8Array) => Uint8Array;

  /** `ask` is undefined for a request that the protocol does not know; `dress` puts parity bits on 7-bit bytes. */
  constructor(parts: {
    readonly line: SimulatorLine;
    readonly codec: DeviceCodec<Ask>;
    readonly answer: (ask: Ask | undefined) => Uint8Array | undefined;
    readonly dress?: (bytes: Uint8Array) => Uint8Array;
  }) {
    this.line = parts.line;
    this.#codec = parts.codec;
    this.#answer = parts.answer;
    this.#dress = parts.dress ?? ((bytes) => bytes);
  }

  start(): Promise<void> {
    const framer = this.#codec.framer();
    return this.line.start((bytes) => {
      // A pseudo-terminal carries eight bits: a till that is set to parity may leave its bit.
      for (const output of framer.push(bytes.map((byte) => byte & 0x7f))) {
        if (output.kind !== 'frame') continue;
        const decoded = this.#codec.decode(output.bytes);
        const answer = this.#answer(decoded.ok ? decoded.value : undefined);
        if (answer) this.send(answer);
      }
    });
  }

  stop(): Promise<void> {
    return this.line.stop();
  }

  /** A till that just hung up gets nothing; its next request is answered. */
  send(bytes: Uint8Array): void {
    this.line.write(this.#dress(bytes)).catch(() => undefined);
  }
}

/** Grams as a scale set to kilograms with three decimals shows them. */
export function kilograms(grams: number, net: boolean): Weight {
  const weight = weightOf(decimalText(grams, 3), 'kg', net);
  if (!weight) throw new Error(`${grams} g is no weight of this scale`);
  return weight;
}
