import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type HostCredential, writePrivate } from '@tillside/devices';
import type { CredentialPort, HubCredential } from '@tillside/link';
import type { Random } from './ports.ts';

export { writePrivate };

const KEY_BYTES = 32;

/** A secret of this machine, made on first use and kept in a file of its own (mode 0600), apart from the journal. */
export function machineSecret(dataDir: string, name: string, random: Random): Buffer {
  const path = join(dataDir, 'secrets', name);
  if (!existsSync(path)) writePrivate(path, random.bytes(KEY_BYTES).toString('base64url'));
  return Buffer.from(readFileSync(path, 'utf8').trim(), 'base64url');
}

/** A fresh credential of the machine's own operator, in a file that only the agent's user can read; the CLI uses it. Returns its SHA-256. */
export function createAdminCredential(dataDir: string, random: Random): Buffer {
  const credential = random.bytes(KEY_BYTES).toString('base64url');
  writePrivate(adminFileOf(dataDir), credential);
  return createHash('sha256').update(credential).digest();
}

/** The store's credential at the hub. Where the hub stands now is the config's to say: it may have moved since the pairing. */
export function hubCredentials(dataDir: string, hub: { url: string; mqttUrl?: string | undefined }): CredentialPort {
  const path = join(dataDir, 'secrets', 'hub.json');
  return {
    async read() {
      if (!existsSync(path)) return undefined;
      const kept = JSON.parse(readFileSync(path, 'utf8')) as HubCredential;
      return { ...kept, hubUrl: hub.url, mqttUrl: hub.mqttUrl ?? kept.mqttUrl };
    },
    async write(credential) {
      writePrivate(path, JSON.stringify(credential));
    },
  };
}

/** The key of a device host on another machine, from pairing with it. Read anew for each connection: the command line writes it beside the running agent. */
export function hostKey(dataDir: string, hostId: string) {
  const path = join(dataDir, 'secrets', 'device-hosts', `${encodeURIComponent(hostId)}.json`);
  return {
    read(): HostCredential | undefined {
      return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as HostCredential) : undefined;
    },
    write: (credential: HostCredential): void => writePrivate(path, JSON.stringify(credential)),
    remove: (): void => rmSync(path, { force: true }),
  };
}

/** Where the running agent says how it is reached. */
export const runFileOf = (dataDir: string): string => join(dataDir, 'run', 'agent.json');
/** The credential of the machine's own operator; new at each start. */
export const adminFileOf = (dataDir: string): string => join(dataDir, 'secrets', 'admin.token');
