import { isSignedBy } from '@tillside/protocol';
import type { Clock } from '../clock.ts';
import type { HubStorage } from '../storage/port.ts';
import { keyFile, makeSigner, readSigner, type Signer } from '../tuf/keys.ts';

export const SESSION_LIMITS = {
  /** Long enough to read a statement and to answer a consent; a phone signs a new one by itself. */
  lifeMs: 15 * 60_000,
  /** A phone corrects its clock by the hub's Date: what is further off was not made now. */
  clockOffMs: 60_000,
  /** Sessions that one phone opens within the window: each opening of the page is one. */
  sessionsOfPhone: 30,
} as const;

export interface SessionPorts {
  readonly clock: Clock;
  readonly signer: Signer;
  readonly storage: Pick<HubStorage, 'members'>;
}

export interface Sessions {
  /** For the phone whose key has this id. */
  issue(keyId: string): { credential: string; until: number };
  /** The id of the phone's key, of a credential that is ours and not over; null for any other text. */
  read(credential: string): string | null;
  /** True once for each instant that a phone signed, at whichever hub; not in order, since a phone may set its clock right in between. */
  isNew(keyId: string, atMs: number): Promise<boolean>;
}

/** The key that signs sessions; made at first, and then kept with the signing keys. Hubs on one storage share it as those. */
export async function sessionSigner(keysDir: string): Promise<Signer> {
  const path = keyFile(keysDir, 'sessions');
  return (await readSigner(path)) ?? makeSigner(path);
}

const LABEL = 'tillside-session/1';
/** `<key id>.<until, ms>.<signature>`. */
const SHAPE = /^([0-9a-f]{16})\.(\d{13})\.([A-Za-z0-9_-]{86})$/u;

/**
 * A phone's session is a text that the hub signs, so that hubs on one storage share them without a write. That its phone was taken away shows with each call: the
 * member is looked up by the key.
 */
export function createSessions({ clock, signer, storage }: SessionPorts): Sessions {
  const publicKey = Buffer.from(signer.key.keyval.public, 'hex');
  const signed = (keyId: string, until: string): Buffer => Buffer.from(`${LABEL}\0${keyId}\0${until}`);
  return {
    issue: (keyId) => {
      const until = clock.now() + SESSION_LIMITS.lifeMs;
      const signature = Buffer.from(signer.sign(signed(keyId, String(until))), 'hex').toString('base64url');
      return { credential: `${keyId}.${until}.${signature}`, until };
    },
    read: (credential) => {
      const [, keyId = '', until = '', signature = ''] = SHAPE.exec(credential) ?? [];
      if (keyId === '' || Number(until) <= clock.now()) return null;
      const claim = { signed: signed(keyId, until), signature: Buffer.from(signature, 'base64url') };
      return isSignedBy(claim, publicKey) ? keyId : null;
    },
    isNew: (keyId, atMs) =>
      storage.members.sessions.take(keyId, atMs, {
        oldestMs: clock.now() - SESSION_LIMITS.clockOffMs,
        most: SESSION_LIMITS.sessionsOfPhone,
      }),
  };
}
