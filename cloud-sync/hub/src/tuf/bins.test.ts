import { expect, test } from 'vitest';
import { binNames, bitsFor, roleFinder } from './bins.ts';

test('the number of bins follows the number of stores, and never falls', () => {
  expect([1, 128, 129, 2048, 2049, 30_000, 32_769].map((stores) => bitsFor(stores, 0))).toEqual([0, 0, 4, 4, 8, 8, 12]);
  expect(bitsFor(1, 8)).toBe(8);
});

test('bins are named and filled as the stores compute them', () => {
  expect(binNames('campaigns', 0)).toEqual([]);
  expect(binNames('items', 4)).toHaveLength(16);
  expect(binNames('items', 8)).toContain('items-0a');
  // The same vectors stand in the link's test of paths.
  expect(roleFinder('campaigns', 0)('stores/demo/campaigns.json')).toBe('campaigns');
  expect(roleFinder('campaigns', 4)('stores/demo/campaigns.json')).toBe('campaigns-f');
  expect(roleFinder('campaigns', 12)('stores/demo/campaigns.json')).toBe('campaigns-f3b');
});
