import { expect, test } from 'vitest';
import { hubRoutes } from './routes.ts';

test('no two routes share a method and path, and path parameters match their schema', () => {
  const routes = Object.values(hubRoutes);
  expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length);
  for (const route of routes) {
    const named = [...route.path.matchAll(/:(\w+)/gu)].map((match) => match[1]);
    expect('params' in route ? Object.keys(route.params.shape) : []).toEqual(named);
  }
});

test('only pairing, and what a phone says by a signature or a random id, is public', () => {
  const open = Object.entries(hubRoutes).filter(([, route]) => route.auth === 'public');
  expect(open.map(([name]) => name)).toEqual(['pair', 'claimPhone', 'openSession', 'myErasure']);
});
