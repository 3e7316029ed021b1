import { condition } from '../../../conditions.ts';
import type { DeviceCodec } from '../../../contract/codec.ts';
import type { CommandResult } from '../../../contract/command.ts';
import type { DeviceSession, DriverContext } from '../../../contract/definition.ts';
import type { Framer, FramerOutput } from '../../../framing/index.ts';
import { DeviceLine } from '../../line.ts';
import { ScanStream } from '../scans.ts';
import { scanCodec } from './decode.ts';
import type { SerialScannerOptions } from './options.ts';

/** Runs one scanner: bytes -> frames -> scans. */
export class SerialScannerSession implements DeviceSession {
  readonly #context: DriverContext<SerialScannerOptions>;
  readonly #line: DeviceLine;
  readonly #codec: DeviceCodec<string>;
  readonly #framer: Framer;
  readonly #scans: ScanStream;
  #idleTimer: { cancel(): void } | undefined;

  constructor(context: DriverContext<SerialScannerOptions>) {
    this.#context = context;
    this.#codec = scanCodec(context.options);
    this.#framer = this.#codec.framer();
    this.#scans = new ScanStream(context);
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
    this.#scans.take(frame, decoded.value);
  }
}
