import { condition, type DeviceConditionCode } from '../conditions.ts';
import type { DriverContext } from '../contract/definition.ts';

const INTERVAL_MS = 1_000;

/** `reject` events of a device without a byte line, at most one a second; what comes between is added up. */
export class RejectBudget {
  readonly #context: Pick<DriverContext<unknown>, 'clock' | 'config' | 'emit'>;
  #timer: { cancel(): void } | undefined;
  #waiting: { code: DeviceConditionCode; byteCount: number } | undefined;

  constructor(context: Pick<DriverContext<unknown>, 'clock' | 'config' | 'emit'>) {
    this.#context = context;
  }

  tell(code: DeviceConditionCode, byteCount: number): void {
    this.#waiting = { code, byteCount: (this.#waiting?.byteCount ?? 0) + byteCount };
    if (!this.#timer) this.#flush();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #flush(): void {
    this.#timer = undefined;
    const waiting = this.#waiting;
    if (!waiting) return;
    this.#waiting = undefined;
    const { clock, config } = this.#context;
    this.#context.emit({
      deviceId: config.id,
      at: new Date(clock.now()).toISOString(),
      type: 'reject',
      condition: condition(waiting.code),
      byteCount: waiting.byteCount,
    });
    this.#timer = clock.setTimeout(() => this.#flush(), INTERVAL_MS);
  }
}
