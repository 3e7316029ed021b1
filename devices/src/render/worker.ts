import { parentPort } from 'node:worker_threads';
import type { TagType } from '@tillside/firmware-configs';
import { conditionOf } from '../conditions.ts';
import type { LabelContent } from '../contract/command.ts';
import type { Condition } from '../contract/event.ts';
import { renderLabel } from './render.ts';

export interface RenderRequest {
  readonly id: number;
  readonly content: LabelContent;
  readonly tag: TagType;
}

export type RenderReply =
  | { readonly id: number; readonly jpeg: Uint8Array }
  | { readonly id: number; readonly failure: Condition };

/** Draws labels off the thread that reads scanners. One request in, one reply out, in order. */
parentPort?.on('message', (request: RenderRequest) => {
  parentPort?.postMessage(answer(request));
});

function answer({ id, content, tag }: RenderRequest): RenderReply {
  try {
    return { id, jpeg: new Uint8Array(renderLabel(content, tag).jpeg) };
  } catch (error) {
    return { id, failure: conditionOf(error, 'LABEL_RENDER_FAILED') };
  }
}
