import { agentEvents, type BasketView, callAgent, type SaleView } from '@tillside/agent-contract';
import type { DemoStore } from '../store/demo-store.ts';
import type { Cashier } from './cashier.ts';
import { goodsOf, openBasket } from './odd-baskets.ts';
import { mustBe } from './refused.ts';
import { addLine, tender } from './shopping.ts';

/** A stream takes a moment to open; meanwhile the shopper can't decide how many to take. */
const MOST_CHANGES = 60;
const BETWEEN_CHANGES_MS = 80;

/** The lane's customer display hears of a change, shows what the basket comes to, and thanks with the change when it is paid. Gives the basket's sale. */
export async function followOnDisplay(demo: DemoStore, till: Cashier): Promise<SaleView> {
  const display = await demo.pair('display', `display ${till.lane}`, till.lane);
  const basketId = await openBasket(till);
  const [snack] = goodsOf(demo.data, 'snacks');
  const { view } = await addLine(till, basketId, { sku: snack?.sku, quantity: 2 });
  const { decision } = await changeUntilHeard(till, display, view);
  const { state, basket } = await callAgent(display, 'getDisplay', {});
  mustBe(
    'the customer display',
    { state, basketId: basket?.basketId, savingsFen: basket?.savingsFen, totalFen: basket?.totalFen },
    { state: 'basket', basketId, savingsFen: decision.savingsFen, totalFen: decision.totalFen },
  );
  const sale = await tender(till, await till.call('getBasket', { params: { basketId } }), 'cash');
  const { paid } = await callAgent(display, 'getDisplay', {});
  mustBe(
    'the customer display after paying',
    { saleId: paid?.saleId, totalFen: paid?.totalFen, changeFen: paid?.changeFen },
    { saleId: sale.saleId, totalFen: sale.paidFen, changeFen: sale.changeFen ?? 0 },
  );
  return sale;
}

/** Changes the first line's quantity until the display has heard of the basket; gives the basket as it then is. */
async function changeUntilHeard(
  till: Cashier,
  display: { url: string; credential: string },
  basket: BasketView,
): Promise<BasketView> {
  const { basketId, lines } = basket;
  const listening = new AbortController();
  let isHeard = false;
  const listen = async (): Promise<void> => {
    for await (const { event } of agentEvents(display, listening.signal)) {
      if (event.type !== 'basket' || event.basketId !== basketId) continue;
      isHeard = true;
      return;
    }
  };
  const heard = listen().catch(() => undefined);
  let view = basket;
  for (let change = 0; !isHeard; change++) {
    if (change === MOST_CHANGES) throw new Error(`the display of lane ${till.lane} hears nothing`);
    view = await till.call('changeLine', {
      params: { basketId, lineId: lines[0]?.lineId ?? '' },
      body: { quantity: 1 + (change % 3) },
      key: till.newKey(),
    });
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_CHANGES_MS));
  }
  listening.abort();
  await heard;
  return view;
}
