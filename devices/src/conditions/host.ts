/** Of the device host, its spool and its pairing. Code -> what happened and what to do. */
export const HOST_CONDITIONS = {
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
} as const;
