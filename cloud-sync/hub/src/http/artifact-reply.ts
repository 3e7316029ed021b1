import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HubFault } from '../fault.ts';
import type { ArtifactStore } from '../storage/port.ts';

const YEAR = 'public, max-age=31536000, immutable';
const ONE_RANGE = /^bytes=(?<first>\d{0,15})-(?<last>\d{0,15})$/u;

/**
 * The bytes that a Range header asks for (RFC 9110, 14.1.2), both ends included; the whole for a header that is none, or asks for several. Null when it
 * lies outside.
 */
export function rangeOf(
  header: string | undefined,
  length: number,
): { from: number; to: number; part: boolean } | null {
  const { first = '', last = '' } = ONE_RANGE.exec(header ?? '')?.groups ?? {};
  const whole = { from: 0, to: length - 1, part: false };
  if (first === '' && last === '') return whole;
  const from = first === '' ? Math.max(length - Number(last), 0) : Number(first);
  const to = first === '' || last === '' ? length - 1 : Math.min(Number(last), length - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return whole;
  return from >= length || (first === '' && Number(last) === 0) ? null : { from, to, part: true };
}

/** Answers with an artifact, or the part of it that was asked for, so that a broken download goes on where it stopped. Its name is its hash: it may be kept for ever. */
export async function sendArtifact(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  artifacts: ArtifactStore,
  sha256: string,
): Promise<FastifyReply> {
  const length = await artifacts.length(sha256);
  if (length === null) throw new HubFault('HUB_REPO_FILE_UNKNOWN');
  const etag = `"${sha256}"`;
  reply.header('etag', etag).header('accept-ranges', 'bytes').header('cache-control', YEAR);
  if (headers['if-none-match'] === etag) return reply.code(304).send();
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
  const range = rangeOf(isSame ? headers.range : undefined, length);
  if (range === null) {
    reply.header('content-range', `bytes */${length}`);
    throw new HubFault('HUB_RANGE_NOT_SATISFIABLE');
  }
  const { from, to, part } = range;
  if (part) reply.code(206).header('content-range', `bytes ${from}-${to}/${length}`);
  reply.header('content-length', to - from + 1);
  return reply.send(length === 0 ? '' : Readable.from(artifacts.read(sha256, { from, to })));
}
