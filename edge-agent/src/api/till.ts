import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { closeDay, dayTotals } from '../lanes/day.ts';
import { register } from './register.ts';
import { terminalOf } from './terminal.ts';

/** Sales of the native POS API. */
export function tillRoutes(fastify: FastifyInstance, app: App): void {
  const { sales, reported, journal } = app;
  register(fastify, app, {
    completeBasket: ({ caller, params, body, once }) => {
      const sale = once((tx) => sales.complete(tx, terminalOf(caller), params.basketId, body));
      app.metrics.sales.inc();
      return sale;
    },
    getSale: ({ params }) => sales.get(journal, params.saleId),
    returnLines: ({ caller, body, once }) => once((tx) => sales.returnLines(tx, terminalOf(caller), body)),
    postLateSale: ({ caller, body, once }) =>
      once((tx) => reported.sale(tx, terminalOf(caller), body, { late: true }).view),
    dayTotals: ({ caller, params }) => dayTotals(journal, caller.deviceId, params.businessDate),
    closeDay: ({ caller, params, body, once }) =>
      once((tx) => closeDay(tx, caller.deviceId, params.businessDate, body)),
  });
}
