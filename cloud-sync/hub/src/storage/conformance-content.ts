import { contentCard } from '@tillside/protocol/testing';
import { expect, test } from 'vitest';
import { AT, LATER } from '../testing/members.ts';
import type { HubStorage } from './port.ts';

const pictureOf = (digit: string, lengthBytes = 1000) => ({
  sha256: digit.repeat(64),
  type: 'image/webp' as const,
  widthPx: 1080,
  heightPx: 1350,
  lengthBytes,
});

/** Cards and pictures for kiosks. Part of the conformance suite. */
export function contentCases(get: () => HubStorage, reopen: () => Promise<void>): void {
  test('of two who change one draft the second is refused; a release keeps its cards, also after closing and opening again', async () => {
    const { content } = get();
    expect([await content.draft(), await content.releases(9)]).toEqual([null, []]);
    const draft = (version: number, ...cards: ReturnType<typeof contentCard>[]) => ({
      version,
      at: AT,
      by: 'ada',
      cards,
    });
    expect(await content.putDraft(draft(2))).toBe(false);
    const first = await Promise.all([content.putDraft(draft(1, contentCard())), content.putDraft(draft(1))]);
    expect(first.toSorted()).toEqual([false, true]);
    const quoted = contentCard({ title: { zh: "桃'\\", en: '"%s"' } });
    expect(await content.putDraft(draft(2, quoted))).toBe(true);
    expect([await content.putDraft(draft(2)), await content.putDraft(draft(4))]).toEqual([false, false]);
    const release = (id: string, publishedAt: string) => ({
      id,
      publishedAt,
      publishedBy: 'ada',
      lengthBytes: 7,
      cards: [quoted],
    });
    await content.putRelease(release('one', AT));
    await content.putRelease(release('two', LATER));
    await reopen();
    expect(await get().content.draft()).toEqual(draft(2, quoted));
    expect(await get().content.releases(1)).toEqual([release('two', LATER)]);
  });

  test('pictures are found by hash; beyond the most that are kept the oldest is forgotten, and one that came again is new', async () => {
    const { content } = get();
    const hashes = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
    const known = async () => (await content.pictures(hashes)).map(({ sha256 }) => sha256[0]).toSorted();
    await content.putPicture(pictureOf('a'), '2026-01-01T00:00:00.000Z', 2);
    await content.putPicture(pictureOf('b'), '2026-01-02T00:00:00.000Z', 2);
    expect(await content.pictures([hashes[0] ?? ''])).toEqual([pictureOf('a')]);
    await content.putPicture(pictureOf('a'), '2026-01-03T00:00:00.000Z', 2);
    await content.putPicture(pictureOf('c'), '2026-01-04T00:00:00.000Z', 2);
    expect(await known()).toEqual(['a', 'c']);
  });
}
