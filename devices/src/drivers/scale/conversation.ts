import { condition, conditionOf, type DeviceConditionCode } from '../../conditions.ts';
import type { CommandResult, DeviceCommand } from '../../contract/command.ts';
import type { DeviceSession, DriverContext } from '../../contract/definition.ts';
import type { Framer } from '../../framing/index.ts';
import { DeviceLine } from '../line.ts';
import type { ScaleDialect, ScaleReading, ScaleRefusal, ScaleRequest } from './dialect.ts';
import type { ScaleOptions } from './options.ts';
import { isMultipleOf } from './weight.ts';

/** Commands that may wait behind the one that runs: a line carries one conversation at a time. */
const MAX_WAITING_COMMANDS = 4;
/** How long zero and tare may take: the scale has to come to rest first. */
const ACT_TIMEOUT_MS = 3_000;
/** Steps of one handshake; a scale that always wants one more is lying. */
const MAX_HANDSHAKE_STEPS = 8;

const failed = (code: DeviceConditionCode): CommandResult => ({ ok: false, ...condition(code) });
const isZero = (value: string): boolean => !/[1-9]/.test(value);

interface Shown {
  readonly net: boolean | undefined;
  readonly atZero: boolean | undefined;
}
type WeightReading = Extract<ScaleReading, { kind: 'weight' }>;
/** What a listener is told: a reading, nothing in time, or that the line broke. */
type Heard = ScaleReading | 'nothing' | 'broken';

/** One thing to get done: `first` once, then `poll` until `done` has a result or the time is up. */
interface Task {
  readonly first: ScaleRequest;
  readonly poll: ScaleRequest;
  readonly timeoutMs: number;
  /** The failure when the scale answers, names no fault and `done` never has a result. */
  readonly otherwise: DeviceConditionCode;
  done(reading: ScaleReading): CommandResult | undefined;
}

/**
 * Runs one scale on a byte line: asks only when told to, one command after the other, until the weight is at rest or the time is up.
 * What the model's wire is, the dialect says.
 */
export class ScaleConversation<Answer> implements DeviceSession {
  readonly #context: DriverContext<ScaleOptions>;
  readonly #dialect: ScaleDialect<Answer>;
  readonly #line: DeviceLine;
  readonly #framer: Framer;
  #asked: ScaleRequest | undefined;
  #listener: ((heard: Heard) => void) | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** Counts openings of the line: a conversation does not go on over a line that broke. */
  #opened = 0;
  /** Until when the answer to a question that was given up early may still come. */
  #lateAnswerUntilMs = 0;
  /** Bytes came that made no answer, since the conversation began. */
  #garbled = false;
  /** The last weight at rest that this line gave; a scale may answer an unchanged weight with "no change". */
  #lastWeight: WeightReading | undefined;

  constructor(context: DriverContext<ScaleOptions>, dialect: ScaleDialect<Answer>) {
    this.#context = context;
    this.#dialect = dialect;
    this.#framer = dialect.codec.framer();
    this.#line = new DeviceLine(context, { onBytes: (bytes) => this.#take(bytes), onOpen: () => this.#forget() });
  }

  start(): Promise<void> {
    return this.#line.start();
  }

  async stop(): Promise<void> {
    await this.#line.stop();
    this.#listener?.('broken');
  }

  command(command: DeviceCommand): Promise<CommandResult> {
    if (command.type === 'weigh') return this.#inTurn(() => this.#weigh(command.timeoutMs, command.unitPriceFen));
    if (command.type === 'zero') return this.#inTurn(() => this.#zero());
    if (command.type === 'tare') return this.#inTurn(() => this.#tare(command.grams));
    return Promise.resolve(failed('COMMAND_UNSUPPORTED'));
  }

  async #inTurn(work: () => Promise<CommandResult>): Promise<CommandResult> {
    if (this.#waiting > MAX_WAITING_COMMANDS) return failed('DEVICE_BUSY');
    this.#waiting += 1;
    const turn = this.#tail
      .then(work)
      .catch((error): CommandResult => ({ ok: false, ...conditionOf(error, 'DRIVER_EXCEPTION') }));
    this.#tail = turn;
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }

