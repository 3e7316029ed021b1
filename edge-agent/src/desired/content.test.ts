import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContentCard } from '@tillside/decide';
import { packContent } from '@tillside/protocol';
import { contentCard, describePicture, pngOf } from '@tillside/protocol/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Caller, type Rig, startRig } from '../testing.ts';

const dir = mkdtempSync(join(tmpdir(), 'tillside-content-'));
const alt = { zh: '一篮桃子', en: 'A basket of peaches' };
const NOW = Date.parse('2026-06-01T02:00:00Z');
let nowMs = NOW;
let rig: Rig;
let kiosk: Caller;
let version = 0;

/** Each picture stands for both orientations. */
function packOf(cards: readonly ContentCard[], pictures: readonly Buffer[] = []): Buffer {
  const described = pictures.map(describePicture);
  const bytes = new Map(described.map(({ sha256 }, at) => [sha256, pictures[at] ?? Buffer.alloc(0)]));
  return packContent({ format: 1, cards: [...cards], pictures: described }, bytes);
}
function apply(content: Buffer) {
  version += 1;
  const file = join(dir, `content-${version}`);
  writeFileSync(file, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return rig.agent.app.desired.apply('content', { version, sha256, file, byDelta: false });
}
const pictureOf = (bytes: Buffer) => {
  const { sha256 } = describePicture(bytes);
  return { portrait: sha256, landscape: sha256, alt };
};
const cards = async () => (await kiosk.call('publicOffers', {})).cards ?? [];
const shownIds = async () => (await cards()).map(({ id }) => id);
const inForce = () => rig.agent.app.desired.currentVersion('content');
const folder = () => join(rig.config.dataDir, 'content');
const peaches = pngOf(320, 400, 10);
const bread = pngOf(400, 320, 20);
const withPeaches = contentCard({ picture: pictureOf(peaches) });

beforeAll(async () => {
  rig = await startRig({}, { now: () => nowMs });
  kiosk = await rig.pair('kiosk');
});
afterAll(async () => {
  await rig.stop();
  rmSync(dir, { recursive: true, force: true });
});

it('kiosks are told the cards of the moment, the most urgent first, and none of a campaign that does not act here', async () => {
  expect([inForce(), await shownIds()]).toEqual([0, []]);
  const later = contentCard({ id: 'later', from: '2026-06-01T03:00:00Z', priority: 90 });
  const until = '2026-06-01T03:00:00Z';
  const soonOver = contentCard({ id: 'soon-over', until, priority: 60 });
  const elsewhere = contentCard({ id: 'elsewhere', campaignId: 'of-another-store', priority: 99 });
  const pack = packOf([contentCard(), later, soonOver, elsewhere]);
  expect(await apply(pack)).toEqual({ outcome: 'applied' });
  expect(await shownIds()).toEqual(['soon-over', 'peaches']);
  nowMs = Date.parse(until);
  expect(await shownIds()).toEqual(['later', 'peaches']);
  nowMs = NOW;
});

it('a picture is served as what it is and nothing else, without a credential; nothing but pictures in force is', async () => {
  expect(await apply(packOf([withPeaches], [peaches]))).toEqual({ outcome: 'applied' });
  const [card] = await cards();
  const url = card?.picture?.portrait.url ?? '';
  const got = await fetch(`${rig.agent.url}${url}`);
  expect(Buffer.from(await got.arrayBuffer()).equals(peaches)).toBe(true);
  expect(Object.fromEntries(got.headers)).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'public, max-age=31536000, immutable',
  });
  for (const name of [
    '0'.repeat(64),
    `${'0'.repeat(64)}.png`,
    url.replace('.png', '.jpg').slice(9),
    '..%2Fjournal.db',
    '%2e%2e%2fsecrets%2fadmin.token',
  ]) {
    const refused = await fetch(`${rig.agent.url}/content/${name}`);
    expect([refused.status, ((await refused.json()) as { code: string }).code], name).toEqual([
      404,
      'CONTENT_PICTURE_UNKNOWN',
    ]);
  }
});

it('what is wrong is refused as a whole, and what was shown before goes on', async () => {
  const good = packOf([withPeaches], [peaches]);
  const before = inForce();
  for (const bad of [Buffer.from('<html>'), good.subarray(0, -1), Buffer.concat([good, good]), Buffer.alloc(0)])
    expect(await apply(bad)).toMatchObject({ outcome: 'refused', code: 'CONTENT_REFUSED' });
  expect([inForce(), await shownIds(), readdirSync(folder())]).toEqual([
    before,
    ['peaches'],
    [`${describePicture(peaches).sha256}.png`],
  ]);
});

it('the next pack takes the place of the whole, files too; it is there after a restart', async () => {
  const loaf = contentCard({ id: 'bread', picture: pictureOf(bread) });
  expect(await apply(packOf([loaf], [bread]))).toEqual({ outcome: 'applied' });
  await rig.restart();
  expect([inForce(), await shownIds()]).toEqual([version, ['bread']]);
  expect(readdirSync(folder())).toEqual([`${describePicture(bread).sha256}.png`]);
  expect((await fetch(`${rig.agent.url}${(await cards())[0]?.picture?.landscape.url}`)).status).toBe(200);
});

it.each(['spoilt', 'gone'])(
  'a picture that is %s is not shown, its card is; and the store wants the pack again',
  async (how) => {
    const pack = packOf([withPeaches], [peaches]);
    await apply(pack);
    const url = (await cards())[0]?.picture?.portrait.url;
    const file = join(folder(), `${describePicture(peaches).sha256}.png`);
    if (how === 'gone') rmSync(file);
    else writeFileSync(file, '<script>');
    // Found when it is asked for, and when the agent starts.
    if (how === 'spoilt') expect((await fetch(`${rig.agent.url}${url}`)).status).toBe(404);
    else await rig.restart();
    const [card] = await cards();
    expect([card?.id, card?.picture, inForce()]).toEqual(['peaches', undefined, 0]);
    expect(await apply(pack)).toEqual({ outcome: 'applied' });
    expect([(await cards())[0]?.picture?.portrait.url, inForce()]).toEqual([url, version]);
  },
);
