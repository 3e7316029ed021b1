/** A release as a folder: made, signed, and held to its own list. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { cp, lstat, mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { syncFolder, writeDurably } from '../../main/files.ts';
import { KioskError } from '../errors.ts';
import { type Envelope, openEnvelope, parseEnvelope, publicKeyOf, withSignature } from './dsse.ts';
import { ENVELOPE_FILE, isVersion, parseManifest, RELEASE_TYPE, type ReleaseManifest } from './manifest.ts';

export interface Trust {
  /** Public keys in PEM. */
  readonly keys: readonly string[];
  /** How many of them must have signed. */
  readonly threshold: number;
}

/** Every file below, sorted, with `/`. Throws RELEASE_DAMAGED for a link or anything else that is no plain file. */
export async function filesBelow(folder: string, below = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesBelow(folder, path)));
    else if (entry.isFile()) found.push(path);
    else throw new KioskError('RELEASE_DAMAGED', `${path} is no plain file`);
  }
  return found.sort();
}

async function digest(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return { bytes: (await lstat(file)).size, sha256: hash.digest('hex') };
}

export interface MakeOptions {
  version: string;
  now: Date;
  expires?: Date;
}

/** What the compiler leaves for other compilers, and tests. */
const LEFT_OUT = /\.(d\.c?ts|tsbuildinfo|map)$|\.test\.js$|dist[\\/](\w+[\\/])?testing$|[\\/]conformance\.js$/;

/** Copies `sources` (folders or files, under the names given) to `out` and writes the unsigned envelope beside them. */
export async function makeRelease(
  sources: Readonly<Record<string, string>>,
  out: string,
  options: MakeOptions,
): Promise<ReleaseManifest> {
  const { version, now, expires } = options;
  if (!isVersion(version)) throw new KioskError('USAGE', `--version ${version}: three numbers, such as 1.4.0`);
  if (existsSync(out)) throw new KioskError('USAGE', `${out} is there already`);
  await mkdir(out, { recursive: true });
  for (const [name, source] of Object.entries(sources)) {
    if (!existsSync(source)) throw new KioskError('PAGES_MISSING', source);
    await cp(source, join(out, name), {
      recursive: true,
      filter: (path) => !LEFT_OUT.test(path),
    });
  }
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const path of await filesBelow(out)) files[path] = await digest(join(out, path));
  const manifest: ReleaseManifest = {
    version,
    createdAt: now.toISOString(),
    ...(expires === undefined ? {} : { expires: expires.toISOString() }),
    files,
  };
  const payload = Buffer.from(JSON.stringify(manifest)).toString('base64');
  writeEnvelope(out, { payloadType: RELEASE_TYPE, payload, signatures: [] });
  return manifest;
}

const writeEnvelope = (folder: string, envelope: Envelope): void =>
  writeDurably(join(folder, ENVELOPE_FILE), `${JSON.stringify(envelope, null, 2)}\n`);

/** Throws RELEASE_UNREADABLE, KEY_UNREADABLE. */
export function signRelease(folder: string, privatePem: string, passphrase?: string): number {
  const signed = withSignature(parseEnvelope(envelopeText(folder)), privatePem, passphrase);
  writeEnvelope(folder, signed);
  return signed.signatures.length;
}

function envelopeText(folder: string): string {
  try {
    return readFileSync(join(folder, ENVELOPE_FILE), 'utf8');
  } catch {
    throw new KioskError('RELEASE_UNREADABLE', folder);
  }
}

/**
 * Signatures, then every file by length and hash, and not one that is not listed.
 * Throws RELEASE_UNREADABLE, RELEASE_UNSIGNED, RELEASE_DAMAGED, RELEASE_KEYS_MISSING.
 */
export async function verifyRelease(folder: string, trust: Trust): Promise<ReleaseManifest> {
  if (trust.keys.length === 0) throw new KioskError('RELEASE_KEYS_MISSING');
  const manifest = parseManifest(
    openEnvelope(envelopeText(folder), RELEASE_TYPE, trust.keys.map(publicKeyOf), trust.threshold),
  );
  const there = new Set(await filesBelow(folder));
  there.delete(ENVELOPE_FILE);
  for (const [path, wanted] of Object.entries(manifest.files)) {
    if (!there.delete(path)) throw new KioskError('RELEASE_DAMAGED', `${path} is missing`);
    const found = await digest(join(folder, path));
    if (found.bytes !== wanted.bytes || found.sha256 !== wanted.sha256)
      throw new KioskError('RELEASE_DAMAGED', `${path} was changed`);
  }
  const [extra] = there;
  if (extra !== undefined) throw new KioskError('RELEASE_DAMAGED', `${extra} is not listed`);
  return manifest;
}

/** Copies exactly what the manifest lists, each file on disk before this resolves. */
export async function copyRelease(from: string, to: string, manifest: ReleaseManifest): Promise<void> {
  await rm(to, { recursive: true, force: true });
  const folders = new Set<string>([to]);
  for (const path of [...Object.keys(manifest.files), ENVELOPE_FILE]) {
    const target = join(to, path);
    await mkdir(dirname(target), { recursive: true });
    folders.add(dirname(target));
    await cp(join(from, path), target);
    const handle = await open(target, 'r+');
    await handle.sync();
    await handle.close();
  }
  for (const folder of [...folders].sort().reverse()) syncFolder(folder);
}
