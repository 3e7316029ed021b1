/** Small demo stores for journeys: on free ports, with their data in a folder of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cashier } from '../src/day/cashier.ts';
import { planDay } from '../src/day/plan.ts';
import { serve } from '../src/day/shopping.ts';
import { freePorts } from '../src/ports-free.ts';
import { DemoStore } from '../src/store/demo-store.ts';

export interface Shop {
  demo: DemoStore;
  /** Stops everything and forgets the data. */
  close(): Promise<void>;
}

/** Their past year is enough to learn from, and quickly sent. */
const HOUSEHOLDS = 150;

export async function openShop({ presenceWindowMs = 2_000, households = HOUSEHOLDS } = {}): Promise<Shop> {
  const root = mkdtempSync(join(tmpdir(), 'tillside-journey-'));
  const demo = new DemoStore({
    root,
    ports: await freePorts(),
    presenceWindowMs,
    households,
    say: () => undefined,
  });
  const close = async (): Promise<void> => {
    await demo.stop();
    rmSync(root, { recursive: true, force: true });
  };
  try {
    await demo.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { demo, close };
}

/** The first `count` baskets of the real day. */
export async function sellBaskets(demo: DemoStore, cashier: Cashier, from: number, count: number): Promise<void> {
  const items = new Map(demo.data.items.map((item) => [item.sku, item]));
  for (const errand of planDay(demo.data).slice(from, from + count))
    await serve(cashier, errand, { items, betweenScansMs: 0 });
}
