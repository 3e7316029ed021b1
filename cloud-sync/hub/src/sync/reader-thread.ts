import { parentPort } from 'node:worker_threads';
import { type PostRead, readPost } from './read-post.ts';

export interface ReadRequest {
  readonly id: number;
  readonly store: string;
  readonly gzipped: boolean;
  readonly bytes: Uint8Array;
}
export type ReadReply = { readonly id: number; readonly read: PostRead };

parentPort?.on('message', ({ id, bytes, gzipped, store }: ReadRequest) => {
  const reply: ReadReply = { id, read: readPost(bytes, gzipped, store) };
  parentPort?.postMessage(reply, reply.read.ok ? [reply.read.packed.bytes.buffer as ArrayBuffer] : []);
});
