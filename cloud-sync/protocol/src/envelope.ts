import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { Epoch, StoreId, Stream } from './stream.ts';

/** RFC 8785. Required, not imported: the package is CommonJS and its types promise a default export that Node does not see. */
const canonicalize: (value: unknown) => string | undefined = createRequire(import.meta.url)('canonicalize');

/**
 * One event on its way to HQ: CloudEvents 1.0 in JSON with the extensions `store, epoch, stream, seq, prevhash`. `data` is read by its
 * `type` (see bodies.ts); an envelope whose body can't be read is still well-formed, is acknowledged, and waits in quarantine.
 */
export const Envelope = z.strictObject({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string().max(128),
  type: z.string().max(128),
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal('application/json'),
  store: StoreId,
  epoch: Epoch,
  stream: Stream,
  /** 1, 2, 3 ... without a hole, per store, epoch and stream. CloudEvents integers are 32-bit. */
  seq: z.number().int().min(1).max(2_147_483_647),
  /** Hash of the envelope before this one; the genesis hash for seq 1. */
  prevhash: z.string().regex(/^[0-9a-f]{64}$/),
  data: z.record(z.string(), z.unknown()),
});
export type Envelope = z.infer<typeof Envelope>;

/** What seq 1 points back to: binds the chain to its store, epoch and stream. */
export function genesisHash(store: string, epoch: string, stream: Stream): string {
  return createHash('sha256').update(`tillside/1\n${store}\n${epoch}\n${stream}`).digest('hex');
}

/** SHA-256 over the RFC 8785 canonical form of the whole envelope (which holds `prevhash`), lower-case hex. */
export function envelopeHash(envelope: Envelope): string {
  const canonical = canonicalize(envelope);
  if (canonical === undefined) throw new TypeError('an envelope always has a canonical form');
  return createHash('sha256').update(canonical).digest('hex');
}
