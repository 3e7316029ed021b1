import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binOf, matchesGlob, startsWithHash } from './paths.ts';

test('a star and a question mark stay within one part of the path', () => {
  const path = 'stores/demo/campaigns.json';
  for (const yes of [path, 'stores/*/campaigns.json', 'stores/d?mo/*', '*/*/*', 'stores/de*o/c*.json', 'st*s/**/*n*']) {
    expect(matchesGlob(path, yes), yes).toBe(true);
  }
  for (const no of [
    '*',
    'stores/*',
    'stores/*/*/*',
    'stores/?/campaigns.json',
    'stores/*/campaigns.jso',
    '',
    'stores/{demo}/*',
    'STORES/*/*',
    'stores/[d]emo/*',
  ]) {
    expect(matchesGlob(path, no), no).toBe(false);
  }
});

test('matches what a regular expression of the same meaning matches', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 12 });
  const glob = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*', '?'), maxLength: 12 });
  fc.assert(
    fc.property(text, glob, (path, pattern) => {
      const source = pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*').replaceAll('?', '[^/]');
      expect(matchesGlob(path, pattern)).toBe(new RegExp(`^${source}$`).test(path));
    }),
  );
});

test('bins are named by the first bits of the SHA-256 of the path', () => {
  // The same vectors stand in the hub's test of bins.
  const path = 'stores/demo/campaigns.json';
  expect(binOf(path, { bits: 4, prefix: 'campaigns' })).toBe('campaigns-f');
  expect(binOf(path, { bits: 12, prefix: 'campaigns' })).toBe('campaigns-f3b');
  expect(binOf(path, { bits: 1, prefix: 'p' })).toBe('p-1');
  expect(binOf(path, { bits: 32, prefix: 'p' })).toMatch(/^p-f3b579[0-9a-f]{2}$/);
  expect(startsWithHash(path, ['00', 'F3B'])).toBe(true);
  expect(startsWithHash(path, ['f3c', ''].slice(0, 1))).toBe(false);
});
