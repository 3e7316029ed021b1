import { expect, it } from 'vitest';
import { loadDemoData } from '../data/index.ts';
import { posFile } from './poslog.ts';

it('a file of the other POS says in yuan what it sold and took back', () => {
  const { xml, soldFen, refundedFen } = posFile(loadDemoData(), '2026-11-22');
  const amounts = [...xml.matchAll(/<Amount Currency="CNY">([\d.]+)</g)].map(([, text]) => text);
  expect(amounts).toEqual([(soldFen / 100).toFixed(2), (refundedFen / 100).toFixed(2)]);
  expect(xml.match(/<BusinessDayDate>2026-11-22</g)).toHaveLength(2);
});
