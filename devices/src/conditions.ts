import { DRIVER_CONDITIONS } from './conditions/driver.ts';
import { HOST_CONDITIONS } from './conditions/host.ts';
import { LABEL_CONDITIONS } from './conditions/label.ts';
import { LINE_CONDITIONS } from './conditions/line.ts';
import { PRESENCE_CONDITIONS } from './conditions/presence.ts';
import { PRINTER_CONDITIONS } from './conditions/printer.ts';
import { SCALE_CONDITIONS } from './conditions/scale.ts';
import { SCAN_CONDITIONS } from './conditions/scan.ts';
import type { Condition } from './contract/event.ts';

/**
 * Every condition this room can report: code -> what happened and what to do. One table, so that docs and code can be held to the same set.
 * Texts are for staff and integrators; `{detail}` is the moving part.
 */
export const DEVICE_CONDITIONS = {
  ...LINE_CONDITIONS,
  ...DRIVER_CONDITIONS,
  ...SCAN_CONDITIONS,
  ...SCALE_CONDITIONS,
  ...PRINTER_CONDITIONS,
  ...HOST_CONDITIONS,
  ...LABEL_CONDITIONS,
  ...PRESENCE_CONDITIONS,
} as const satisfies Record<string, { message: string; hint: string }>;

export type DeviceConditionCode = keyof typeof DEVICE_CONDITIONS;

/** The condition of a code; `detail` is appended to the message and must carry no personal data. */
export function condition(code: DeviceConditionCode, detail?: string): Condition {
  const { message, hint } = DEVICE_CONDITIONS[code];
  return { code, message: detail ? `${message} (${detail.slice(0, 300)})` : message, hint };
}

/** A coded error. `toCondition` gives it as data, for events and command results. */
export class DeviceError extends Error {
  readonly code: DeviceConditionCode;
  readonly hint: string;
  readonly detail: string | undefined;

  constructor(code: DeviceConditionCode, detail?: string, cause?: unknown) {
    const { message, hint } = condition(code, detail);
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DeviceError';
    this.code = code;
    this.hint = hint;
    this.detail = detail;
  }

  toCondition(): Condition {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

/** Any thrown value as a condition; one without a code becomes `fallback`. */
export function conditionOf(error: unknown, fallback: DeviceConditionCode): Condition {
  if (error instanceof DeviceError) return error.toCondition();
  return condition(fallback, error instanceof Error ? error.message : String(error));
}
