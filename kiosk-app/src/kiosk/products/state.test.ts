import type { MemberHome } from '@tillside/agent-contract';
import { describe, expect, it } from 'vitest';
import { homeOf } from '../../testing/store-data.ts';
import { AT_REST, nextScreen, type Screen } from '../state.ts';
import { homeIn } from './state.ts';

const home: MemberHome = homeOf('TM:1', 'm-1', true);
const scan = (screen: Screen, code: string): Screen => nextScreen(screen, { type: 'price', asked: { scan: code } });

describe('goods that are scanned', () => {
  it('open their price from where nobody types, and count each scan as somebody there', () => {
    const first = scan(AT_REST, '1');
    expect(first).toEqual({ name: 'price-check', turn: 0, asked: { scan: '1' } });
    expect(scan(first, '1')).toMatchObject({ turn: 1 });
    for (const screen of [{ name: 'join' }, { name: 'phone-sign-in' }, { name: 'mine', home, part: 'data' }] as const)
      expect(scan(screen, '1')).toBe(screen);
  });

  it('keep whoever is signed in, and lead back to them', () => {
    const price = scan({ name: 'home', home }, '1');
    expect(homeIn(price)).toBe(home);
    const finder = nextScreen(price, { type: 'find', search: { q: 'nn' } });
    expect(finder).toEqual({ name: 'finder', home, search: { q: 'nn' } });
    expect(nextScreen(finder, { type: 'home' })).toEqual({ name: 'home', home });
    expect(nextScreen(finder, { type: 'wipe' })).toBe(AT_REST);
    // Nobody's finder has no home to go to.
    const own = nextScreen(AT_REST, { type: 'open', screen: 'finder' });
    expect(nextScreen(own, { type: 'home' })).toBe(own);
  });
});
