import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { register } from './register.ts';

/** The customer display of a lane. */
export function displayRoutes(fastify: FastifyInstance, app: App): void {
  register(fastify, app, {
    getDisplay: ({ caller }) => app.display.view(caller.lane ?? caller.deviceId),
  });
}
