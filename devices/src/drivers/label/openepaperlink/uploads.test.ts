import { describe, expect, it } from 'vitest';
import { ManualClock, systemClock } from '../../../clock.ts';
import type { ApClient } from './ap-client.ts';
import type { TagRecord } from './messages.ts';
import { OpenEpaperLinkOptions } from './options.ts';
import { type Picture, Uploads } from './uploads.ts';

const TAG = '00007E1F0000A001';
const pictureOf = (imageHash: string): Picture => ({
  tagId: TAG,
  hwType: 1,
  jpeg: Buffer.from(imageHash),
  imageHash,
  isUrgent: false,
});

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
        onOther: () => undefined,
        onTrouble: () => undefined,
        onWell: () => undefined,
        isKnown: () => false,
      });
      uploads.add(pictureOf('first'));
      await expect.poll(() => failed, { timeout: 2_000 }).toEqual(['first', 'second']);
      expect(asked).toHaveLength(2);
      uploads.stop();
    },
  );
});

describe('a picture whose proof fails', () => {
  it('does not come back behind the newer one that is being sent', async () => {
    let record = { tagId: TAG, hwType: 1, hash: 'h0', pending: 1, updateCount: 1, nextUpdateS: 1 } as TagRecord;
    let waiting: string | undefined = 'md5-older';
    const sent: string[] = [];
    const shown: string[] = [];
    let release = (): void => undefined;
    const client = {
      tag: async () => record,
      queuedMd5: async () => waiting,
      upload: async (_tagId: string, jpeg: Uint8Array) => {
        sent.push(Buffer.from(jpeg).toString());
        if (sent.length === 1) {
          // The tag takes this one before its bytes can be asked for: nothing says which it took.
          waiting = undefined;
        } else {
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          waiting = `md5-${sent.at(-1)}`;
          record = { ...record, pending: 1 };
        }
        return 'saved' as const;
      },
    } as unknown as ApClient;
    const uploads = new Uploads({
      client,
      clock: systemClock,
      random: () => 0,
      options: OpenEpaperLinkOptions.parse({ minGapMs: 0, pollMs: 20 }),
      ready: () => true,
      onTag: (seen) => uploads.observe(seen),
      onQueued: ({ imageHash }) => {
        if (imageHash === 'first') uploads.add(pictureOf('second'));
      },
      onShown: ({ imageHash }) => shown.push(imageHash),
      onFailed: () => undefined,
      onOther: () => undefined,
      onTrouble: () => undefined,
      onWell: () => undefined,
      isKnown: () => false,
    });
    uploads.add(pictureOf('first'));
    await expect.poll(() => sent).toEqual(['first', 'second']);
    record = { ...record, pending: 0, hash: 'h1', updateCount: 2 };
    uploads.observe(record);
    await new Promise((resolve) => setTimeout(resolve, 60));
    release();
    await expect.poll(() => record.pending).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    record = { ...record, pending: 0, hash: 'md5-second', updateCount: 3 };
    uploads.observe(record);
    await expect.poll(() => shown).toContain('second');
    expect(sent).toEqual(['first', 'second']);
    uploads.stop();
  });
});

describe('a picture that the tag has already', () => {
  it('is proven by the word of the access point, also where that comes before its answer to the upload', async () => {
    const record = { tagId: TAG, hwType: 1, hash: 'h0', pending: 0, updateCount: 1, nextUpdateS: 1 } as TagRecord;
    const shown: string[] = [];
    let sends = 0;
    const client = {
      tag: async () => record,
      upload: async () => {
        sends += 1;
        uploads.observeSame();
        return 'saved' as const;
      },
    } as unknown as ApClient;
    const uploads = new Uploads({
      client,
      clock: systemClock,
      random: () => 0,
      options: OpenEpaperLinkOptions.parse({ minGapMs: 0, pollMs: 20 }),
      ready: () => true,
      onTag: () => undefined,
      onQueued: () => undefined,
      onShown: ({ imageHash }) => shown.push(imageHash),
      onFailed: () => undefined,
      onOther: () => undefined,
      onTrouble: () => undefined,
      onWell: () => undefined,
      isKnown: () => false,
    });
    uploads.add(pictureOf('same'));
    await expect.poll(() => shown, { timeout: 5_000 }).toEqual(['same']);
    expect(sends).toBe(1);
    uploads.stop();
  });
});

describe('an access point that refuses for an hour', () => {
  it('is asked ever more rarely, keeps every picture and gets it in the end', async () => {
    const clock = new ManualClock();
    const record = { tagId: TAG, hwType: 1, hash: 'h0', pending: 0, updateCount: 1, nextUpdateS: 1 } as TagRecord;
    const told: string[] = [];
    const failed: string[] = [];
    const shown: string[] = [];
    let asked = 0;
    let isBusy = true;
    const client = {
      tag: async () => record,
      upload: async () => {
        asked += 1;
        if (isBusy) return 'busy' as const;
        uploads.observeSame();
        return 'saved' as const;
      },
    } as unknown as ApClient;
    const uploads = new Uploads({
      client,
      clock,
      random: () => 0.5,
      options: OpenEpaperLinkOptions.parse({}),
      ready: () => true,
      isKnown: () => true,
      onTag: () => undefined,
      onQueued: () => undefined,
      onShown: ({ tagId }) => shown.push(tagId),
      onOther: () => undefined,
      onFailed: ({ imageHash }) => failed.push(imageHash),
      onTrouble: ({ code }) => told.push(code),
      onWell: () => told.push('well'),
    });
    const tags = Array.from({ length: 100 }, (_, at) => `00007E1F0000${String(at).padStart(4, '0')}`);
    for (const tagId of tags) uploads.add({ ...pictureOf(tagId), tagId });
    await clock.advance(3_600_000);
    expect(asked).toBeLessThan(150);
    expect(failed).toEqual([]);
    expect(new Set(told)).toEqual(new Set(['AP_BUSY']));
    isBusy = false;
    await clock.advance(600_000);
    expect(shown.sort()).toEqual(tags);
    expect(told.at(-1)).toBe('well');
    uploads.stop();
  });
});
