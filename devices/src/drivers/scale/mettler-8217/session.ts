import { condition, conditionOf, type DeviceConditionCode } from '../../../conditions.ts';
import type { DeviceCodec } from '../../../contract/codec.ts';
import type { CommandResult, DeviceCommand } from '../../../contract/command.ts';
import type { DeviceSession, DriverContext } from '../../../contract/definition.ts';
import type { Weight } from '../../../contract/weight.ts';
import type { Framer } from '../../../framing/index.ts';
import { DeviceLine } from '../../line.ts';
import type { Mettler8217Options } from './options.ts';
import { stripEvenParity } from './parity.ts';
import { answerCodec, type ScaleAnswer, statusFault, WEIGH_REQUEST, ZERO_REQUEST } from './wire.ts';

/** Commands that may wait behind the one that runs: a line carries one conversation at a time. */
const MAX_WAITING_COMMANDS = 4;
const ZERO_TIMEOUT_MS = 3_000;

const failed = (code: DeviceConditionCode): CommandResult => ({ ok: false, ...condition(code) });

type Answer = ScaleAnswer | { readonly kind: 'bad'; readonly code: DeviceConditionCode };

/** Runs one scale: asks only when told to, until the weight is stable or the time is up. */
export class Mettler8217Session implements DeviceSession {
  readonly #context: DriverContext<Mettler8217Options>;
  readonly #line: DeviceLine;
  readonly #codec: DeviceCodec<ScaleAnswer>;
  readonly #framer: Framer;
  #waiter: ((answer: Answer | undefined) => void) | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** The last weight this line gave; a scale may answer an unchanged weight with a status that names no fault. */
  #lastWeight: Weight | undefined;

  constructor(context: DriverContext<Mettler8217Options>) {
    this.#context = context;
    this.#codec = answerCodec(context.options);
    this.#framer = this.#codec.framer();
    this.#line = new DeviceLine(context, {
      onBytes: (bytes) => this.#take(bytes),
      onOpen: () => {
        this.#framer.idle();
        this.#lastWeight = undefined;
      },
    });
  }

  start(): Promise<void> {
    return this.#line.start();
  }

  async stop(): Promise<void> {
    await this.#line.stop();
    this.#waiter?.(undefined);
  }

  command(command: DeviceCommand): Promise<CommandResult> {
    if (command.type === 'weigh') return this.#inTurn(() => this.#weigh(command.timeoutMs));
    if (command.type === 'zero') return this.#inTurn(() => this.#zero());
    return Promise.resolve(failed('COMMAND_UNSUPPORTED'));
  }

  async #inTurn(work: () => Promise<CommandResult>): Promise<CommandResult> {
    if (this.#waiting > MAX_WAITING_COMMANDS) return failed('DEVICE_BUSY');
    this.#waiting += 1;
    const turn = this.#tail.then(work).catch(
      (error): CommandResult => ({
        ok: false,
        ...conditionOf(error, 'DRIVER_EXCEPTION'),
      }),
    );
    this.#tail = turn;
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  #weigh(timeoutMs: number): Promise<CommandResult> {
    return this.#converse(WEIGH_REQUEST, timeoutMs, (answer) => {
      const weight = this.#weightOf(answer);
      if (weight === undefined) return undefined;
      const { config, clock } = this.#context;
      const at = new Date(clock.now()).toISOString();
      this.#context.emit({ deviceId: config.id, at, type: 'weight', ...weight, stable: true });
      return { ok: true, value: { ...weight, stable: true } };
    });
  }

  /** The protocol has no "done" for zero: the proof is that the scale then says zero. */
  #zero(): Promise<CommandResult> {
    return this.#converse(ZERO_REQUEST, ZERO_TIMEOUT_MS, (answer) => {
      const atZero =
        answer.kind === 'weight' ? answer.weight.grams === 0 : answer.kind === 'status' && answer.status.centreOfZero;
      return atZero ? { ok: true, value: { zeroed: true } } : undefined;
    });
  }

  /** Send `first`, then ask for the weight again and again until `done` has a result or the time is up. */
  async #converse(
    first: Uint8Array,
    timeoutMs: number,
    done: (answer: Answer) => CommandResult | undefined,
  ): Promise<CommandResult> {
    const { clock, options } = this.#context;
    const deadlineMs = clock.now() + timeoutMs;
    let request = first;
    let reason: DeviceConditionCode = 'SCALE_SILENT';
    for (;;) {
      if (!this.#line.online) return failed('DEVICE_OFFLINE');
      // Listening begins before the request leaves: the answer may be there when the write resolves.
      const answered = this.#answer(Math.min(options.replyTimeoutMs, Math.max(1, deadlineMs - clock.now())));
      await this.#line.write(request).catch((error) => {
        this.#waiter?.(undefined);
        throw error;
      });
      const answer = await answered;
      if (answer) {
        this.#line.state('online');
        const result = done(answer);
        if (result) return result;
        reason = reasonOf(answer, first);
      }
      if (clock.now() + options.pollMs >= deadlineMs) break;
      await new Promise<void>((resolve) => clock.setTimeout(resolve, options.pollMs));
      request = WEIGH_REQUEST;
    }
    if (reason === 'SCALE_SILENT' && this.#line.online) this.#line.state('silent', condition('SCALE_SILENT'));
    return failed(reason);
  }

  #weightOf(answer: Answer): Weight | undefined {
    if (answer.kind === 'weight') this.#lastWeight = answer.weight;
    else if (answer.kind === 'bad' || statusFault(answer.status)) this.#lastWeight = undefined;
    return this.#lastWeight;
  }

  /** The next answer, or undefined when none comes in time. */
  #answer(timeoutMs: number): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      const timer = this.#context.clock.setTimeout(() => this.#waiter?.(undefined), timeoutMs);
      this.#waiter = (answer) => {
        timer.cancel();
        this.#waiter = undefined;
        resolve(answer);
      };
    });
  }

  #take(bytes: Uint8Array): void {
    const stripped = stripEvenParity(bytes);
    if (stripped.badCount > 0) this.#line.reject('SCALE_BAD_PARITY', stripped.badCount);
    for (const output of this.#framer.push(stripped.bytes)) {
      if (output.kind === 'reject') {
        this.#line.reject(output.code, output.byteCount);
        continue;
      }
      const decoded = this.#codec.decode(output.bytes);
      if (!decoded.ok) this.#line.reject(decoded.code, output.bytes.length);
      this.#waiter?.(decoded.ok ? decoded.value : { kind: 'bad', code: decoded.code });
    }
  }
}

function reasonOf(answer: Answer, first: Uint8Array): DeviceConditionCode {
  if (answer.kind === 'bad') return answer.code;
  const fault = answer.kind === 'status' ? statusFault(answer.status) : undefined;
  return fault ?? (first === ZERO_REQUEST ? 'SCALE_ZERO_REFUSED' : 'SCALE_NO_WEIGHT');
}
