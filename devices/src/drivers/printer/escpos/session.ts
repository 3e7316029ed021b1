import { condition, conditionOf, type DeviceConditionCode } from '../../../conditions.ts';
import type { CommandResult, DeviceCommand } from '../../../contract/command.ts';
import type { DeviceSession, DriverContext } from '../../../contract/definition.ts';
import { PrinterLine } from './conversation.ts';
import { type PrintPart, type PrintPlan, planJob } from './job.ts';
import type { EscPosOptions } from './options.ts';
import type { PictureMaker } from './pictures.ts';
import { hindrance, type PrinterStatus } from './wire.ts';

/** Jobs that may wait behind the one that prints. */
const MAX_WAITING_JOBS = 8;
/** Looks in a row that nobody answered, after which the printer counts as silent. */
const SILENT_LOOKS = 2;
/** While the end of a job is awaited the printer is asked this often whether it stopped. */
const DRAIN_LOOK_MS = 500;

const refused = (code: DeviceConditionCode, detail?: string): CommandResult => ({
  ok: false,
  ...condition(code, detail),
});

/** How far what was printed is proven. */
type Proof = 'processed' | 'status' | 'none';

/** Runs one receipt printer: jobs one after the other, and how it is in between. */
export class EscPosSession implements DeviceSession {
  readonly #context: DriverContext<EscPosOptions>;
  readonly #printer: PrinterLine;
  readonly #pictures: PictureMaker;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #missedLooks = 0;
  #timer: { cancel(): void } | undefined;
  #running = false;
  /** Bytes that the printer may still wait for, since the line broke in the middle of a command. */
  #owedBytes = 0;

