/** The kiosk's credential lives with the shell, in a file that only its user can read, and never in the page. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from './files.ts';

/** Seals what is written, such as by the system's key store; `plain` where there is none. */
export interface Sealer {
  seal(text: string): Buffer;
  /** Throws when it was sealed by another user or machine. */
  open(bytes: Buffer): string;
}

export const plain: Sealer = { seal: (text) => Buffer.from(text, 'utf8'), open: (bytes) => bytes.toString('utf8') };

export interface CredentialKeeper {
  read(): string | null;
  write(credential: string): void;
  forget(): void;
}

export function credentialFile(folder: string, sealer: Sealer = plain): CredentialKeeper {
  const file = join(folder, 'credential');
  let known: string | null | undefined;
  const load = (): string | null => {
    try {
      return sealer.open(readFileSync(file)).trim() || null;
    } catch {
      // None yet, or of another machine: the kiosk is paired again.
      return null;
    }
  };
  return {
    read: () => {
      if (known === undefined) known = load();
      return known;
    },
    write: (credential) => {
      writeDurably(file, sealer.seal(credential), 0o600);
      known = credential;
    },
    forget: () => {
      rmSync(file, { force: true });
      known = null;
    },
  };
}
