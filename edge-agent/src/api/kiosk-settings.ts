import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { register } from './register.ts';

/** How the kiosks of this store look and behave. */
export function kioskSettingsRoutes(fastify: FastifyInstance, app: App): void {
  const { presenceZones: _ofTheAgent, ...settings } = app.config.kiosk;
  register(fastify, app, { kioskSettings: () => settings });
}
