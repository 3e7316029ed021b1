import { toBaskets } from '@tillside/features';
import { expect, it } from 'vitest';
import { usualRole } from './lessons.ts';
import { memberScorer, newestMembers } from './member-scores.ts';
import { seededRandom } from './random.ts';
import { plantedShop } from './testing/planted-shop.ts';
import { worldOf } from './worlds.ts';

const shop = toBaskets(plantedShop(8, 5));
const world = worldOf(shop, { back: 0, roleOf: usualRole, anonymous: new Set() });

it('a member’s scores are the same in whatever block they are asked for', () => {
  const asked = newestMembers(world, 40);
  const scoresOf = memberScorer(world, seededRandom(1), () => undefined);
  const together = scoresOf(asked);
  const apart = [0, 7, 39].flatMap((from, place, all) =>
    scoresOf(asked.subarray(from, all[place + 1] ?? asked.length)),
  );
  expect(apart).toEqual(together);
  expect(together.every((scores) => scores.length > 0)).toBe(true);
});

it('who bought last comes first, who never bought last', () => {
  const histories = [[100], [], [300, 200], [300], [200]].map((times) =>
    times.map((atMs) => ({ basketId: `${atMs}`, memberId: 'm', atMs, items: [] })),
  );
  expect([...newestMembers({ ...world, histories }, 4)]).toEqual([3, 2, 4, 0]);
  expect([...newestMembers({ ...world, histories }, 9)].at(-1)).toBe(1);
});
