import type { TagType } from '@tillside/firmware-configs';
import type { LabelContent } from '../contract/command.ts';
import { RenderWorker } from './render-worker.ts';

export { MAX_WAITING_RENDERS } from './render-worker.ts';

/** Draws a label for a tag as a baseline JPEG of exactly the tag's size. */
export interface LabelRenderer {
  render(content: LabelContent, tag: TagType): Promise<Uint8Array>;
  /** Idempotent; what waits is rejected. */
  stop(): Promise<void>;
}

/** Labels drawn in a thread of their own. */
export class WorkerLabelRenderer implements LabelRenderer {
  readonly #worker = new RenderWorker({ busy: 'LABEL_RENDER_BUSY', failed: 'LABEL_RENDER_FAILED' });

  /** Rejects with LABEL_RENDER_BUSY, LABEL_RENDER_FAILED or LABEL_FONT_MISSING. */
  render(content: LabelContent, tag: TagType): Promise<Uint8Array> {
    return this.#worker.run({ kind: 'label', content, tag });
  }

  stop(): Promise<void> {
    return this.#worker.stop();
  }
}
