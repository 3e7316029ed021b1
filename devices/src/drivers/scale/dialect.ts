import type { DeviceConditionCode } from '../../conditions.ts';
import type { DeviceCodec } from '../../contract/codec.ts';
import type { Weight } from '../../contract/weight.ts';

/** What is sent, and by what name the dialect knows later what an answer answers. Without bytes: the scale sends by itself, so only listen. */
export interface ScaleRequest {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A request that can not be made, e.g. a tare with more digits than the wire has. */
export interface ScaleRefusal {
  readonly refused: DeviceConditionCode;
}

/** What an answer says, whatever the wire. */
export type ScaleReading = (
  | {
      readonly kind: 'weight';
      readonly weight: Weight;
      readonly stable: boolean;
      /** More for the command's result, e.g. `amountFen` of a scale that computes the price. */
      readonly extra?: Readonly<Record<string, string | number | boolean>>;
    }
  /** The scale says that nothing changed since the weight it gave last. */
  | { readonly kind: 'unchanged' }
  /** The scale says itself that it did what was asked (zero, tare, clear): needs no further proof. */
  | { readonly kind: 'done' }
  /** Why there is no weight. Asked again until the time is up, except `final`: then asking again can not help. */
  | { readonly kind: 'fault'; readonly code: DeviceConditionCode; readonly final?: boolean }
  /** A handshake: send this at once and listen on. */
  | { readonly kind: 'next'; readonly request: ScaleRequest }
  /** No answer to this request (an echo, a message of another kind): listen on. */
  | { readonly kind: 'other' }
) & {
  /** Known beside it: whether a tare is taken off (a weight says so itself), and whether the scale stands at zero. */
  readonly net?: boolean | undefined;
  readonly atZero?: boolean | undefined;
};

/** What one model adds to the scale conversation. Made per session; `read` may keep no state but what the wire's meaning needs. */
export interface ScaleDialect<Answer = unknown> {
  readonly codec: DeviceCodec<Answer>;
  /** `unitPriceFen` is the price of a kilogram, for scales that compute. */
  weigh(unitPriceFen: number | undefined): ScaleRequest | ScaleRefusal;
  readonly zero?: ScaleRequest;
  /** `grams` absent: what lies on the plate. Never called with 0. */
  tare?(grams: number | undefined): ScaleRequest | ScaleRefusal;
  readonly clear?: ScaleRequest;
  /** Asked for the proof of zero and tare; `weigh` without a price when absent. */
  readonly proof?: ScaleRequest;
  /** The scale sends without being asked: what was half received when a request leaves is not stale. */
  readonly streams?: boolean;
  /** Bytes before they are framed, e.g. a parity bit that a converter left; bad ones are dropped and counted. */
  strip?(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly badCount: number };
  read(answer: Answer, asked: ScaleRequest): ScaleReading;
}
