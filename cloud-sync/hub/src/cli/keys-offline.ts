import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { PublicKey } from '@tillside/hub-contract';
import { HubFault } from '../fault.ts';
import { writeDurably } from '../files.ts';
import { signedBy } from '../tuf/ceremony.ts';
import { canonicalBytes, SignedRoot } from '../tuf/format.ts';
import { publicKeyJson, type Signer, signerOf } from '../tuf/keys.ts';
import type { Output } from './output.ts';
import { passphrase } from './passphrase.ts';

/** What the holder of a root key does on a machine of their own, without a hub and without a network. */
const unreadable = (detail: string): never => {
  throw new HubFault('HUB_KEY_FILE_UNREADABLE', detail);
};

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    return unreadable(`${file}: ${error instanceof Error ? error.message : ''}`);
  }
}

export async function readRootFile(file: string): Promise<SignedRoot> {
  const read = SignedRoot.safeParse(await readJson(file));
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  return unreadable(`${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

export async function readPublicKey(file: string): Promise<PublicKey> {
  const read = PublicKey.safeParse(await readJson(file));
  return read.success ? read.data : unreadable(`${file} is not a public key of this kind`);
}

/** Writes a file that must not be there yet. */
export async function writeNew(file: string, text: string, mode: number): Promise<void> {
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (there) unreadable(`${file} is already there`);
  await writeDurably(file, text, mode).catch((error: unknown) =>
    unreadable(`${file}: ${error instanceof Error ? error.message : ''}`),
  );
}

const publicFile = (file: string): string => `${file.replace(/\.pem$/u, '')}.pub.json`;

/** A key pair: the private half encrypted (PKCS#8, PBES2 with AES-256), the public half beside it. */
export async function makeKey(output: Output, file: string, passphraseFile?: string): Promise<void> {
  const secret = await passphrase(passphraseFile, `Passphrase for ${file}: `);
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: secret });
  const { keyId, key } = publicKeyJson(privateKey);
  await writeNew(publicFile(file), `${JSON.stringify(key, null, 2)}\n`, 0o644);
  await writeNew(file, String(pem), 0o600);
  output.out(`key     ${keyId}`);
  output.out(`secret  ${file} (encrypted; keep it and its passphrase apart, and a copy of each)`);
  output.out(`public  ${publicFile(file)} (goes to the hub)`);
}

async function openKey(file: string, passphraseFile: string | undefined): Promise<Signer> {
  const pem = await readFile(file, 'utf8').catch(() => unreadable(file));
  if (!pem.includes('ENCRYPTED')) unreadable(`${file} is not encrypted`);
  const secret = await passphrase(passphraseFile, `Passphrase of ${file}: `);
  try {
    return signerOf(createPrivateKey({ key: pem, passphrase: secret }));
  } catch {
    throw new HubFault('HUB_KEY_PASSPHRASE', file);
  }
}

/** What a holder must read before signing. */
export function describeRoot(output: Output, root: SignedRoot): void {
  const { version, expires, keys, roles } = root.signed;
  const signers = signedBy(root.signed, root);
  output.out(`root version ${version}, expires ${expires}`);
  output.out(`root: ${roles.root.threshold} of ${roles.root.keyids.length} holders`);
  for (const id of roles.root.keyids) output.out(`  ${id}  ${signers.includes(id) ? 'signed' : 'not signed yet'}`);
  for (const role of ['targets', 'snapshot', 'timestamp'] as const) {
    output.out(`${role}: ${roles[role].threshold} of ${roles[role].keyids.join(' ')}`);
  }
  const former = root.signatures.filter(({ keyid }) => keys[keyid] === undefined);
  if (former.length > 0)
    output.out(`also signed by ${former.map(({ keyid }) => keyid).join(' ')} (of the present root)`);
}

/** Adds a signature to a draft. The private key never leaves this process. */
export async function signRoot(output: Output, file: string, keyFile: string, passphraseFile?: string): Promise<void> {
  const root = await readRootFile(file);
  const signer = await openKey(keyFile, passphraseFile);
  const others = root.signatures.filter(({ keyid }) => keyid !== signer.keyId);
  const signature = { keyid: signer.keyId, sig: signer.sign(canonicalBytes(root.signed)) };
  const signed = { ...root, signatures: [...others, signature] };
  await writeDurably(file, `${JSON.stringify(signed, null, 2)}\n`, 0o644);
  if (!root.signed.roles.root.keyids.includes(signer.keyId)) {
    output.err(`${signer.keyId} is not a holder of this new root: it counts only if it is one of the present root.`);
  }
  describeRoot(output, signed);
}

/** Copies of one draft, each signed elsewhere, as one. */
export async function mergedRoot(files: readonly string[]): Promise<SignedRoot> {
  const roots = await Promise.all(files.map(readRootFile));
  const [first] = roots;
  if (first === undefined) return unreadable('no file');
  const bytes = canonicalBytes(first.signed);
  const signatures = new Map<string, SignedRoot['signatures'][number]>();
  for (const [index, root] of roots.entries()) {
    if (!canonicalBytes(root.signed).equals(bytes)) unreadable(`${files[index]} is another draft than ${files[0]}`);
    for (const signature of root.signatures) signatures.set(signature.keyid, signature);
  }
  return { ...first, signatures: [...signatures.values()] };
}
