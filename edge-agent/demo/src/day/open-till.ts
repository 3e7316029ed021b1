import type { PriceOwner } from '@tillside/agent-contract';
import type { DemoStore } from '../store/demo-store.ts';
import { Cashier } from './cashier.ts';
import { signOn } from './session.ts';
import { Terminal, type TerminalOptions } from './terminal.ts';

/** A paired till with its scanner, scale and printer, a cashier signed on; it hears its lane. Numbers and keys are its own, also when a lane is opened twice in a run. */
export async function openTill(demo: DemoStore, lane: string): Promise<Cashier> {
  const options = await pairTill(demo, lane);
  const cashier = new Cashier({ ...options, counter: demo.simulators.counter(lane) });
  cashier.start();
  await signOn(cashier);
  return cashier;
}

/** A terminal of a POS that owns its prices; nothing of ours stands on its counter. */
export const openPos = async (demo: DemoStore, lane: string, priceOwner: PriceOwner): Promise<Terminal> =>
  new Terminal(await pairTill(demo, lane, priceOwner));

async function pairTill(demo: DemoStore, lane: string, priceOwner?: PriceOwner): Promise<TerminalOptions> {
  const paired = await demo.pair('terminal', `till ${lane}`, lane, priceOwner);
  return { ...paired, lane, cashierId: `cashier-${lane}`, runId: `${demo.runId}-${paired.deviceId.slice(-4)}` };
}
