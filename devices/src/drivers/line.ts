import { type BackoffLimits, backoffMs } from '../backoff.ts';
import { condition, conditionOf, type DeviceConditionCode, DeviceError } from '../conditions.ts';
import type { DriverContext } from '../contract/definition.ts';
import type { Condition, DeviceState } from '../contract/event.ts';
import type { ByteTransport } from '../contract/transport.ts';
import { LineHealth } from './line-health.ts';
import { settingsSuspect } from './line-settings.ts';

export const REOPEN_BACKOFF: BackoffLimits = { minMs: 50, baseMs: 250, maxMs: 10_000 };
/** Rejects are told at most once in this time; what comes between is added up. */
const REJECT_INTERVAL_MS = 1_000;

/** Conditions that a person must fix: waiting alone will not. */
const FAULTS: ReadonlySet<string> = new Set([
  'PORT_NO_PERMISSION',
  'PORT_BUSY',
  'PORT_OPEN_FAILED',
  'SERIAL_NATIVE_MISSING',
  'USB_PORT_AMBIGUOUS',
  'SHARED_DEVICE_UNKNOWN',
  'SHARED_WITH_ITSELF',
  'SHARED_CHAIN',
  'SHARED_UNSUPPORTED',
  'SHARED_START_CLASH',
  'CONNECTION_NOT_BYTES',
  'HID_NO_LIBUSB',
  'HID_UNAVAILABLE',
  'HID_WRONG_MODE',
  'HID_AMBIGUOUS',
  'HID_NO_PERMISSION',
  'HID_OPEN_FAILED',
]);

export interface LineHandlers {
  onBytes(bytes: Uint8Array): void;
  /** The line just opened: forget what was half received. */
  onOpen(): void;
}

/**
 * What every device on a byte line needs: opens it, opens it again with full-jitter back-off when it closes, says so as `state` events, counts,
 * bounds the `reject` events, and says when the line looks wrongly set. A driver composes this with a framer and its decode, calls `frame`
 * for each message it understood and `reject` for what it did not.
 */
export class DeviceLine {
  readonly #context: DriverContext<unknown>;
  readonly #handlers: LineHandlers;
  readonly #random: () => number;
  readonly #health = new LineHealth();
  #transport: ByteTransport | undefined;
  #running = false;
  #online = false;
  #attempt = 0;
  #retry: { cancel(): void } | undefined;
  #lastState = '';
  #rejectTimer: { cancel(): void } | undefined;
  #rejected: { condition: Condition; byteCount: number } | undefined;

  constructor(context: DriverContext<unknown>, handlers: LineHandlers) {
    this.#context = context;
    this.#handlers = handlers;
    this.#random = context.random ?? Math.random;
  }

  get online(): boolean {
    return this.#online;
  }

