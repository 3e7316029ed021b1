/** Of lines: ports, sockets, USB, what carries the bytes and how they are framed. Code -> what happened and what to do. */
export const LINE_CONDITIONS = {
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
  FRAME_OVERSIZE: {
    message: 'More bytes arrived than one message may have.',
    hint: 'Check line settings and the suffix that the device sends.',
  },
  FRAME_IDLE: {
    message: 'A message began and never ended.',
    hint: 'Check that the device sends the suffix that is configured.',
  },
  FRAME_NOISE: { message: 'Bytes arrived outside any message.', hint: 'Check line settings, cable and shielding.' },
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
  LISTEN_PORT_IN_USE: {
    message: 'The port that this device should listen on is in use.',
    hint: 'Stop the other program, or set another port for the connection.',
  },
  LISTEN_FAILED: {
    message: 'The listener could not be opened.',
    hint: 'Check host and port of the connection; ports under 1024 need rights.',
  },
} as const;
