import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../clock.ts';
import type { ApClient } from './ap-client.ts';
import { OpenEpaperLinkOptions } from './options.ts';
import { type Picture, Uploads } from './uploads.ts';

const pictureOf = (imageHash: string): Picture => ({ tagId: '00007E1F0000A001', jpeg: new Uint8Array(), imageHash });

/** Turns of the microtask queue between the end of one upload and the next picture. */
const DEEPEST = 20;

describe('pictures that come just as the last one is done', () => {
  it.each(Array.from({ length: DEEPEST + 1 }, (_, turns) => turns))(
    '%d turns later it is sent all the same',
    async (turns) => {
      const asked: string[] = [];
      const failed: string[] = [];
      const client = {
        tag: async (tagId: string) => {
          asked.push(tagId);
          return undefined;
        },
      } as unknown as ApClient;
      const uploads = new Uploads({
        client,
        clock: systemClock,
        random: () => 0,
        options: OpenEpaperLinkOptions.parse({ minGapMs: 1 }),
        ready: () => true,
        onTag: () => undefined,
        onQueued: () => undefined,
        onShown: () => undefined,
        onFailed: (picture) => {
          failed.push(picture.imageHash);
          if (picture.imageHash !== 'first') return;
          let wait = Promise.resolve();
          for (let turn = 0; turn < turns; turn++) wait = wait.then(() => undefined);
          void wait.then(() => uploads.add(pictureOf('second')));
        },
        onUnreachable: () => undefined,
      });
      uploads.add(pictureOf('first'));
      await expect.poll(() => failed, { timeout: 2_000 }).toEqual(['first', 'second']);
      expect(asked).toHaveLength(2);
      uploads.stop();
    },
  );
});
