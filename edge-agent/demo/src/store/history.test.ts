import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DemoData, loadDemoData } from '../data/index.ts';
import { untilLately } from './history.ts';

const DAY_MS = 86_400_000;
const timesOf = ({ history }: DemoData): string[] => history.map(({ completedAt }) => completedAt);
const WEEKDAY = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'Asia/Shanghai' });

test('the past year ends a day to eight days ago, each purchase at its weekday and time of day', () => {
  const data = loadDemoData();
  const few = { ...data, history: [...data.history.slice(0, 20), ...data.history.slice(-20)] };
  fc.assert(
    fc.property(fc.date({ min: new Date('2018-01-01'), max: new Date('2060-01-01'), noInvalidDate: true }), (now) => {
      const moved = timesOf(untilLately(few, now.getTime()));
      const agoMs = now.getTime() - Date.parse(moved.at(-1) ?? '');
      expect(agoMs).toBeGreaterThanOrEqual(DAY_MS);
      expect(agoMs).toBeLessThan(8 * DAY_MS);
      for (const [place, at] of timesOf(few).entries()) {
        const [before, after] = [new Date(at), new Date(moved[place] ?? '')];
        expect(moved[place]?.slice(10)).toBe(at.slice(10));
        expect(WEEKDAY.format(after)).toBe(WEEKDAY.format(before));
      }
      expect(moved).toEqual([...moved].sort());
    }),
    { numRuns: 20 },
  );
});
