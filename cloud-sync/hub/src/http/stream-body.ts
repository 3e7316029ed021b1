import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { HubFault } from '../fault.ts';

/** A body that its type's parser hands on as it comes. Throws HUB_MEDIA_TYPE_UNSUPPORTED for one of another type. */
export function streamOf({ body }: FastifyRequest, type: string): Readable {
  const stream = body as Readable | undefined;
  if (stream == null || typeof stream.pipe !== 'function') throw new HubFault('HUB_MEDIA_TYPE_UNSUPPORTED', type);
  return stream;
}

/** Ends a stream with HUB_BODY_TOO_LARGE as soon as more than `bytes` came. */
export function limited(bytes: number) {
  return async function* (pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let seen = 0;
    for await (const piece of pieces) {
      seen += piece.length;
      if (seen > bytes) throw new HubFault('HUB_BODY_TOO_LARGE');
      yield piece;
    }
  };
}