  /** Resolves after the first try to open, successful or not. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.state('starting');
    await this.#open();
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#online = false;
    this.#retry?.cancel();
    this.#rejectTimer?.cancel();
    this.#rejectTimer = undefined;
    this.#flushReject();
    await this.#transport?.close();
    this.#transport = undefined;
    this.state('stopped');
  }

  write(bytes: Uint8Array): Promise<void> {
    if (!this.#online || !this.#transport) return Promise.reject(new DeviceError('DEVICE_OFFLINE'));
    this.#context.counters.bytesOut += bytes.length;
    return this.#transport.write(bytes);
  }

  /** A HID feature report, report id first. Rejects with HID_REPORT_REFUSED where the line has no such reports. */
  sendFeature(report: Uint8Array): Promise<void> {
    if (!this.#online || !this.#transport) return Promise.reject(new DeviceError('DEVICE_OFFLINE'));
    if (!this.#transport.sendFeature) return Promise.reject(new DeviceError('HID_REPORT_REFUSED'));
    this.#context.counters.bytesOut += report.length;
    return this.#transport.sendFeature(report);
  }

  /** One message was read and understood: the line is set right. */
  frame(): void {
    this.#context.counters.frames += 1;
    const suspected = this.#health.suspect;
    this.#health.reset();
    if (suspected && this.#online) this.state('online');
  }

  /**
   * Tell a state; the same state with the same condition is told once. A device that sends garbage is not silent: while the settings of the line
   * are suspected, that is what it says.
   */
  state(asked: DeviceState, reason?: Condition): void {
    const suspected = this.#health.suspect && (asked === 'online' || asked === 'silent');
    const state = suspected ? 'online' : asked;
    const because = suspected ? settingsSuspect(this.#context) : reason;
    if (because) this.#remember(because);
    const key = `${state} ${because?.code ?? ''}`;
    if (key === this.#lastState) return;
    this.#lastState = key;
    this.#context.emit({ ...this.#base(), type: 'state', state, ...(because ? { condition: because } : {}) });
  }

  reject(code: DeviceConditionCode, byteCount: number, detail?: string): void {
    const { counters } = this.#context;
    counters.rejects += 1;
    counters.rejectedBytes += byteCount;
    const total = (this.#rejected?.byteCount ?? 0) + byteCount;
    this.#rejected = { condition: condition(code, detail), byteCount: total };
    this.#remember(this.#rejected.condition);
    // HID reports have no baud rate to be wrong.
    if (this.#context.config.connection.kind !== 'hid') this.#health.reject(code);
    if (!this.#rejectTimer) this.#tellRejects();
    if (this.#health.suspect && this.#online) this.state('online');
  }

  #remember(because: Condition): void {
    const { counters, clock } = this.#context;
    counters.lastErrorCode = because.code;
    counters.lastErrorAt = new Date(clock.now()).toISOString();
  }

  /** Tells what is there and, having told something, holds its tongue for the interval. */
  #tellRejects(): void {
    this.#rejectTimer = undefined;
    if (!this.#rejected) return;
    this.#flushReject();
    this.#rejectTimer = this.#context.clock.setTimeout(() => this.#tellRejects(), REJECT_INTERVAL_MS);
  }

  #flushReject(): void {
    if (!this.#rejected) return;
    this.#context.emit({ ...this.#base(), type: 'reject', ...this.#rejected });
    this.#rejected = undefined;
  }

  async #open(): Promise<void> {
    try {
      const transport = this.#transport ?? this.#context.openTransport();
      this.#transport = transport;
      await transport.open({
        onBytes: (bytes) => this.#take(bytes),
        onClose: (reason) => this.#closed(condition('DEVICE_OFFLINE', reason)),
        onDropped: (code, byteCount) => this.reject(code, byteCount),
      });
      if (!this.#running) return await transport.close();
      this.#online = true;
      this.#attempt = 0;
      this.#context.counters.opens += 1;
      this.#health.reset();
      this.#handlers.onOpen();
      this.state('online');
    } catch (error) {
      this.#closed(conditionOf(error, 'DRIVER_EXCEPTION'));
    }
  }

  #closed(because: Condition): void {
    this.#online = false;
    if (!this.#running) return;
    this.state(FAULTS.has(because.code) ? 'faulty' : 'offline', because);
    const delayMs = backoffMs(this.#attempt, REOPEN_BACKOFF, this.#random);
    this.#attempt += 1;
    this.#retry?.cancel();
    this.#retry = this.#context.clock.setTimeout(() => {
      if (this.#running) void this.#open();
    }, delayMs);
  }

  /** A decode that throws must not end the host: the bytes are dropped and told. */
  #take(bytes: Uint8Array): void {
    this.#context.counters.bytesIn += bytes.length;
    this.#health.bytes(bytes);
    try {
      this.#handlers.onBytes(bytes);
    } catch (error) {
      this.reject('DRIVER_EXCEPTION', bytes.length, error instanceof Error ? error.message : undefined);
    }
  }

  #base(): { deviceId: string; at: string } {
    return { deviceId: this.#context.config.id, at: new Date(this.#context.clock.now()).toISOString() };
  }
}
