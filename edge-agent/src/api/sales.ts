import type { SaleView } from '@tillside/agent-contract';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import type { Tx } from '../journal/index.ts';
import { readBasket } from '../lanes/basket.ts';
import type { Terminal } from '../lanes/till.ts';
import { type Caller, register } from './register.ts';
import { terminalOf } from './terminal.ts';

type Once = <T>(work: (tx: Tx) => T) => T;

/** Sales and returns of the native POS API. */
export function saleRoutes(fastify: FastifyInstance, app: App): void {
  const { sales, takeBack, blindReturns, reported, journal } = app;
  /** Runs what completes a basket once, and tells its lane when it is committed. A retry that gets the first answer tells nobody. */
  const completed = <T>(once: Once, work: (tx: Tx) => T, saleOf: (answer: T) => SaleView): T => {
    let isNew = false;
    const answer = once((tx) => {
      isNew = true;
      return work(tx);
    });
    if (!isNew) return answer;
    const { basketId, training } = saleOf(answer);
    if (!training) app.metrics.sales.inc();
    const { lane, revision } = readBasket(journal, basketId);
    app.stream.publish({ type: 'basket', lane, basketId, revision, what: 'completed' });
    return answer;
  };

  const known = async ({ memberCode }: { memberCode?: string | undefined }): Promise<void> => {
    if (memberCode !== undefined) await app.finder.prepare({ code: memberCode });
  };

  register(fastify, app, {
    completeBasket: ({ caller, params, body, once }) =>
      completed(
        once,
        (tx) => sales.complete(tx, terminalOf(caller), params.basketId, body),
        (sale) => sale,
      ),
    getSale: ({ params }) => sales.get(journal, params.saleId),
    returnLines: ({ caller, body, once }) => once((tx) => takeBack.lines(tx, terminalOf(caller), body)),
    exchange: ({ caller, body, once }) =>
      completed(
        once,
        (tx) => takeBack.exchange(tx, terminalOf(caller), body),
        ({ sale }) => sale,
      ),
    returnWithoutReceipt: ({ caller, body, once }) => once((tx) => blindReturns.take(tx, terminalOf(caller), body)),
    postLateSale: async ({ caller, body, once, answered }) => {
      if (!answered()) await known(body);
      return once((tx) => reported.sale(tx, terminalOf(caller), body, { late: true }).view);
    },
    reportSale: async ({ caller, body, once, answered }) => {
      const terminal = reporting(caller);
      if (!answered()) await known(body);
      return once((tx) => reported.sale(tx, terminal, body, { late: false }).view);
    },
    reportReturn: ({ caller, body, once }) =>
      once((tx) => reported.return(tx, reporting(caller), body, { late: false }).view),
  });
}

/** A POS that sells alone and tells what it sold. Throws PRICE_OWNER for any other. */
function reporting(caller: Caller): Terminal {
  const terminal = terminalOf(caller);
  if (terminal.priceOwner !== 'pos-reports')
    throw new AgentError('PRICE_OWNER', { detail: `(${terminal.priceOwner})` });
  return terminal;
}
