import { backoffMs } from '../../backoff.ts';
import type { Clock } from '../../contract/transport.ts';

export interface PacePorts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly options: { readonly minGapMs: number; readonly backoffBaseMs: number; readonly backoffMaxMs: number };
}

/** When an access point may be asked for the next thing: a least gap, and back-off while it has trouble. One sleeper at a time. */
export class Pace {
  readonly #ports: PacePorts;
  #troubles = 0;
  #notBeforeMs = 0;
  #wait: { timer: { cancel(): void }; resolve: () => void } | undefined;

  constructor(ports: PacePorts) {
    this.#ports = ports;
  }

  /** True after a wait, false when there was none to do. */
  async waited(): Promise<boolean> {
    const waitMs = this.#notBeforeMs - this.#ports.clock.now();
    if (waitMs > 0) await this.sleep(waitMs);
    return waitMs > 0;
  }

  notFor(delayMs: number): void {
    this.#notBeforeMs = Math.max(this.#notBeforeMs, this.#ports.clock.now() + delayMs);
  }

  backOff(): void {
    const { clock, random, options } = this.#ports;
    const limits = { minMs: options.minGapMs, baseMs: options.backoffBaseMs, maxMs: options.backoffMaxMs };
    this.#notBeforeMs = clock.now() + backoffMs(this.#troubles, limits, random);
    this.#troubles += 1;
  }

  goesWell(): void {
    this.#troubles = 0;
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wait = { timer: this.#ports.clock.setTimeout(resolve, delayMs), resolve };
    });
  }

  /** The sleeper need not wait any longer. */
  wake(): void {
    this.#wait?.timer.cancel();
    this.#wait?.resolve();
  }
}
