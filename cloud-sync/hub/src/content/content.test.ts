import { readContentPack } from '@tillside/protocol';
import { contentCard, describePicture, jpegOf, pngChunk, pngOf } from '@tillside/protocol/testing';
import { afterEach, expect, test } from 'vitest';
import { type TestHub, testHub } from '../testing/hub.ts';

let hub: TestHub;
afterEach(() => hub.dispose());

const alt = { zh: '一篮桃子', en: 'A basket of peaches' };
const [tall, wide] = [pngOf(320, 400, 10), jpegOf()];
const refused = (code: string) => ({ answer: { code } });
const upload = (bytes: Buffer) => hub.call('addPicture', { body: Uint8Array.from(bytes) });

test('pictures are uploaded, cards are written, looked at, and published with them; a store gets exactly that', async () => {
  hub = await testHub();
  const store = await hub.pairStore('s1');
  const [portrait, landscape] = [await upload(tall), await upload(wide)];
  expect([portrait, landscape]).toEqual([describePicture(tall), describePicture(wide)]);
  expect(await upload(tall)).toEqual(portrait);
  const card = contentCard({ picture: { portrait: portrait.sha256, landscape: landscape.sha256, alt } });
  const later = contentCard({ id: 'later' });
  expect(await hub.call('saveContent', { body: { was: 0, cards: [card, later] } })).toMatchObject({ version: 1 });
  await hub.restart();
  const { draft, releases } = await hub.call('content');
  expect([draft.cards, releases]).toEqual([[card, later], []]);
  const push = { stores: ['s1'], was: 1, cards: ['peaches'] };
  const release = await hub.call('pushContent', { body: push });
  expect(release).toMatchObject({ cards: [card], stores: [{ store: 's1', version: 1, state: 'pending' }] });
  const { sha256 } = release.stores[0] ?? { sha256: '' };
  const got = await store.send(`/repo/targets/stores/s1/${sha256}.content.tillcontent`);
  const pack = readContentPack(Buffer.from(await got.arrayBuffer()));
  if (typeof pack === 'string') throw new Error(pack);
  expect(pack.manifest.cards).toEqual([card]);
  expect(pack.pictures.get(portrait.sha256)?.equals(tall)).toBe(true);
  // None clears the kiosks.
  await hub.call('pushContent', { body: { ...push, cards: [] } });
  expect((await hub.call('content')).releases.map(({ cards, stores }) => [cards.length, stores[0]?.state])).toEqual([
    [0, 'pending'],
    [1, 'superseded'],
  ]);
  expect((await hub.call('store', { params: { id: 's1' } })).content?.version).toBe(2);
});

test('what is no picture, or more than one, is refused; so are cards of pictures that nobody has, and changes of an older draft', async () => {
  hub = await testHub();
  await hub.pairStore('s1');
  for (const [bytes, why] of [
    [Buffer.from('<svg onload="alert(1)"/>'), 'not-a-picture'],
    [pngOf(400, 320, 9, [pngChunk('eXIf', Buffer.from('II*\0'))]), 'metadata'],
    [pngOf(400, 320, 9, [pngChunk('acTL', Buffer.alloc(8))]), 'animated'],
    [Buffer.concat([tall, Buffer.alloc(1024 * 1024 - tall.length + 1)]), 'too-large'],
  ] as const)
    await expect(upload(bytes), why).rejects.toMatchObject({
      answer: { code: 'HUB_PICTURE_REFUSED', message: expect.stringContaining(why) as string },
    });
  await expect(upload(Buffer.alloc(1024 * 1024 + 2))).rejects.toMatchObject(refused('HUB_BODY_TOO_LARGE'));
  const save = (was: number, cards: unknown[]) => hub.call('saveContent', { body: { was, cards } });
  const nowhere = { portrait: 'a'.repeat(64), landscape: 'b'.repeat(64), alt };
  await expect(save(0, [contentCard(), contentCard({ id: 'x', picture: nowhere })])).rejects.toMatchObject({
    answer: { code: 'HUB_CONTENT_INVALID', issues: [{ path: 'cards.1.picture' }] },
  });
  await expect(save(0, [contentCard(), contentCard()])).rejects.toMatchObject(refused('HUB_CONTENT_INVALID'));
  await expect(save(0, [{ ...contentCard(), html: '<b>' }])).rejects.toMatchObject({
    answer: { code: 'HUB_CONTENT_INVALID', issues: [{ path: 'cards.0' }] },
  });
  await save(0, [contentCard()]);
  await expect(save(0, [])).rejects.toMatchObject(refused('HUB_CONTENT_CHANGED'));
  const push = (stores: string[], was: number) => hub.call('pushContent', { body: { stores, was } });
  await expect(push(['s1'], 0)).rejects.toMatchObject(refused('HUB_CONTENT_CHANGED'));
  await expect(push(['s9'], 1)).rejects.toMatchObject(refused('HUB_STORE_UNKNOWN'));
  await save(
    1,
    Array.from({ length: 25 }, (_, at) => contentCard({ id: `c${at}` })),
  );
  await expect(push(['s1'], 2)).rejects.toMatchObject(refused('HUB_CONTENT_INVALID'));
  expect((await hub.call('content')).releases).toEqual([]);
});
