import { RenderWorker } from '../../../render/render-worker.ts';

/** Makes a job of a picture. */
export interface PictureMaker {
  /** Rejects with PRINT_PICTURE_REFUSED, or DEVICE_BUSY when too many wait. */
  job(jpeg: Uint8Array, widthDots: number): Promise<Uint8Array>;
  /** Idempotent; what waits is rejected. */
  stop(): Promise<void>;
}

/** In a thread of its own: a scanner of this lane must not wait for it. */
export class WorkerPictureMaker implements PictureMaker {
  readonly #worker = new RenderWorker({ busy: 'DEVICE_BUSY', failed: 'PRINT_PICTURE_REFUSED' });

  job(jpeg: Uint8Array, widthDots: number): Promise<Uint8Array> {
    return this.#worker.run({ kind: 'print', jpeg, widthDots });
  }

  stop(): Promise<void> {
    return this.#worker.stop();
  }
}
