import type { DemoStore } from '../store/demo-store.ts';
import type { Cashier } from './cashier.ts';
import { followOnDisplay } from './display.ts';
import { sellOddThings, sellToAdult, train } from './odd-baskets.ts';
import { openPos } from './open-till.ts';
import { report, sellAtPosPrices } from './other-pos.ts';
import { printReturn, printSale } from './papers.ts';
import { signOff, signOn } from './session.ts';
import { exchange, takeBackBlind } from './take-back.ts';
import type { Terminal } from './terminal.ts';

export interface OddCounts {
  openItems: number;
  unknownRefused: number;
  overrides: number;
  ageChecks: number;
  trained: number;
  exchanges: number;
  returnsWithoutReceipt: number;
  /** Baskets that the customer display showed. */
  displayed: number;
  printed: number;
  reprinted: number;
  /** Sales of a POS that owns its prices; sales and returns that another one told. */
  posPriced: number;
  reported: number;
  sessions: number;
}

/** What a till meets beside plain baskets, each once and each checked: at a lane of ours, then at terminals of POS that own their prices. */
export async function oddHour(
  demo: DemoStore,
  till: Cashier,
  businessDate: string,
): Promise<{ counts: OddCounts; pos: Terminal[] }> {
  const { data } = demo;
  const ageChecks = await sellToAdult(till, data);
  const odd = await sellOddThings(till, data);
  const trained = await train(till, data, businessDate);
  const exchanged = await exchange(till, data);
  const back = await takeBackBlind(till, data);
  const shown = await followOnDisplay(demo, till);
  await printSale(till, shown, 'original');
  await printSale(till, exchanged, 'original');
  await printReturn(till, back);
  await printSale(till, shown, 'reprint');

  const adjusts = await openPos(demo, '3', 'pos-adjusts');
  await signOn(adjusts);
  const posPriced = await sellAtPosPrices(adjusts, data);
  await signOff(adjusts);
  const reports = await openPos(demo, '4', 'pos-reports');
  const reported = await report(reports, data, businessDate);
  return {
    counts: {
      ...odd,
      ageChecks,
      trained,
      exchanges: 1,
      returnsWithoutReceipt: 1,
      displayed: 1,
      printed: 4,
      reprinted: 1,
      posPriced,
      reported,
      sessions: 1,
    },
    pos: [adjusts, reports],
  };
}
