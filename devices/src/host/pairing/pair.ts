import { connect, type TLSSocket } from 'node:tls';
import { condition, type DeviceConditionCode } from '../../conditions.ts';
import type { Condition } from '../../contract/event.ts';
import { LineReader, parseJson } from '../ndjson.ts';
import { MAX_PAIRING_LINE_BYTES, PAIRING_TIMEOUT_MS, PairingAnswer } from './messages.ts';
import {
  KEY_BYTES,
  PAIRING_IDENTITY,
  PEER_PREFIX,
  PSK_SUITE,
  PSK_TLS,
  pairingKey,
  parseAddress,
  tlsCondition,
} from './psk.ts';

/** What an agent keeps of a pairing: a secret. */
export interface HostCredential {
  readonly peerId: string;
  /** 256 random bits, base64url. */
  readonly key: string;
}

/** A coded refusal that the other side or TLS gave; `condition` says which. */
export class PairingRefused extends Error {
  readonly condition: Condition;

  constructor(because: Condition) {
    super(`${because.code}: ${because.message}`);
    this.name = 'PairingRefused';
    this.condition = because;
  }
}

/** Opens TLS to a host as `identity`, or fails with what `tlsCondition` makes of it. */
export function connectPsk(to: { host: string; port: number; identity: string; key: Buffer }): TLSSocket {
  const { host, port, identity, key } = to;
  return connect({
    ...PSK_TLS,
    host,
    port,
    pskCallback: () => ({ identity, psk: key }),
    // There are no certificates with this suite, and it is the only one offered; `provenByKey` looks again.
    checkServerIdentity: () => undefined,
  }).setNoDelay(true);
}

export const peerIdentity = ({ peerId }: HostCredential): string => PEER_PREFIX + peerId;
/** After `secureConnect`: the other end has proved that it knows the key. */
export const provenByKey = (socket: TLSSocket): boolean => socket.getCipher().name === PSK_SUITE;

export interface PairingRequest {
  readonly address: string;
  readonly hostId: string;
  readonly code: string;
  /** What the host's people see. */
  readonly name: string;
  /** Makes the key durable, before the host takes it for good. */
  readonly keep: (credential: HostCredential) => void;
}

/**
 * Exchanges a one-time code for a key of this agent's own. Throws PAIRING_CODE_MALFORMED, HOST_ADDRESS_INVALID, what `keep` throws, and PairingRefused with
 * PAIRING_*, HOST_ID_DIFFERS, HOST_UNREACHABLE or HOST_TLS_FAILED.
 */
export async function pairHost(request: PairingRequest): Promise<void> {
  const key = pairingKey(request.code, request.hostId);
  const socket = connectPsk({ ...parseAddress(request.address), identity: PAIRING_IDENTITY, key });
  const reader = new LineReader(MAX_PAIRING_LINE_BYTES);
  const outcome: { done: boolean; failure?: unknown } = { done: false };
  const fail = (because: unknown): void => {
    outcome.failure ??= because;
    socket.destroy();
  };
  const say = (message: object): void => {
    socket.write(`${JSON.stringify(message)}\n`);
  };
  socket.setTimeout(PAIRING_TIMEOUT_MS, () => fail(refused('HOST_UNREACHABLE', 'no answer')));
  socket.on('error', (error) => fail(new PairingRefused(tlsCondition(error, true))));
  socket.on('secureConnect', () => {
    if (provenByKey(socket)) say({ t: 'ask', name: request.name });
    else fail(refused('HOST_TLS_FAILED'));
  });
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const line of reader.push(chunk)) {
        const reply = answerTo(request, line.kind === 'line' ? parseJson(line.text) : undefined);
        if (reply !== undefined) say(reply);
        else {
          outcome.done = true;
          socket.end();
        }
      }
    } catch (error) {
      fail(error);
    }
  });
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  if (!outcome.done) throw outcome.failure ?? refused('HOST_CONNECTION_LOST');
}

/** What to say next; undefined when all is done. Throws why it can't go on. */
function answerTo(request: PairingRequest, value: unknown): object | undefined {
  const answer = PairingAnswer.safeParse(value).data;
  if (answer?.t === 'done') return undefined;
  if (answer?.t === 'refused') {
    const { code, message, hint } = answer;
    throw new PairingRefused({ code, message, hint });
  }
  if (answer === undefined || Buffer.from(answer.key, 'base64url').length !== KEY_BYTES) throw refused('HOST_BAD_LINE');
  if (answer.hostId !== request.hostId) throw refused('HOST_ID_DIFFERS', answer.hostId);
  request.keep({ peerId: answer.peerId, key: answer.key });
  return { t: 'kept' };
}

const refused = (code: DeviceConditionCode, detail?: string): PairingRefused =>
  new PairingRefused(condition(code, detail));

/** Gives a key back, so that the host forgets it. Rejects with PairingRefused when the host can't be told. */
export async function unpairHost(request: { address: string; credential: HostCredential }): Promise<void> {
  const { address, credential } = request;
  const key = Buffer.from(credential.key, 'base64url');
  const socket = connectPsk({ ...parseAddress(address), identity: peerIdentity(credential), key });
  let failure = condition('HOST_CONNECTION_LOST');
  let proven = false;
  socket.setTimeout(PAIRING_TIMEOUT_MS, () => {
    proven = false;
    socket.destroy();
  });
  socket.on('error', (error) => {
    failure = tlsCondition(error, false);
  });
  socket.on('secureConnect', () => {
    proven = true;
    socket.write(`${JSON.stringify({ t: 'unpair' })}\n`);
  });
  // The host shows every connection of a revoked peer out.
  socket.resume();
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  if (!proven) throw new PairingRefused(failure);
}
