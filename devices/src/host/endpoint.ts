import { connect, type Socket } from 'node:net';
import { condition } from '../conditions.ts';
import type { Condition } from '../contract/event.ts';
import { connectPsk, type HostCredential, peerIdentity, provenByKey } from './pairing/pair.ts';
import { tlsCondition } from './pairing/psk.ts';

/** Where a host is: beside this process, or on another machine. */
export type HostEndpoint =
  | { readonly kind: 'unix'; readonly socketPath: string; readonly token: string }
  | {
      readonly kind: 'tls';
      readonly host: string;
      readonly port: number;
      /** The id that the host must have. */
      readonly hostId: string;
      /** Read anew for each connection, so that a new pairing needs no restart; undefined when there is none. */
      readonly credential: () => HostCredential | undefined;
    };

const KEEP_ALIVE_MS = 10_000;

/** Connects; `opened` once the other end is who it should be. Undefined: there is no key to connect with. */
export function openEndpoint(
  endpoint: HostEndpoint,
  on: { opened: (token: string | undefined) => void; failed: (because: Condition) => void },
): Socket | undefined {
  if (endpoint.kind === 'unix') {
    const socket = connect(endpoint.socketPath);
    socket.on('connect', () => on.opened(endpoint.token));
    socket.on('error', (error: NodeJS.ErrnoException) => on.failed(condition('HOST_UNREACHABLE', error.code)));
    return socket;
  }
  const credential = endpoint.credential();
  if (credential === undefined) return undefined;
  const { host, port } = endpoint;
  const key = Buffer.from(credential.key, 'base64url');
  const socket = connectPsk({ host, port, identity: peerIdentity(credential), key });
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  socket.on('secureConnect', () => {
    if (provenByKey(socket)) on.opened(undefined);
    else on.failed(condition('HOST_TLS_FAILED'));
  });
  socket.on('error', (error) => on.failed(tlsCondition(error, false)));
  return socket;
}
