import { ErasureProof, type ErasureStatement } from '@tillside/hub-contract';
import { isSignedBy } from '@tillside/protocol';
import { HubFault } from '../fault.ts';
import { canonicalBytes } from '../tuf/format.ts';
import { keyFile, makeSigner, readSigner, type Signer } from '../tuf/keys.ts';

const NAME = 'erasure';

/** The key that signs proofs of erasure; made at first, and then kept with the signing keys. Hubs on one storage share it as those. */
export async function erasureSigner(keysDir: string): Promise<Signer> {
  const path = keyFile(keysDir, NAME);
  return (await readSigner(path)) ?? makeSigner(path);
}

export function signProof(signed: ErasureStatement, signer: Signer): ErasureProof {
  return { signed, publicKey: signer.key.keyval.public, signature: signer.sign(canonicalBytes(signed)) };
}

/** What a proof says, once its signature was found right; `publicKey` (hex) is the one to trust. Throws HUB_ERASURE_PROOF_DAMAGED. */
export function verifyProof(document: unknown, publicKey: string | undefined): ErasureStatement {
  const read = ErasureProof.safeParse(document);
  if (!read.success) throw new HubFault('HUB_ERASURE_PROOF_DAMAGED', 'no proof of erasure');
  const { signed, publicKey: named, signature } = read.data;
  if (publicKey !== undefined && publicKey !== named)
    throw new HubFault('HUB_ERASURE_PROOF_DAMAGED', 'signed by another key');
  const claim = { signed: canonicalBytes(signed), signature: Buffer.from(signature, 'hex') };
  if (!isSignedBy(claim, Buffer.from(named, 'hex')))
    throw new HubFault('HUB_ERASURE_PROOF_DAMAGED', 'the signature does not fit');
  return signed;
}
