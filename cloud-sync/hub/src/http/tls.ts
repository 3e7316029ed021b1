import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Logger } from 'pino';
import { HubFault } from '../fault.ts';

export interface TlsFiles {
  /** PEM: the server's certificate, then those between it and the root. */
  readonly certFile: string;
  /** PEM. */
  readonly keyFile: string;
}
export interface TlsPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Files are looked at this often: a rename in their place, as those who renew certificates do it, is seen too. */
const LOOK_EVERY_MS = 10_000;

/** Throws HUB_TLS_UNUSABLE. */
export function readTls(files: TlsFiles): TlsPair {
  const { certFile, keyFile } = files;
  try {
    const pair = load(files);
    // Throws where the two are no pair.
    createSecureContext(pair);
    return pair;
  } catch (error) {
    throw new HubFault('HUB_TLS_UNUSABLE', `${certFile}, ${keyFile} (${error instanceof Error ? error.message : ''})`);
  }
}

const load = ({ certFile, keyFile }: TlsFiles): TlsPair => ({
  cert: readFileSync(certFile),
  key: readFileSync(keyFile),
});
const isSame = (a: TlsPair, b: TlsPair): boolean => a.cert.equals(b.cert) && a.key.equals(b.key);

/** New connections get a renewed certificate; until both its files fit each other the one in use is kept. Returns what ends it. */
export function followTls(
  server: Pick<Server, 'setSecureContext'>,
  { files, inUse, log }: { files: TlsFiles; inUse: TlsPair; log: Pick<Logger, 'info' | 'warn'> },
  lookEveryMs = LOOK_EVERY_MS,
): () => void {
  let seen = inUse;
  const look = (): void => {
    try {
      const now = load(files);
      if (isSame(now, seen)) return;
      seen = now;
      server.setSecureContext(readTls(files));
      log.info({ certFile: files.certFile }, 'the TLS certificate was renewed');
    } catch (error) {
      log.warn({ err: error }, 'the renewed TLS certificate cannot be used yet; the old one stays');
    }
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
