import { createHash, hash } from 'node:crypto';
import { z } from 'zod';
import { Epoch, StoreId, Stream } from './stream.ts';

/**
 * One event on its way to HQ: CloudEvents 1.0 in JSON with the extensions `store, epoch, stream, seq, prevhash` and, where told before, `again`. `data` is read by its
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
  /**
   * Where this occurrence was first written, of one that is told again under a number of a later epoch: `epoch/seq/hash` of that envelope, of the same stream. A
   * store whose disk was put back twice may tell it in two epochs without knowing; HQ counts it once.
   */
  again: z
    .string()
    .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\/[1-9]\d{0,9}\/[0-9a-f]{64}$/)
    .optional(),
  data: z.record(z.string(), z.unknown()),
});
export type Envelope = z.infer<typeof Envelope>;

/** What seq 1 points back to: binds the chain to its store, epoch and stream. */
export function genesisHash(store: string, epoch: string, stream: Stream): string {
  return createHash('sha256').update(`tillside/1\n${store}\n${epoch}\n${stream}`).digest('hex');
}

/**
 * SHA-256 over an envelope's bytes as its store wrote them (one line of JSON, which holds `prevhash`), lower-case hex. Both ends keep that text: hashing it
 * again is the audit, and nobody has to agree on how JSON is written (docs/adr/0013).
 */
export function envelopeHash(text: string): string {
  return hash('sha256', text, 'hex');
}

/** Where an occurrence was first written. */
export interface Origin {
  readonly epoch: string;
  readonly seq: number;
  readonly hash: string;
}

/** What `again` says, or the envelope's own place. */
export function originOf({ epoch, seq, again }: Pick<Envelope, 'epoch' | 'seq' | 'again'>, hash: string): Origin {
  const [first, number, firstHash] = again?.split('/') ?? [];
  if (first === undefined || number === undefined || firstHash === undefined) return { epoch, seq, hash };
  return { epoch: first, seq: Number(number), hash: firstHash };
}

/** An origin as an envelope's `again` has it. */
export const againOf = ({ epoch, seq, hash }: Origin): string => `${epoch}/${seq}/${hash}`;
