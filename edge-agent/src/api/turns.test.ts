import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

describe('turns', () => {
  it('come one by one, in order, with a look at everything else between two of them', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    let isOver = false;
    const look = (): void => {
      seen.push('|');
      if (!isOver) setImmediate(look);
    };
    setImmediate(look);
    await Promise.all(['a', 'b', 'c'].map((name) => turns.next().then(() => seen.push(name))));
    isOver = true;
    expect(seen.filter((what) => what !== '|')).toEqual(['a', 'b', 'c']);
    expect(seen.join('')).toMatch(/a\|+b\|+c/);
  });

  it('go on after a pause, and for those who come while others have their turn', async () => {
    const turns = new Turns();
    const seen: number[] = [];
    await turns.next();
    const nested = turns.next().then(async () => {
      seen.push(1);
      await turns.next();
      seen.push(3);
    });
    await Promise.all([nested, turns.next().then(() => seen.push(2))]);
    expect(seen).toEqual([1, 2, 3]);
  });
});
