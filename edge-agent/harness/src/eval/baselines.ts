import { basketCounts, byCount, byOwnCount, CoOccurrence, firstOf, rankByTifu, tuneTifu } from '@tillside/training';
import { RANKED_MAX, tuningScore } from './metrics.ts';
import type { NextBasketModel } from './model.ts';
import { knownBaskets, type World } from './world.ts';

const popularityOf = (world: World): Float64Array => basketCounts(knownBaskets(world), world.skus.length);

/** What is in most baskets. */
export const popularity: NextBasketModel = {
  async fit(world) {
    const popular = byCount(popularityOf(world));
    return { rank: ({ basket }, limit) => firstOf([popular], limit, basket) };
  },
};

/** What the user bought most often, then what everybody does. */
export const personalFrequency: NextBasketModel = {
  async fit(world) {
    const counts = popularityOf(world);
    const popular = byCount(counts);
    return {
      rank: ({ user, basket }, limit) =>
        firstOf([byOwnCount(world.histories[user] ?? [], counts), popular], limit, basket),
    };
  },
};

/** What goes with the basket, then what everybody buys. */
export const coOccurrence: NextBasketModel = {
  async fit(world) {
    const pairs = new CoOccurrence(knownBaskets(world), world.skus.length);
    const popular = byCount(popularityOf(world));
    return { rank: ({ basket }, limit) => firstOf([pairs.rank(basket), popular], limit, basket) };
  },
};

/** Vectors that are tried at most while tuning: what a bar is drawn to. */
const TRIES_USUAL = 40;

/** TIFU-KNN with its settings chosen by the validation users; all histories are neighbours. */
export const tifuKnn: NextBasketModel = {
  async fit(world, onProgress) {
    const items = world.skus.length;
    const cases = world.validation.map(({ user, basket }) => ({ user, truth: basket }));
    let tries = 0;
    const { params, tried } = tuneTifu(world.histories, items, cases, {
      limit: RANKED_MAX,
      judge: tuningScore,
      onTried: () => {
        tries += 1;
        onProgress(Math.min(1, tries / TRIES_USUAL));
      },
    });
    const rankings = rankByTifu(world.histories, items, world.asked, params, RANKED_MAX);
    const placeOf = new Map([...world.asked].map((user, place) => [user, place]));
    const popular = byCount(popularityOf(world));
    const { groups, withinDecay, groupDecay, k, alpha, metric } = params;
    return {
      settings: [
        { metric: 'groups', value: groups, unit: 'count' },
        { metric: 'withinDecay', value: withinDecay, unit: 'ratio' },
        { metric: 'groupDecay', value: groupDecay, unit: 'ratio' },
        { metric: 'neighbours', value: k, unit: 'count' },
        { metric: 'alpha', value: alpha, unit: 'ratio' },
        { metric: 'cosine', value: metric === 'cosine' ? 1 : 0, unit: 'count' },
        { metric: 'vectorsTried', value: tried, unit: 'count' },
      ],
      rank: ({ user, basket }, limit) => firstOf([rankings[placeOf.get(user) ?? -1] ?? [], popular], limit, basket),
    };
  },
};