  constructor(context: DriverContext<EscPosOptions>, pictures: PictureMaker) {
    this.#context = context;
    this.#pictures = pictures;
    this.#printer = new PrinterLine(context, {
      automatic: (status) => this.#tell(status),
      opened: () => this.#schedule(0),
    });
  }

  start(): Promise<void> {
    this.#running = true;
    return this.#printer.line.start();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#timer?.cancel();
    await this.#printer.stop();
    await this.#pictures.stop();
  }

  async command(command: DeviceCommand): Promise<CommandResult> {
    if (command.type !== 'print' && command.type !== 'print-picture') return refused('COMMAND_UNSUPPORTED');
    const deadlineMs = this.#context.clock.now() + command.timeoutMs;
    return this.#inTurn(async () => {
      if (command.type === 'print') return this.#print(Buffer.from(command.bytes, 'base64'), deadlineMs);
      const { widthDots } = this.#context.options;
      return this.#print(await this.#pictures.job(Buffer.from(command.jpeg, 'base64'), widthDots), deadlineMs);
    });
  }

  get #twoWay(): boolean {
    return this.#context.options.status === 'two-way';
  }

  async #inTurn(work: () => Promise<CommandResult>): Promise<CommandResult> {
    if (this.#waiting > MAX_WAITING_JOBS) return refused('DEVICE_BUSY');
    this.#waiting += 1;
    const turn = this.#tail
      .then(work)
      .catch((error): CommandResult => ({ ok: false, ...conditionOf(error, 'DRIVER_EXCEPTION') }));
    this.#tail = turn;
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
      this.#schedule(this.#context.options.pollMs);
    }
  }

  async #print(job: Uint8Array, deadlineMs: number): Promise<CommandResult> {
    const plan = planJob(job, this.#context.options.chunkBytes);
    if ('refused' in plan) return refused('PRINT_JOB_REFUSED', plan.refused);
    if (!this.#printer.line.online) return refused('DEVICE_OFFLINE');
    if (this.#context.clock.now() >= deadlineMs) return refused('COMMAND_TIMEOUT');
    const hindered = await this.#hindered();
    if (hindered) return refused(hindered);
    const opening = this.#printer.opening;
    const broken = await this.#send(plan, opening, deadlineMs);
    if (broken) return refused('PRINT_BROKEN', broken);
    const proof = await this.#finish(opening, deadlineMs);
    if (!isProof(proof)) return refused('PRINT_BROKEN', proof);
    return { ok: true, value: { proof, byteCount: job.length } };
  }

  /** Why nothing may be sent now. */
  async #hindered(): Promise<DeviceConditionCode | undefined> {
    if (!this.#twoWay) return undefined;
    const status = await this.#look();
    return status === undefined ? 'PRINTER_SILENT' : hindrance(status);
  }

  /** Sends part after part; the code of what stopped it. */
  async #send(plan: PrintPlan, opening: number, deadlineMs: number): Promise<DeviceConditionCode | undefined> {
    const { clock } = this.#context;
    // What is missing of a command that a broken line cut off: NULs end it, and print nothing where none is missing.
    const first = new Uint8Array(this.#owedBytes);
    for (const part of [{ bytes: first, strayAnswers: 0 }, ...plan.parts]) {
      if (part.bytes.length === 0) continue;
      if (clock.now() >= deadlineMs) return 'COMMAND_TIMEOUT';
      if (!this.#printer.holds(opening)) return 'DEVICE_OFFLINE';
      this.#owedBytes = Math.max(this.#owedBytes, plan.longestCommand);
      const stopped = await this.#sendPart(part, opening);
      if (stopped) return stopped;
    }
    this.#owedBytes = 0;
    return undefined;
  }

  async #sendPart(part: PrintPart, opening: number): Promise<DeviceConditionCode | undefined> {
    const { options } = this.#context;
    try {
      await this.#printer.write(part.bytes);
    } catch {
      return 'DEVICE_OFFLINE';
    }
    if (options.chunkGapMs > 0) await this.#printer.pause(options.chunkGapMs);
    if (!this.#twoWay) return undefined;
    const patienceMs = options.drainTimeoutMs + this.#printer.wireMs(part.bytes.length);
    const answer = await this.#printer.ask('printer', patienceMs, part.strayAnswers);
    if (!this.#printer.holds(opening)) return 'DEVICE_OFFLINE';
    if (answer === undefined) return 'PRINTER_SILENT';
    // A printer that answers has read all that stood before: its commands are whole.
    this.#owedBytes = 0;
    if ((answer & OFFLINE_BIT) === 0) return undefined;
    const status = await this.#look();
    return (status && hindrance(status)) ?? 'PRINTER_OFFLINE';
  }

  /** How far the job is proven, or the code of what stopped its last part. */
  async #finish(opening: number, deadlineMs: number): Promise<Proof | DeviceConditionCode> {
    if (!this.#twoWay) return 'none';
    const { clock, options } = this.#context;
    const endMs = Math.min(deadlineMs, clock.now() + options.drainTimeoutMs);
    await this.#printer.setFence().catch(() => undefined);
    for (;;) {
      if (!this.#printer.holds(opening)) return 'DEVICE_OFFLINE';
      if (await this.#printer.awaitFence(Math.min(DRAIN_LOOK_MS, endMs - clock.now()))) break;
      const status = await this.#look();
      const hindered = status === undefined ? 'PRINTER_SILENT' : hindrance(status);
      if (hindered) return hindered;
      if (clock.now() >= endMs) {
        this.#printer.dropFences();
        return 'status';
      }
    }
    // What the last line used up (the paper, say) is told now and not only at the next look.
    await this.#look();
    return 'processed';
  }

  async #look(): Promise<PrinterStatus | undefined> {
    const status = await this.#printer.look(this.#context.options.answerTimeoutMs);
    if (status) this.#tell(status);
    return status;
  }

  #tell(status: PrinterStatus): void {
    this.#missedLooks = 0;
    if (!this.#printer.line.online) return;
    const hindered = hindrance(status);
    if (hindered) this.#printer.line.state('faulty', condition(hindered));
    else this.#printer.line.state('online', status.paperNearEnd ? condition('PRINTER_PAPER_NEAR_END') : undefined);
  }

  #schedule(delayMs: number): void {
    this.#timer?.cancel();
    if (!this.#running || !this.#twoWay) return;
    this.#timer = this.#context.clock.setTimeout(() => void this.#idleLook(), delayMs);
  }

  /** Never between the parts of a job: the job looks itself. */
  async #idleLook(): Promise<void> {
    if (this.#waiting > 0 || !this.#printer.line.online) return;
    await this.#inTurn(async () => {
      if (await this.#look()) return IDLE;
      this.#missedLooks += 1;
      const isSilent = this.#missedLooks >= SILENT_LOOKS && this.#printer.line.online;
      if (isSilent) this.#printer.line.state('silent', condition('PRINTER_SILENT'));
      return IDLE;
    });
  }
}

const OFFLINE_BIT = 0x08;
const IDLE: CommandResult = { ok: true, value: {} };

const PROOFS: ReadonlySet<string> = new Set<Proof>(['processed', 'status', 'none']);
const isProof = (found: Proof | DeviceConditionCode): found is Proof => PROOFS.has(found);
