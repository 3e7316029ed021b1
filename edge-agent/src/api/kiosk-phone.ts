import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import { register } from './register.ts';

/** Proving a phone number at the kiosk. */
export function kioskPhoneRoutes(fastify: FastifyInstance, app: App): void {
  const off = (): never => {
    throw new AgentError('PHONE_CODES_OFF');
  };
  register(fastify, app, { sendPhoneCode: off, phoneSignIn: off, sendOwnCode: off, verifyPhone: off });
}
