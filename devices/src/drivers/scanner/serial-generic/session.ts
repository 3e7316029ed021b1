import { condition } from '../../../conditions.ts';
import type { DeviceCodec } from '../../../contract/codec.ts';
import type { CommandResult } from '../../../contract/command.ts';
import type { DeviceSession, DriverContext } from '../../../contract/definition.ts';
import type { Framer, FramerOutput } from '../../../framing/index.ts';
import { classifyScan } from '../../../gs1/classify.ts';
import { DeviceLine } from '../../line.ts';
import { scanCodec } from './decode.ts';
import type { SerialScannerOptions } from './options.ts';

/** Runs one scanner: bytes -> frames -> scans, with one event for a code that the scanner repeats within its repeat time. */
export class SerialScannerSession implements DeviceSession {
  readonly #context: DriverContext<SerialScannerOptions>;
  readonly #line: DeviceLine;
  readonly #codec: DeviceCodec<string>;
  readonly #framer: Framer;
  #idleTimer: { cancel(): void } | undefined;
  #last: { frame: string; atMs: number } | undefined;

  constructor(context: DriverContext<SerialScannerOptions>) {
    this.#context = context;
    this.#codec = scanCodec(context.options);
    this.#framer = this.#codec.framer();
    this.#line = new DeviceLine(context, {
      onBytes: (bytes) => this.#take(bytes),
      onOpen: () => this.#framer.idle(),
    });
  }

  start(): Promise<void> {
    return this.#line.start();
  }

  async stop(): Promise<void> {
    this.#idleTimer?.cancel();
    await this.#line.stop();
  }

  async command(): Promise<CommandResult> {
    return { ok: false, ...condition('COMMAND_UNSUPPORTED') };
  }

  #take(bytes: Uint8Array): void {
    this.#outputs(this.#framer.push(bytes));
    this.#idleTimer?.cancel();
    if (this.#framer.pendingBytes === 0) return;
    this.#idleTimer = this.#context.clock.setTimeout(
      () => this.#outputs(this.#framer.idle()),
      this.#context.options.idleTimeoutMs,
    );
  }

  #outputs(outputs: readonly FramerOutput[]): void {
    for (const output of outputs) {
      if (output.kind === 'frame') this.#frame(output.bytes);
      else this.#line.reject(output.code, output.byteCount);
    }
  }

  #frame(frame: Uint8Array): void {
    const decoded = this.#codec.decode(frame);
    if (!decoded.ok) {
      this.#line.reject(decoded.code, frame.length);
      return;
    }
    this.#line.frame();
    const atMs = this.#context.clock.now();
    // Compared by the bytes, since two masked payment codes look alike and are not the same.
    const key = Buffer.from(frame).toString('latin1');
    const repeated =
      this.#last?.frame === key && Math.abs(atMs - this.#last.atMs) < this.#context.options.duplicateWindowMs;
    // The window slides: a code that is held before the scanner stays one scan.
    this.#last = { frame: key, atMs };
    if (repeated) return;
    const { config } = this.#context;
    this.#context.emit({
      deviceId: config.id,
      at: new Date(atMs).toISOString(),
      type: 'scan',
      ...classifyScan(decoded.value),
    });
  }
}
