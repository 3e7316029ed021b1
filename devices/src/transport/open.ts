import { DeviceError } from '../conditions.ts';
import type { Connection } from '../contract/config.ts';
import type { ByteTransport } from '../contract/transport.ts';
import { SerialTransport } from './serial.ts';
import { TcpTransport } from './tcp.ts';

/** The byte pipe of a connection, not yet open. Throws CONNECTION_NOT_BYTES for a kind that carries none. */
export function openTransport(connection: Connection): ByteTransport {
  if (connection.kind === 'tcp') return new TcpTransport(connection);
  if (connection.kind === 'serial') return new SerialTransport(connection);
  throw new DeviceError('CONNECTION_NOT_BYTES', connection.kind);
}
