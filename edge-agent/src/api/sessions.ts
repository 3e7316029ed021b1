import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { closeDay, dayTotals } from '../lanes/day.ts';
import { zonedInstants } from '../ports.ts';
import { register } from './register.ts';
import { terminalOf } from './terminal.ts';

/** Sessions and days of the native POS API. */
export function sessionRoutes(fastify: FastifyInstance, app: App): void {
  const { sessions, journal, clock, config } = app;
  const instant = zonedInstants(config.zone);
  register(fastify, app, {
    openSession: ({ caller, body, once }) => once((tx) => sessions.open(tx, terminalOf(caller), body)),
    currentSession: ({ caller }) => sessions.current(journal, terminalOf(caller)),
    closeSession: ({ caller, params, body, once }) =>
      once((tx) => sessions.close(tx, terminalOf(caller), params.sessionId, body)),
    dayTotals: ({ caller, params, query }) => dayTotals(journal, caller.deviceId, params.businessDate, query),
    closeDay: ({ caller, params, body, once }) =>
      once((tx) => closeDay(tx, caller.deviceId, params.businessDate, body, instant(clock.now()))),
  });
}
