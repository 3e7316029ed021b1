import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HubFault } from '../fault.ts';
import { writeDurably } from '../files.ts';

const SECRET_BYTES = 32;
const OTHERS_MAY = 0o077;

/** `member-index`: phones are found under it. `member-digits`, `webhooks`: secrets of phones' digits and of webhooks follow from it. */
export type SecretName = 'member-index' | 'member-digits' | 'webhooks';

/**
 * A secret of the hub's own, in the folder of the signing keys (`<name>.key`, base64url): made at first, in no backup that is not asked for. Hubs on one storage share it.
 * Throws HUB_KEYS_DAMAGED.
 */
export async function hubSecret(keysDir: string, name: SecretName): Promise<Buffer> {
  const path = join(keysDir, `${name}.key`);
  const about = await stat(path).catch(() => null);
  if (about === null) {
    const made = randomBytes(SECRET_BYTES);
    await writeDurably(path, `${made.toString('base64url')}\n`);
    return made;
  }
  if ((about.mode & OTHERS_MAY) !== 0) throw new HubFault('HUB_KEYS_DAMAGED', `${path} may be read by others`);
  const held = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64url');
  if (held.length !== SECRET_BYTES) throw new HubFault('HUB_KEYS_DAMAGED', path);
  return held;
}
