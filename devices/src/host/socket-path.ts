import { DeviceError } from '../conditions.ts';

/** `sun_path` of Linux has 108 bytes, the last of them zero; a longer path may be cut silently. */
const MAX_SOCKET_PATH_BYTES = 107;

/** Throws HOST_SOCKET_PATH_LONG, so that host and client can't end up at different sockets. */
export function checkSocketPath(path: string): void {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) throw new DeviceError('HOST_SOCKET_PATH_LONG', path);
}
