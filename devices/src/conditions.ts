import type { Condition } from './contract/event.ts';

/**
 * Every condition this room can report: code -> what happened and what to do. One table, so that docs and code can be held to the same set.
 * Texts are for staff and integrators; `{detail}` is the moving part.
 */
export const DEVICE_CONDITIONS = {
  PORT_NOT_FOUND: {
    message: 'The serial port does not exist.',
    hint: 'Plug the device in, or correct connection.path; `ls /dev/serial/by-id` lists what is there.',
  },
  PORT_NO_PERMISSION: {
    message: 'The serial port may not be opened by this user.',
    hint: 'Add the user to the dialout group (`usermod -aG dialout USER`) and log in again.',
  },
  PORT_BUSY: {
    message: 'Another program holds the serial port.',
    hint: 'Stop the other program; `fuser PORT` names it. Two devices must not share one port.',
  },
  PORT_OPEN_FAILED: {
    message: 'The serial port could not be opened.',
    hint: 'Check that the path is a serial port and that the line settings are ones it supports.',
  },
  PORT_CLOSED: { message: 'The line is closed.', hint: 'Wait until the device is online again.' },
  USB_PORT_NOT_FOUND: {
    message: 'No serial port belongs to a USB device with these ids.',
    hint: 'Plug the device in and set it to USB serial (CDC), or correct the ids; `tillside-agent devices probe` lists what is there.',
  },
  USB_PORT_AMBIGUOUS: {
    message: 'Several serial ports belong to USB devices with these ids.',
    hint: 'Add the serialNumber of the one that is meant; where they have none, use a serial connection with a path of /dev/serial/by-path.',
  },
  SHARED_DEVICE_UNKNOWN: {
    message: 'The device whose line should be shared is not one of this host.',
    hint: 'Correct connection.with; both devices must belong to the same host.',
  },
  SHARED_WITH_ITSELF: {
    message: 'A device can not share its own line.',
    hint: 'Set connection.with to the device that has the cable, e.g. the scanner.',
  },
  SHARED_CHAIN: {
    message: 'The device whose line should be shared shares a line itself.',
    hint: 'Set connection.with to the device that has the cable.',
  },
  SHARED_UNSUPPORTED: {
    message: 'The model can not share a line.',
    hint: 'Give the device a cable of its own, or use a model whose messages begin with a byte of their own.',
  },
  SHARED_START_CLASH: {
    message: 'The messages of both devices on the line begin or go on alike, so they can not be told apart.',
    hint: 'With an 8217 scale: no STX in the options of the scanner. With a single-cable scale: prefix S08 and suffix CR there. Only one scale of a kind can share a line.',
  },
  LINE_SETTINGS_SUSPECT: {
    message: 'The device sends, but nothing that can be read.',
    hint: 'Check that baud rate, data bits and parity are the same at the device and in the configuration, and that the model is the right one.',
  },
  SERIAL_NATIVE_MISSING: {
    message: 'The serial port library could not be loaded.',
    hint: 'Reinstall the packages for this platform with `npm ci`.',
  },
  TCP_REFUSED: {
    message: 'The device refused the network connection.',
    hint: 'Check host, port, and that the device is switched on and not in use by another program.',
  },
  TCP_TIMEOUT: {
    message: 'The device did not answer the network connection in time.',
    hint: 'Check the cable, the address, and that a firewall lets the port through.',
  },
  TCP_FAILED: { message: 'The network connection failed.', hint: 'Check host and port of the connection.' },
  CONNECTION_NOT_BYTES: {
    message: 'This kind of connection carries no byte line.',
    hint: 'Use a serial or tcp connection for this model.',
  },
  CONNECTION_UNSUPPORTED: {
    message: 'The model does not speak over this kind of connection.',
    hint: 'See the connections that the catalogue lists for the model.',
  },
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
  FRAME_OVERSIZE: {
    message: 'More bytes arrived than one message may have.',
    hint: 'Check line settings and the suffix that the device sends.',
  },
  FRAME_IDLE: {
    message: 'A message began and never ended.',
    hint: 'Check that the device sends the suffix that is configured.',
  },
  FRAME_NOISE: { message: 'Bytes arrived outside any message.', hint: 'Check line settings, cable and shielding.' },
  SCAN_GARBAGE: {
    message: 'The bytes of a scan are not text.',
    hint: 'Check baud rate, data bits and parity of the scanner.',
  },
  SCAN_PREFIX_MISSING: {
    message: 'A scan came without the configured prefix.',
    hint: 'Set the prefix in the scanner, or remove it from the options.',
  },
  SCAN_LABEL_UNKNOWN: {
    message: 'A scan begins with no label identifier that fits its data; it was dropped.',
    hint: 'Set the label identifiers of the scanner back to those of the factory, with check digits sent, or set the option labelIds to none.',
  },
  SCAN_REPORT_UNKNOWN: {
    message: 'The scanner sent a report in a form that is not known.',
    hint: 'Let the scanner send AIM identifiers, and check the options layout and reportBytes against its manual.',
  },
  SCAN_UNFINISHED: {
    message: 'A scan of several reports began and its end never came; it was dropped.',
    hint: 'Scan the code again. If it stays, check the cable and the option reportBytes.',
  },
  SCALE_IN_MOTION: { message: 'The weight is not steady.', hint: 'Let the goods rest on the scale and weigh again.' },
  SCALE_OVER_CAPACITY: { message: 'The weight is over what the scale may weigh.', hint: 'Weigh fewer goods at once.' },
  SCALE_UNDER_ZERO: {
    message: 'The scale is below zero.',
    hint: 'Clear the plate, zero the scale, weigh again.',
  },
  SCALE_ZERO_RANGE: {
    message: 'The scale is outside the range in which it can be zeroed.',
    hint: 'Clear the plate; if it stays, switch the scale off and on with an empty plate.',
  },
  SCALE_ZERO_REFUSED: {
    message: 'The scale did not go to zero.',
    hint: 'Clear the plate and try again.',
  },
  SCALE_NO_WEIGHT: {
    message: 'The scale answered but sent no weight.',
    hint: 'Lift the goods and put them down again.',
  },
  SCALE_SILENT: {
    message: 'The scale does not answer.',
    hint: 'Check power, cable and that the scale is set to the protocol and line settings of its set-up sheet.',
  },
  SCALE_GARBLED: {
    message: 'Bytes come from the scale, but nothing that its protocol knows.',
    hint: 'Check baud rate, data bits, parity and the protocol in the menu of the scale against its set-up sheet.',
  },
  SCALE_TARE_REFUSED: {
    message: 'The scale did not take the tare.',
    hint: 'Let the scale rest; a tare must be within its range and division, and enabled in its menu.',
  },
  SCALE_DEFECT: {
    message: 'The scale reports a fault of its own memory or calibration.',
    hint: 'Switch it off and on with an empty plate; if the fault stays, have the scale serviced.',
  },
  SCALE_NEEDS_CALIBRATION: {
    message: 'The scale says that it must be calibrated.',
    hint: 'Do not sell by it; have it calibrated and verified.',
  },
  SCALE_NEEDS_ZERO: {
    message: 'The scale says that it must be zeroed.',
    hint: 'Clear the plate, zero the scale, weigh again.',
  },
  SCALE_REPORT_UNKNOWN: {
    message: 'The scale sent a report in a form that is not known.',
    hint: 'Check that the device is a USB HID scale and the model is the right one.',
  },
  SCALE_PRICE_NEEDED: {
    message: 'This scale computes the price, so it needs the price of a kilogram before it weighs.',
    hint: 'Send `unitPriceFen` with the command.',
  },
  SCALE_PRICE_REFUSED: {
    message: 'The scale can not take this price.',
    hint: 'Check the price of the item, and the option priceDigits against the digits that the scale shows.',
  },
  SCALE_RECORD_REFUSED: {
    message: 'The scale does not know this record or its text.',
    hint: 'Check in the menu of the scale that it is set to Dialog 02, 04 or 06.',
  },
  SCALE_TOTAL_DIFFERS: {
    message: 'The scale answered with another price, or a total that is not weight times price.',
    hint: 'Do not sell by it. Check decimals of price and weight in the menu of the scale; weigh again.',
  },
  SCALE_NOT_MOVED: {
    message: 'The goods have not moved since they were weighed last.',
    hint: 'Lift the goods and put them down again.',
  },
  SCALE_NOT_FINISHED: { message: 'The scale has not finished weighing.', hint: 'Weigh again in a moment.' },
  SCALE_UNDER_MINIMUM: {
    message: 'The weight is under the least that the scale may weigh.',
    hint: 'Put the goods on the plate; very light goods can not be sold by this scale.',
  },
  SCALE_ERROR: {
    message: 'The scale reports an error that its protocol does not explain.',
    hint: 'Look at its display; switch it off and on with an empty plate.',
  },
  SCALE_SECRET_MISSING: {
    message: 'The scale asks for checksums (Dialog 06), and no secret for them is configured.',
    hint: 'Set the option checksum to what the maker of the scale gave you, or set the scale to Dialog 02 or 04.',
  },
  SCALE_SECRET_WRONG: {
    message: 'The scale did not accept the checksums (Dialog 06).',
    hint: 'Check the option checksum against what the maker of the scale gave you.',
  },
  SCALE_BAD_CHECKSUM: {
    message: 'A message of the scale came with a wrong checksum and was dropped.',
    hint: 'Check cable and shielding, and the protocol in the menu of the scale.',
  },
  SCALE_BAD_REQUEST: {
    message: 'A request that the protocol of the scale does not know.',
    hint: 'Check that the program at the other end speaks the protocol of this scale.',
  },
  SCALE_BAD_WEIGHT: {
    message: 'The scale sent a weight in a form that does not fit its options.',
    hint: 'Set unit and decimals to what the scale shows; a wrong setting would charge a wrong price.',
  },
  SCALE_BAD_PARITY: {
    message: 'Bytes with a wrong parity arrived.',
    hint: 'Set data bits and parity of the line to those of the set-up sheet, e.g. 7 data bits, even parity.',
  },
  HOST_BAD_LINE: { message: 'A line was not a message of this protocol.', hint: 'Send one JSON object a line.' },
  HOST_LINE_TOO_LONG: { message: 'A line was longer than the protocol allows.', hint: 'Keep lines under 1 MiB.' },
  HOST_NO_HELLO: {
    message: 'The first message must be hello.',
    hint: 'Say hello with the versions that are spoken, and the token, first.',
  },
  HOST_WRONG_TOKEN: {
    message: 'The token is not the one this host was given.',
    hint: 'Use the token that the agent made for this host.',
  },
  HOST_WRONG_VERSION: {
    message: 'Client and host speak different protocol versions.',
    hint: 'Install the same release of agent and device host.',
  },
  HOST_EVENT_UNKNOWN: {
    message: 'The device host sent an event of a kind that this version does not know; it was left aside.',
    hint: 'Upgrade the agent; the device host is newer.',
  },
  HOST_SILENT: {
    message: 'The device host says nothing any more.',
    hint: 'It is connected to again by itself; check the network and the machine it runs on.',
  },
  HOST_NOT_PAIRED: {
    message: 'This agent has no key for the device host.',
    hint: 'Run `tillside-device-host pair CONFIG` there and `tillside-agent devices pair-host` here.',
  },
  HOST_PEER_UNKNOWN: {
    message: 'The device host does not know this agent, or not any more.',
    hint: 'Pair them again: `tillside-device-host pair CONFIG` there, `tillside-agent devices pair-host` here.',
  },
  HOST_KEY_WRONG: {
    message: 'The key of the device host is not the one that this agent has.',
    hint: 'Check that the address is that of the right host; then pair them again.',
  },
  HOST_UNPAIRED: {
    message: 'The pairing with the device host was revoked.',
    hint: 'Pair them again if that was not meant.',
  },
  HOST_ID_DIFFERS: {
    message: 'The device host at this address has another id.',
    hint: 'Use the hostId of its config in `deviceHosts`, or correct the address.',
  },
  HOST_TLS_FAILED: {
    message: 'No secure connection to the device host could be made.',
    hint: 'Check that the address and port are those of a Tillside device host.',
  },
  HOST_ADDRESS_INVALID: {
    message: 'This is not an address of a device host.',
    hint: 'Write host:port, e.g. 192.168.1.20:7443; an IPv6 address in brackets.',
  },
  HOST_LISTEN_MISSING: {
    message: 'The configuration of this device host opens no port to other machines.',
    hint: 'Add `listen` with a port to it, restart the device host, and pair.',
  },
  PAIRING_CODE_MALFORMED: {
    message: 'This is not a pairing code of a device host.',
    hint: 'Type the five groups of four characters that `tillside-device-host pair` printed.',
  },
  PAIRING_CODE_WRONG: {
    message: 'The pairing code, or the id of the device host, is wrong.',
    hint: 'Check both against what `tillside-device-host pair` printed; after several wrong codes a new one is needed.',
  },
  PAIRING_CODE_EXPIRED: {
    message: 'The pairing code is too old.',
    hint: 'Make a new one: `tillside-device-host pair CONFIG`.',
  },
  PAIRING_CODE_USED: {
    message: 'The pairing code was used before.',
    hint: 'Make a new one: `tillside-device-host pair CONFIG`. If it was not you who used it, run `unpair` first.',
  },
  PAIRING_CODE_WITHDRAWN: {
    message: 'The pairing code was withdrawn after too many wrong attempts.',
    hint: 'Find out who tries on this network; then make a new one: `tillside-device-host pair CONFIG`.',
  },
  PAIRING_NOT_OPEN: {
    message: 'The device host waits for no pairing.',
    hint: 'Make a code there first: `tillside-device-host pair CONFIG`.',
  },
  SPOOL_TORN: {
    message: 'The device host ended while it wrote an event, which is lost.',
    hint: 'Scan again what is missing at the till.',
  },
  SPOOL_DAMAGED: {
    message: 'The file of waiting events was damaged; what could be read was kept, and the file was set aside.',
    hint: 'Check the disk of this machine; scan again what is missing at the till.',
  },
  SPOOL_WRITE_FAILED: {
    message: 'Waiting events can not be written to the disk; they are kept in memory.',
    hint: 'Free disk space or mend its permissions. Scans go on, but would not survive a restart of the device host.',
  },
  EVENTS_SHED: {
    message: 'Events were dropped because too many waited for the agent.',
    hint: 'Check why the agent was away for so long; scan again what is missing at the till.',
  },
  HOST_REPLACED: { message: 'Another client took over.', hint: 'Only one client may use a device host.' },
  HOST_BUSY: { message: 'Too many commands wait for the device host.', hint: 'Wait for earlier answers.' },
  HOST_UNREACHABLE: {
    message: 'The device host can not be reached.',
    hint: 'It restarts by itself; if it stays away, read its log.',
  },
  HOST_CONNECTION_LOST: {
    message: 'The connection to the device host broke before the answer came.',
    hint: 'The command may or may not have acted. Ask again.',
  },
  HOST_ALREADY_RUNNING: {
    message: 'Another device host listens on this socket.',
    hint: 'Stop it, or give this host a socket path of its own.',
  },
  HOST_SOCKET_PATH_LONG: {
    message: 'The path of the device host socket is longer than the system allows.',
    hint: 'Move the data directory to a shorter path; a socket path has at most 107 bytes.',
  },
  HOST_CONFIG_INVALID: { message: 'The device host configuration is not valid.', hint: 'Correct what is named.' },
  HOST_TOKEN_MISSING: {
    message: 'The device host was started without a token.',
    hint: 'Set TILLSIDE_HOST_TOKEN to a secret of at least 16 characters.',
  },
  HOST_EXITED: {
    message: 'The device host ended.',
    hint: 'It is started again by itself; read its log for the cause.',
  },
  HOST_UNRESPONSIVE: {
    message: 'The device host did not answer its watchdog and was killed.',
    hint: 'It is started again by itself; report which device was in use.',
  },
  PTY_NO_SOCAT: {
    message: 'The program socat is not installed, so no pseudo-terminal can be made.',
    hint: 'Install it: `apt-get install socat`. Or use a tcp line.',
  },
  PTY_FAILED: { message: 'The pseudo-terminal did not come up.', hint: 'Check that the path is writable.' },
  SERIAL_LIST_UNAVAILABLE: {
    message: 'Serial ports can not be listed on this machine.',
    hint: 'Install udev: `apt-get install udev`. Ports still open by path.',
  },
  UDEV_MISSING: {
    message: 'udev is not installed or not running, so devices get no stable names and no permissions.',
    hint: 'Install it: `apt-get install udev`. In a container, install the rules on the machine itself and pass /dev in.',
  },
  UDEV_RULES_MISSING: {
    message: 'The udev rules of the devices are not installed.',
    hint: 'As root: `tillside-agent devices udev -c CONFIG > /etc/udev/rules.d/60-tillside.rules`, then `udevadm control --reload` and plug the devices in again.',
  },
  UDEV_RULES_OLD: {
    message: 'The udev rules that are installed are not those of this release and configuration.',
    hint: 'As root: `tillside-agent devices udev -c CONFIG > /etc/udev/rules.d/60-tillside.rules`, then `udevadm control --reload` and plug the devices in again.',
  },
  HID_NO_LIBUSB: {
    message: 'USB HID devices need libusb-1.0, which is missing.',
    hint: 'Install it: `apt-get install libusb-1.0-0`. Serial and network devices work without.',
  },
  HID_UNAVAILABLE: {
    message: 'The USB HID library could not be loaded.',
    hint: 'Reinstall the packages for this platform with `npm ci`. Serial and network devices work without.',
  },
  HID_NOT_FOUND: {
    message: 'No USB HID device with these ids is plugged in.',
    hint: 'Plug the device in, or correct vendorId, productId and serialNumber of the connection; `lsusb` lists what is there.',
  },
  HID_WRONG_MODE: {
    message: 'The USB device is there but does not speak as this model does.',
    hint: 'A scanner is likely in keyboard mode: scan the code "USB HID POS" of its manual, or set it to USB serial (CDC) and use that model.',
  },
  HID_AMBIGUOUS: {
    message: 'Several USB HID devices fit the connection.',
    hint: 'Add the serialNumber of the one that is meant; devices without one must differ in productId.',
  },
  HID_NO_PERMISSION: {
    message: 'The USB HID device may not be opened by this user.',
    hint: 'Install the udev rules for this device, then unplug it and plug it in again.',
  },
  HID_OPEN_FAILED: {
    message: 'The USB HID device could not be opened.',
    hint: 'On Linux this is mostly missing permission: install the udev rules and plug the device in again. Else stop the other program that holds it.',
  },
  HID_REPORT_REFUSED: {
    message: 'The USB HID device did not take a report.',
    hint: 'Unplug it and plug it in again; if it stays, the device does not support what the model asks of it.',
  },
  AP_UNREACHABLE: {
    message: 'The label access point can not be reached.',
    hint: 'Check its power, address and network; labels keep their last picture and updates wait.',
  },
  AP_SILENT: {
    message: 'The label access point is connected but says nothing.',
    hint: 'It is connected to again by itself; if it stays so, switch the access point off and on.',
  },
  AP_BUSY: {
    message: 'The label access point kept refusing the picture.',
    hint: 'Wait until its own update is over; then send the label again.',
  },
  AP_LOW_MEMORY: {
    message: 'The label access point is short of memory, so uploads wait.',
    hint: 'They go on by themselves; if not, restart the access point.',
  },
  AP_REFUSED: {
    message: 'The label access point refused the request.',
    hint: 'Check that its firmware is supported and that the tag kind is right.',
  },
  AP_BAD_ANSWER: {
    message: 'The label access point answered in a form that is not known.',
    hint: 'Check that the address is an OpenEPaperLink access point and its firmware is supported.',
  },
  AP_QUEUE_FULL: {
    message: 'Too many label pictures wait for the access point.',
    hint: 'Send fewer labels at once; the queue drains by itself.',
  },
  TAG_UNKNOWN: {
    message: 'The access point does not know this tag.',
    hint: 'Wake the tag near the access point and wait until it is discovered.',
  },
  TAG_TYPE_UNKNOWN: {
    message: 'No picture can be made for this kind of tag.',
    hint: 'Add the hardware type to the tag types in firmware-configs.',
  },
  LABEL_NOT_PROVEN: {
    message: 'The tag did not take its picture in time.',
    hint: 'Check that the tag is in range and its battery is good; then send the label again.',
  },
  LABEL_RENDER_FAILED: {
    message: 'The label picture could not be drawn.',
    hint: 'Check the label content; report the message to the maker if it is right.',
  },
  LABEL_RENDER_BUSY: {
    message: 'Too many label pictures wait to be drawn.',
    hint: 'Send fewer labels at once.',
  },
  LABEL_FONT_MISSING: {
    message: 'A bundled label font could not be loaded.',
    hint: 'Reinstall the packages with `npm ci`.',
  },
  LISTEN_PORT_IN_USE: {
    message: 'The port that this device should listen on is in use.',
    hint: 'Stop the other program, or set another port for the connection.',
  },
  LISTEN_FAILED: {
    message: 'The listener could not be opened.',
    hint: 'Check host and port of the connection; ports under 1024 need rights.',
  },
  PRESENCE_SECRET_WRONG: {
    message: 'A post came with a wrong secret and was not read.',
    hint: 'Set the same secret in the Wi-Fi dashboard and in the options of the device.',
  },
  PRESENCE_MALFORMED: {
    message: 'A post was not a scanning report that is known; it was not read.',
    hint: 'Set the scanning API to version 2 or 3.',
  },
  PRESENCE_TOO_LARGE: {
    message: 'A post was larger than a scanning report may be; it was not read.',
    hint: 'Check what posts to this address.',
  },
  PRESENCE_ROUTE_UNKNOWN: {
    message: 'The listener has no such address or method.',
    hint: 'Use GET for the validator and POST for reports, at the root path.',
  },
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

  constructor(code: DeviceConditionCode, detail?: string, cause?: unknown) {
    const { message, hint } = condition(code, detail);
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DeviceError';
    this.code = code;
    this.hint = hint;
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