  #weigh(timeoutMs: number, unitPriceFen: number | undefined): Promise<CommandResult> {
    const request = this.#dialect.weigh(unitPriceFen);
    return this.#run(request, {
      poll: request,
      timeoutMs,
      otherwise: 'SCALE_NO_WEIGHT',
      done: (reading) => {
        if (reading.kind !== 'weight') return undefined;
        const { config, clock } = this.#context;
        const at = new Date(clock.now()).toISOString();
        this.#context.emit({ deviceId: config.id, at, type: 'weight', ...reading.weight, stable: true });
        return { ok: true, value: { ...reading.weight, stable: true, ...reading.extra } };
      },
    });
  }

  /** A zero without "done" on the wire is proven by what the scale says next: that it stands at zero, and not because of a tare. */
  #zero(): Promise<CommandResult> {
    const proven = ({ net, atZero }: Shown) => atZero === true && net !== true;
    return this.#act(this.#dialect.zero, { zeroed: true }, 'SCALE_ZERO_REFUSED', proven);
  }

  /** A tare is proven by a net weight; for what lies on the plate, by a net zero. One that is there already would prove anything, so it goes first. */
  async #tare(grams: number | undefined): Promise<CommandResult> {
    const { clear, tare } = this.#dialect;
    if (!tare) return failed('COMMAND_UNSUPPORTED');
    if (grams !== undefined) {
      const cleared = await this.#act(clear, { tared: true }, 'SCALE_TARE_REFUSED', ({ net }) => net === false);
      if (!cleared.ok || grams === 0) return cleared;
    }
    return this.#act(
      tare.call(this.#dialect, grams),
      { tared: true },
      'SCALE_TARE_REFUSED',
      ({ net, atZero }) => net === true && (grams !== undefined || atZero === true),
    );
  }

  #act(
    request: ScaleRequest | ScaleRefusal | undefined,
    value: Record<string, boolean>,
    otherwise: DeviceConditionCode,
    proven: (shown: Shown) => boolean,
  ): Promise<CommandResult> {
    return this.#run(request, {
      poll: this.#dialect.proof ?? this.#dialect.weigh(undefined),
      timeoutMs: ACT_TIMEOUT_MS,
      otherwise,
      done: (reading) => (reading.kind === 'done' || proven(shownBy(reading)) ? { ok: true, value } : undefined),
    });
  }

  async #run(
    first: ScaleRequest | ScaleRefusal | undefined,
    task: Omit<Task, 'first' | 'poll'> & { poll: ScaleRequest | ScaleRefusal },
  ): Promise<CommandResult> {
    if (!first) return failed('COMMAND_UNSUPPORTED');
    if ('refused' in first) return failed(first.refused);
    if ('refused' in task.poll) return failed(task.poll.refused);
    return this.#converse({ ...task, first, poll: task.poll });
  }

  async #converse(task: Task): Promise<CommandResult> {
    const { clock, options } = this.#context;
    const opened = this.#opened;
    await this.#lateAnswerGone();
    const deadlineMs = clock.now() + task.timeoutMs;
    let reason: DeviceConditionCode = 'SCALE_SILENT';
    this.#garbled = false;
    for (let request = task.first; ; request = task.poll) {
      const heard = await this.#exchange(request, deadlineMs, opened);
      if (heard === 'broken') return failed('DEVICE_OFFLINE');
      if (heard !== 'nothing') {
        this.#line.state('online');
        const reading = this.#settled(heard);
        const result = task.done(reading);
        if (result) return result;
        if (reading.kind === 'fault' && reading.final) return failed(reading.code);
        reason = reading.kind === 'fault' ? reading.code : task.otherwise;
      }
      if (clock.now() + options.pollMs >= deadlineMs) break;
      await new Promise<void>((resolve) => clock.setTimeout(resolve, options.pollMs));
    }
    this.#dropPending();
    if (!this.#line.online || opened !== this.#opened) return failed('DEVICE_OFFLINE');
    if (reason !== 'SCALE_SILENT') return failed(reason);
    const why = this.#garbled ? 'SCALE_GARBLED' : 'SCALE_SILENT';
    this.#line.state('silent', condition(why));
    return failed(why);
  }

  /** One request and the answer to it, the steps of a handshake between. */
  async #exchange(request: ScaleRequest, deadlineMs: number, opened: number): Promise<Heard> {
    const { clock, options } = this.#context;
    let next = request;
    for (let step = 0; step < MAX_HANDSHAKE_STEPS; step += 1) {
      if (!this.#line.online || opened !== this.#opened) return 'broken';
      const heard = await this.#ask(next, Math.min(options.replyTimeoutMs, Math.max(1, deadlineMs - clock.now())));
      if (heard === 'nothing' || heard === 'broken' || heard.kind !== 'next') return heard;
      next = heard.request;
    }
    return { kind: 'fault', code: 'SCALE_NO_WEIGHT' };
  }

  /**
   * Nothing on these wires says which question an answer is for: one that was given up at a deadline must not weigh the next goods. The wait is not of the
   * command's own time, and no longer than an answer takes, wherever the clock was set to meanwhile.
   */
  async #lateAnswerGone(): Promise<void> {
    const { clock, options } = this.#context;
    const waitMs = Math.min(this.#lateAnswerUntilMs - clock.now(), options.replyTimeoutMs);
    if (waitMs > 0) await new Promise<void>((resolve) => clock.setTimeout(resolve, waitMs));
  }

  async #ask(request: ScaleRequest, timeoutMs: number): Promise<Heard> {
    const answerByMs = this.#context.clock.now() + this.#context.options.replyTimeoutMs;
    if (!this.#dialect.streams) this.#dropPending();
    // Listening begins before the request leaves: the answer may be there when the write resolves.
    const heard = this.#listen(request, timeoutMs);
    if (request.bytes.length > 0) await this.#line.write(request.bytes).catch(() => this.#listener?.('broken'));
    if ((await heard) === 'nothing') this.#lateAnswerUntilMs = answerByMs;
    return heard;
  }

  #listen(asked: ScaleRequest, timeoutMs: number): Promise<Heard> {
    return new Promise((resolve) => {
      const timer = this.#context.clock.setTimeout(() => this.#listener?.('nothing'), timeoutMs);
      this.#asked = asked;
      this.#listener = (heard) => {
        timer.cancel();
        this.#listener = undefined;
        this.#asked = undefined;
        resolve(heard);
      };
    });
  }

  /** A reading that counts: a weight only at rest, not under zero and in the scale's division; "no change" as the weight it stands for. */
  #settled(reading: ScaleReading): ScaleReading {
    const last = this.#lastWeight;
    if (reading.kind === 'unchanged' && last && agree(shownBy(reading), shownBy(last))) return last;
    this.#lastWeight = undefined;
    if (reading.kind !== 'weight') return reading;
    const shown = shownBy(reading);
    const { division } = this.#context.options;
    if (!reading.stable) return { kind: 'fault', code: 'SCALE_IN_MOTION', ...shown, atZero: false };
    if (reading.weight.value.startsWith('-')) return { kind: 'fault', code: 'SCALE_UNDER_ZERO', ...shown };
    if (division !== undefined && !isMultipleOf(reading.weight.value, division))
      return { kind: 'fault', code: 'SCALE_BAD_WEIGHT', ...shown };
    this.#lastWeight = reading;
    return reading;
  }

  #forget(): void {
    this.#opened += 1;
    this.#lateAnswerUntilMs = 0;
    this.#lastWeight = undefined;
    this.#framer.idle();
    this.#listener?.('broken');
  }

  /** What was half received is no answer to what is asked now. */
  #dropPending(): void {
    for (const output of this.#framer.idle()) if (output.kind === 'reject') this.#reject(output.code, output.byteCount);
  }

  #take(raw: Uint8Array): void {
    const { bytes, badCount } = this.#dialect.strip?.(raw) ?? { bytes: raw, badCount: 0 };
    if (badCount > 0) this.#reject('SCALE_BAD_PARITY', badCount);
    let newest: ScaleReading | undefined;
    for (const output of this.#framer.push(bytes)) {
      if (output.kind === 'reject') this.#reject(output.code, output.byteCount);
      else newest = this.#read(output.bytes, newest);
    }
    // Where several came at once, the newest counts: the older ones tell of a plate that is past.
    if (newest) this.#listener?.(newest);
  }

  #read(frame: Uint8Array, before: ScaleReading | undefined): ScaleReading | undefined {
    const decoded = this.#dialect.codec.decode(frame);
    if (!decoded.ok) {
      this.#reject(decoded.code, frame.length);
      return before ?? { kind: 'fault', code: decoded.code };
    }
    this.#line.frame();
    if (!this.#asked) return before;
    const reading = this.#dialect.read(decoded.value, this.#asked);
    return reading.kind === 'other' ? before : reading;
  }

  #reject(code: DeviceConditionCode, byteCount: number): void {
    this.#garbled = true;
    this.#line.reject(code, byteCount);
  }
}

/** What a reading shows of tare and zero. */
function shownBy(reading: ScaleReading): Shown {
  if (reading.kind !== 'weight') return { net: reading.net, atZero: reading.atZero };
  return { net: reading.weight.net, atZero: reading.atZero ?? isZero(reading.weight.value) };
}

/** Whether "no change" may stand for that weight: a scale at zero, or with another tare, changed. */
function agree(now: Shown, last: Shown): boolean {
  return (now.net ?? last.net) === last.net && (now.atZero ?? last.atZero) === last.atZero;
}
