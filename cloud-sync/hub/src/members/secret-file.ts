import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HubFault } from '../fault.ts';
import { writeDurably } from '../files.ts';

const SECRET_BYTES = 32;
const OTHERS_MAY = 0o077;

/** `member-index`: phones are found under it. `member-digits`, `webhooks`: secrets of phones' digits and of webhooks follow from it. */
const NAMES = ['member-index', 'member-digits', 'webhooks'] as const;
export type SecretName = (typeof NAMES)[number];

const secretFile = (keysDir: string, name: SecretName): string => join(keysDir, `${name}.key`);

/** Null when there is no such file. Throws HUB_KEYS_DAMAGED. */
async function readSecret(path: string): Promise<Buffer | null> {
  const about = await stat(path).catch(() => null);
  if (about === null) return null;
  if ((about.mode & OTHERS_MAY) !== 0) throw new HubFault('HUB_KEYS_DAMAGED', `${path} may be read by others`);
  const held = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64url');
  if (held.length !== SECRET_BYTES) throw new HubFault('HUB_KEYS_DAMAGED', path);
  return held;
}

/**
 * A secret of the hub's own, in the folder of the signing keys (`<name>.key`, base64url): made at first, in no backup that is not asked for. Hubs on one storage share it.
 * Throws HUB_KEYS_DAMAGED.
 */
export async function hubSecret(keysDir: string, name: SecretName): Promise<Buffer> {
  const path = secretFile(keysDir, name);
  const held = await readSecret(path);
  if (held !== null) return held;
  const made = randomBytes(SECRET_BYTES);
  await writeDurably(path, `${made.toString('base64url')}\n`);
  return made;
}

/** Which of them are there, and which are not; what the loss of each means is in docs/keys.md. Throws HUB_KEYS_DAMAGED for one that is damaged or open to others. */
export async function checkSecretFiles(keysDir: string): Promise<{ name: SecretName; isThere: boolean }[]> {
  const found: { name: SecretName; isThere: boolean }[] = [];
  for (const name of NAMES) found.push({ name, isThere: (await readSecret(secretFile(keysDir, name))) !== null });
  return found;
}
