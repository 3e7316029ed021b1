import { parentPort } from 'node:worker_threads';
import type { TagType } from '@tillside/firmware-configs';
import { DeviceError } from '../conditions.ts';
import type { LabelContent } from '../contract/command.ts';

export type RenderJob =
  | { readonly kind: 'label'; readonly content: LabelContent; readonly tag: TagType }
  | { readonly kind: 'print'; readonly jpeg: Uint8Array; readonly widthDots: number };

export interface RenderRequest {
  readonly id: number;
  readonly job: RenderJob;
}

export type RenderReply =
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly failure: { readonly code: string; readonly detail: string | undefined } };

/** Draws off the thread that reads scanners. One request in, one reply out. */
parentPort?.on('message', (request: RenderRequest) => {
  void answer(request).then((reply) => parentPort?.postMessage(reply));
});

async function answer({ id, job }: RenderRequest): Promise<RenderReply> {
  try {
    return { id, bytes: new Uint8Array(await bytesOf(job)) };
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    // Without the words of the code itself, which are put before it again.
    return {
      id,
      failure: { code, ...(error instanceof DeviceError ? { detail: error.detail } : { detail: message }) },
    };
  }
}

/** A lane that prints needs no fonts, and a back room with labels no printer. */
async function bytesOf(job: RenderJob): Promise<Uint8Array> {
  if (job.kind === 'label') return (await import('./render.ts')).renderLabel(job.content, job.tag).jpeg;
  return (await import('./print-picture.ts')).pictureJob(job.jpeg, job.widthDots);
}
