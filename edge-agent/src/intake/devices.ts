import type { CommandResult, DeviceCommand } from '@tillside/devices';

/** What use-case rooms may ask of devices. Never throws: a device that is away answers with a code. */
export interface DevicesPort {
  command(command: DeviceCommand): Promise<CommandResult>;
}
