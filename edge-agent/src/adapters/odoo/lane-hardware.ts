import { type CommandResult, MAX_PICTURE_BYTES } from '@tillside/devices';
import { z } from 'zod';
import { AgentError } from '../../errors.ts';
import type { DevicesPort } from '../../intake/devices.ts';
import type { DeviceStatus } from '../../intake/intake.ts';

/** The till asks twice a second and waits for each answer. */
const WEIGH_MS = 1_500;
const PRINT_MS = 60_000;
/** Both pins of a drawer's connector, 50 ms each (ESC p; times count in 2 ms). */
const OPEN_DRAWER = Buffer.from('\x1bp\x00\x19\xfa\x1bp\x01\x19\xfa', 'latin1').toString('base64');
const MAX_BASE64 = 4 * Math.ceil(MAX_PICTURE_BYTES / 3);

/** What a till sees of a device. */
export interface DriverStatus {
  readonly status: 'connected' | 'connecting' | 'disconnected';
  readonly messages: readonly string[];
}

export interface ScaleReading {
  /** Kilograms; 0 where there is none. */
  readonly weight: number;
  readonly unit: 'kg';
  /** `ok`, or the code of why there is no weight. */
  readonly info: string;
}

/** The till takes anything but an object with `result: false` for a receipt that was printed. */
export type PrintAnswer =
  | { readonly result: true; readonly proof: string }
  | { readonly result: false; readonly errorCode: string; readonly printerErrorCode: string; readonly message: string };

const PrinterAction = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('print_receipt'),
    receipt: z
      .string()
      .max(MAX_BASE64 + 40)
      .transform((text) => text.replace(/^data:image\/jpeg;base64,/, ''))
      .pipe(z.base64().min(4).max(MAX_BASE64)),
  }),
  z.object({ action: z.literal('cashbox') }),
]);

const STATES: Readonly<Record<string, DriverStatus['status']>> = { online: 'connected', starting: 'connecting' };

export interface LaneHardwarePorts {
  readonly lane: string;
  readonly devices: DevicesPort;
  /** The first device of a family at this lane. */
  deviceOf(family: string): DeviceStatus | undefined;
}

/** Scale and printer of one lane, in the words of an Odoo till. */
export class LaneHardware {
  readonly #ports: LaneHardwarePorts;
  #weighing: Promise<ScaleReading> | undefined;

  constructor(ports: LaneHardwarePorts) {
    this.#ports = ports;
  }

  /** By driver; what the lane has not is not there. `escpos` is the printer's name with old tills. */
  status(): Record<string, DriverStatus> {
    const of = (name: string, family: string): [string, DriverStatus][] => {
      const device = this.#ports.deviceOf(family);
      if (device === undefined) return [];
      const { state, condition } = device;
      return [
        [
          name,
          { status: STATES[state] ?? 'disconnected', messages: condition === undefined ? [] : [condition.message] },
        ],
      ];
    };
    return Object.fromEntries([
      ...of('scanner', 'scanner'),
      ...of('scale', 'scale'),
      ...of('printer', 'printer'),
      ...of('escpos', 'printer'),
    ]);
  }

  /** A weight at rest; 0 with the reason in `info` otherwise, since a till sells by what it is told. Questions while one is asked get its answer. */
  weigh(): Promise<ScaleReading> {
    this.#weighing ??= this.#weigh().finally(() => {
      this.#weighing = undefined;
    });
    return this.#weighing;
  }

  async #weigh(): Promise<ScaleReading> {
    const scale = this.#ports.deviceOf('scale');
    if (scale === undefined) return { weight: 0, unit: 'kg', info: 'NO_SCALE' };
    const result = await this.#ports.devices.command({ type: 'weigh', deviceId: scale.deviceId, timeoutMs: WEIGH_MS });
    if (!result.ok) return { weight: 0, unit: 'kg', info: result.code };
    return { weight: Math.max(0, Number(result.value.grams)) / 1_000, unit: 'kg', info: 'ok' };
  }

  /** `{ action: 'print_receipt', receipt: BASE64 OF A JPEG }` or `{ action: 'cashbox' }`. Throws ODOO_CALL_REFUSED. */
  act(data: unknown): Promise<PrintAnswer> {
    const action = PrinterAction.safeParse(data);
    if (!action.success) {
      const fields = action.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      throw new AgentError('ODOO_CALL_REFUSED', { fields });
    }
    if (action.data.action === 'cashbox') return this.openDrawer();
    return this.#printed(
      (deviceId, jpeg) => ({ type: 'print-picture', deviceId, jpeg, timeoutMs: PRINT_MS }),
      action.data.receipt,
    );
  }

  openDrawer(): Promise<PrintAnswer> {
    return this.#printed((deviceId, bytes) => ({ type: 'print', deviceId, bytes, timeoutMs: PRINT_MS }), OPEN_DRAWER);
  }

  async #printed(
    command: (deviceId: string, base64: string) => Parameters<DevicesPort['command']>[0],
    base64: string,
  ): Promise<PrintAnswer> {
    const printer = this.#ports.deviceOf('printer');
    const result: CommandResult =
      printer === undefined
        ? { ok: false, code: 'NO_PRINTER', ...new AgentError('NO_PRINTER').words('en') }
        : await this.#ports.devices.command(command(printer.deviceId, base64));
    if (result.ok) return { result: true, proof: String(result.value.proof) };
    const { code, message, hint } = result;
    return { result: false, errorCode: code, printerErrorCode: code, message: `${message} ${hint}` };
  }
}
