import type { BasketView, StreamEvent } from '@tillside/agent-contract';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import type { Tx } from '../journal/index.ts';
import { readBasket } from '../lanes/basket.ts';
import { memberById } from '../members/members.ts';
import { register } from './register.ts';
import { terminalOf } from './terminal.ts';

const SCALE_TIMEOUT_MS = 4_000;
const RECOMMENDED_AT_TILL = 4;

type What = Extract<StreamEvent, { type: 'basket' }>['what'];
type Once = (work: (tx: Tx) => BasketView) => BasketView;

/** Baskets of the native POS API. */
export function basketRoutes(fastify: FastifyInstance, app: App): void {
  const { till, journal } = app;
  /** Runs a change once, and tells the lane of it when it is committed. A retry that gets the first answer tells nobody. */
  const tell = (what: What, once: Once, work: (tx: Tx) => BasketView): BasketView => {
    let isNew = false;
    const view = once((tx) => {
      isNew = true;
      return work(tx);
    });
    const { lane, basketId, revision, delta } = view;
    if (isNew)
      app.stream.publish({
        type: 'basket',
        lane,
        basketId,
        revision,
        what,
        ...(delta === undefined ? {} : { delta }),
      });
    return view;
  };
  const changed = (once: Once, work: (tx: Tx) => BasketView): BasketView => tell('changed', once, work);

  register(fastify, app, {
    openBasket: ({ caller, body, once }) => changed(once, (tx) => till.open(tx, terminalOf(caller), body)),
    listBaskets: ({ caller, query }) => ({ baskets: till.list(terminalOf(caller), query.state) }),
    getBasket: ({ params }) => till.get(params.basketId),
    addLine: async ({ caller, params, body, once, answered }) => {
      const terminal = terminalOf(caller);
      try {
        // What a retry weighs could be other goods, or none.
        const wanted = answered() ? undefined : till.goods.weighing(body);
        const grams = wanted && (await weighAt(app, terminal.lane, wanted.unitPriceFen));
        return changed(once, (tx) => till.addLine(tx, terminal, params.basketId, body, grams));
      } catch (error) {
        if (error instanceof AgentError && error.code === 'ITEM_UNKNOWN')
          till.goods.noteRefused(terminal.deviceId, body);
        throw error;
      }
    },
    putLines: ({ caller, params, body, once }) =>
      changed(once, (tx) => till.putLines(tx, terminalOf(caller), params.basketId, body.lines)),
    changeLine: ({ caller, params, body, once }) =>
      changed(once, (tx) => till.changeLine(tx, terminalOf(caller), params.basketId, params.lineId, body)),
    voidLine: ({ caller, params, once }) =>
      changed(once, (tx) => till.voidLine(tx, terminalOf(caller), params.basketId, params.lineId)),
    setMember: async ({ caller, params, body, once, answered }) => {
      // Before the till's own transaction; a retry gets the answer of the first.
      const prepared = answered() ? undefined : await app.finder.prepare({ code: body.code });
      return changed(once, (tx) => till.setMember(tx, terminalOf(caller), params.basketId, body.code, prepared));
    },
    addCoupon: ({ caller, params, body, once }) =>
      changed(once, (tx) => till.addCoupon(tx, terminalOf(caller), params.basketId, body.code)),
    chooseGift: ({ caller, params, body, once }) =>
      changed(once, (tx) => till.chooseGift(tx, terminalOf(caller), params.basketId, body)),
    payWithPoints: async ({ caller, params: { basketId }, body: { points }, once, answered }) => {
      const holdId = answered() ? undefined : await app.holds.prepare(basketId, points);
      const view = changed(once, (tx) => till.payWithPoints(tx, terminalOf(caller), basketId, points));
      if (points === 0 || holdId !== undefined) void app.holds.release(basketId, holdId);
      return view;
    },
    getDecision: async ({ params }) => {
      const started = performance.now();
      const stored = readBasket(journal, params.basketId);
      const member = stored.memberId === undefined ? undefined : memberById(journal, stored.memberId);
      let basket: BasketView | undefined;
      const asked = app.recommender.recommend({
        member,
        basketSkus: stored.lines.map(({ line }) => line.sku),
        basketId: stored.basketId,
        channel: 'till',
        limit: RECOMMENDED_AT_TILL,
        provenAge: stored.checkedAge,
        unlocks: () => basket?.decision.notApplied ?? [],
        training: stored.training === true,
      });
      // A basket that can't be decided is told of; what was recommended beside it then concerns nobody.
      asked.catch(() => undefined);
      // The model answers in a process of its own: meanwhile the basket is decided here.
      basket = till.view(stored);
      const recommendations = await asked;
      const decisionMs = performance.now() - started;
      if (recommendations.items.length > 0)
        app.stream.publish({ type: 'picks', lane: basket.lane, basketId: basket.basketId });
      app.metrics.decisionMs.observe(decisionMs);
      return { basket, recommendations, decisionMs };
    },
    suspendBasket: ({ caller, params, once }) =>
      tell('suspended', once, (tx) => till.suspend(tx, terminalOf(caller), params.basketId)),
    resumeBasket: ({ caller, params: { basketId }, once }) => {
      let from: string | undefined;
      const view = changed(once, (tx) => {
        from = till.laneOf(tx, basketId);
        return till.resume(tx, terminalOf(caller), basketId);
      });
      // The display of a lane whose terminal was revoked still shows what was open there.
      const { revision } = view;
      if (from !== undefined && from !== view.lane)
        app.stream.publish({ type: 'basket', lane: from, basketId, revision, what: 'suspended' });
      return view;
    },
    cancelBasket: ({ caller, params, once }) => {
      const view = tell('cancelled', once, (tx) => till.cancel(tx, terminalOf(caller), params.basketId));
      void app.holds.release(params.basketId);
      return view;
    },
    approve: ({ caller, body }) => app.approvals.approve(terminalOf(caller), body),
  });
}

/** Six digits: what scales that compute the price can take. */
const MAX_SCALE_PRICE_FEN = 999_999;

/** A stable weight from the lane's scale, in grams. A scale that computes the price is told it, and checked. Throws NO_SCALE, SCALE_REFUSED with the scale's own reason. */
async function weighAt(app: App, lane: string, unitPriceFen: number): Promise<number> {
  const scale = app.scaleOf(lane);
  if (scale === undefined) throw new AgentError('NO_SCALE');
  const result = await app.devices.command({
    type: 'weigh',
    deviceId: scale,
    timeoutMs: SCALE_TIMEOUT_MS,
    ...(unitPriceFen <= MAX_SCALE_PRICE_FEN ? { unitPriceFen } : {}),
  });
  if (!result.ok)
    throw new AgentError(result.code.startsWith('SCALE_') ? 'SCALE_REFUSED' : 'NO_SCALE', {
      detail: `(${result.code})`,
    });
  const grams = Number(result.value.grams);
  if (grams <= 0) throw new AgentError('SCALE_REFUSED', { detail: '(0 g)' });
  return grams;
}
