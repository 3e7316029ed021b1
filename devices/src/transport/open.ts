import { DeviceError } from '../conditions.ts';
import type { Connection } from '../contract/config.ts';
import type { ByteTransport, HidUsage } from '../contract/transport.ts';
import { HidTransport } from './hid.ts';
import { listSerialPorts } from './probe.ts';
import { SerialTransport } from './serial.ts';
import { TcpTransport } from './tcp.ts';
import { type ListPorts, UsbSerialTransport } from './usb-serial.ts';

export interface TransportNeeds {
  /** Through which collection a HID model speaks. */
  readonly hid?: HidUsage | undefined;
  /** The serial ports that are there now; those of this machine when absent. */
  readonly listPorts?: ListPorts;
}

/** The byte pipe of a connection, not yet open. Throws CONNECTION_NOT_BYTES for a kind that carries none. A shared line is the host's to open. */
export function openTransport(connection: Connection, needs: TransportNeeds = {}): ByteTransport {
  if (connection.kind === 'tcp') return new TcpTransport(connection);
  if (connection.kind === 'serial') return new SerialTransport(connection);
  if (connection.kind === 'usb-serial') return new UsbSerialTransport(connection, needs.listPorts ?? listSerialPorts);
  if (connection.kind === 'hid') return new HidTransport({ match: connection, usage: needs.hid });
  throw new DeviceError('CONNECTION_NOT_BYTES', connection.kind);
}
