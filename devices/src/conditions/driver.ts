/** Of models, drivers and their commands. Code -> what happened and what to do. */
export const DRIVER_CONDITIONS = {
  MODEL_UNKNOWN: {
    message: 'The catalogue has no such device model.',
    hint: 'Correct `model`; `tillside-agent devices models` lists the models.',
  },
  OPTIONS_INVALID: {
    message: 'The device options do not fit the model.',
    hint: 'Correct the options named in the message.',
  },
  DEVICE_UNKNOWN: { message: 'The host runs no such device.', hint: 'Check the device id against the configuration.' },
  DEVICE_BUSY: {
    message: 'The device has too many commands waiting.',
    hint: 'Wait for earlier answers before sending more.',
  },
  DEVICE_OFFLINE: { message: 'The device is not connected.', hint: 'Check cable and power of the device.' },
  DEVICE_STOPPED: { message: 'The device was stopped.', hint: 'Start the device host again.' },
  DEVICE_START_TIMEOUT: {
    message: 'The device driver did not start in time.',
    hint: 'Other devices go on. Check the device, then restart the device host.',
  },
  DRIVER_EXCEPTION: {
    message: 'The device driver failed inside.',
    hint: 'Other devices go on. Report the message to the maker of the driver.',
  },
  COMMAND_UNSUPPORTED: {
    message: 'The model does not know this command.',
    hint: 'See the commands that the catalogue lists for the model.',
  },
  COMMAND_TIMEOUT: {
    message: 'The device driver did not answer the command in time.',
    hint: 'Check the device; other devices go on.',
  },
  EVENT_INVALID: {
    message: 'A driver made an event that the contract does not allow; it was dropped.',
    hint: 'Report the message to the maker of the driver.',
  },
} as const;
