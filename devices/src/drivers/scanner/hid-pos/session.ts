import { condition, conditionOf } from '../../../conditions.ts';
import type { DeviceCodec } from '../../../contract/codec.ts';
import type { CommandResult } from '../../../contract/command.ts';
import type { Connection } from '../../../contract/config.ts';
import type { DeviceSession, DriverContext } from '../../../contract/definition.ts';
import type { Framer } from '../../../framing/index.ts';
import { DeviceLine } from '../../line.ts';
import { isScanText, MAX_SCAN_BYTES, ScanStream, utf8Of } from '../scans.ts';
import type { HidPosOptions } from './options.ts';
import { type ScanReport, scanReportCodec } from './wire.ts';

/** Feature report 254 = 1 makes these send scanned data reports: Honeywell, and 9168 (Youjie). */
const READY_REPORT = Uint8Array.of(254, 1);
const READY_VENDORS: ReadonlySet<string> = new Set(['0c2e', '23d0']);

const CR = 0x0d;
const LF = 0x0a;

/** Runs one scanner: reports -> whole scans. A scan longer than a report is put together, within bounds of length and time. */
export class HidPosSession implements DeviceSession {
  readonly #context: DriverContext<HidPosOptions>;
  readonly #line: DeviceLine;
  readonly #codec: DeviceCodec<ScanReport>;
  readonly #framer: Framer;
  readonly #scans: ScanStream;
  #begun: { aim: string; data: string } | undefined;
  #timer: { cancel(): void } | undefined;

  constructor(context: DriverContext<HidPosOptions>) {
    this.#context = context;
    this.#codec = scanReportCodec(context.options);
    this.#framer = this.#codec.framer();
    this.#scans = new ScanStream(context);
    this.#line = new DeviceLine(context, { onBytes: (bytes) => this.#take(bytes), onOpen: () => this.#ready() });
  }

  start(): Promise<void> {
    return this.#line.start();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#line.stop();
  }

  async command(): Promise<CommandResult> {
    return { ok: false, ...condition('COMMAND_UNSUPPORTED') };
  }

  #ready(): void {
    this.#timer?.cancel();
    this.#begun = undefined;
    const { connection } = this.#context.config;
    if (!needsReady(connection)) return;
    this.#line.sendFeature(READY_REPORT).catch((error: unknown) => {
      // It may send scans all the same; but if none come, this is why.
      if (this.#line.online) this.#line.state('faulty', conditionOf(error, 'HID_REPORT_REFUSED'));
    });
  }

  #take(bytes: Uint8Array): void {
    for (const output of this.#framer.push(bytes)) {
      if (output.kind === 'reject') {
        this.#line.reject(output.code, output.byteCount);
        continue;
      }
      const decoded = this.#codec.decode(output.bytes);
      if (decoded.ok) this.#report(decoded.value);
      else this.#line.reject(decoded.code, output.bytes.length);
    }
  }

  #report({ aim = '', data, continued }: ScanReport): void {
    this.#line.frame();
    this.#timer?.cancel();
    // Parts of one scan have one identifier: another one means that the end of the scan before was lost.
    if (this.#begun && this.#begun.aim !== aim) this.#drop();
    const whole = { aim, data: `${this.#begun?.data ?? ''}${data}` };
    this.#begun = undefined;
    if (whole.data.length > MAX_SCAN_BYTES) {
      this.#line.reject('FRAME_OVERSIZE', whole.data.length);
      return;
    }
    if (continued) {
      this.#begun = whole;
      this.#timer = this.#context.clock.setTimeout(() => this.#drop(), this.#context.options.continueTimeoutMs);
      return;
    }
    this.#scan(whole);
  }

  #scan({ aim, data }: { aim: string; data: string }): void {
    const bytes = withoutLineEnd(Buffer.from(data, 'latin1'));
    const text = utf8Of(bytes);
    if (text === undefined || !isScanText(text)) this.#line.reject('SCAN_GARBAGE', bytes.length);
    else this.#scans.take(Buffer.concat([Buffer.from(aim), bytes]), `${aim}${text}`);
  }

  #drop(): void {
    if (this.#begun) this.#line.reject('SCAN_UNFINISHED', this.#begun.data.length);
    this.#begun = undefined;
  }
}

function needsReady(connection: Connection): boolean {
  return connection.kind === 'hid' && READY_VENDORS.has(connection.vendorId);
}

/** A scanner that was used over serial before may still send its suffix. */
function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  if (bytes[end - 1] === LF) end -= 1;
  if (bytes[end - 1] === CR) end -= 1;
  return bytes.subarray(0, end);
}
