import type { DemoStore } from '../store/demo-store.ts';
import { Cashier } from './cashier.ts';

/** A paired till with its scanner and scale; it hears its lane. Receipt numbers and keys are its own, also when a lane is opened twice in a run. */
export async function openTill(demo: DemoStore, lane: string): Promise<Cashier> {
  const paired = await demo.pair('terminal', `till ${lane}`, lane);
  const cashier = new Cashier({
    url: paired.url,
    credential: paired.credential,
    lane,
    cashierId: `cashier-${lane}`,
    counter: demo.simulators.counter(lane),
    runId: `${demo.runId}-${paired.deviceId.slice(-4)}`,
  });
  cashier.start();
  return cashier;
}
