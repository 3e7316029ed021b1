import { condition } from '../conditions.ts';
import type { Connection } from '../contract/config.ts';
import type { DeviceDefinition, DriverContext } from '../contract/definition.ts';
import type { Condition } from '../contract/event.ts';

type Settings = NonNullable<DeviceDefinition['serialDefaults']>;

/** Settings as people write them: `9600 7E1`. */
export function settingsText({ baudRate, dataBits, parity, stopBits }: Settings): string {
  return `${baudRate} ${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}`;
}

function presentText(connection: Connection): string {
  if (connection.kind === 'serial' || connection.kind === 'usb-serial') return `now ${settingsText(connection)}`;
  if (connection.kind === 'shared') return `now those of the line of ${connection.with}`;
  return `now those of the far end of the ${connection.kind} line`;
}

/** What to say of a line that brings only garbage: what it is set to now, and what the model has from the factory. */
export function settingsSuspect(context: Pick<DriverContext<unknown>, 'config' | 'serialDefaults'>): Condition {
  const { code, message, hint } = condition('LINE_SETTINGS_SUSPECT', presentText(context.config.connection));
  const { serialDefaults } = context;
  return {
    code,
    message,
    hint: serialDefaults ? `${hint} The model comes from the factory with ${settingsText(serialDefaults)}.` : hint,
  };
}
