import { firstIssue } from '@tillside/protocol';
import type { FastifyInstance } from 'fastify';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import { checkTextVersion, MemberSettings, memberSettingsOf } from '../members/settings.ts';
import { credentialOf } from './auth.ts';
import type { HttpContext } from './context.ts';
import { implement } from './implement.ts';

/** How members are kept; see memberSettingsRoutes of the contract. */
export function memberSettingsRoutes(app: FastifyInstance, { storage, clock, termsWanted }: HttpContext): void {
  const { settings } = storage.members;
  implement(app, 'memberSettings', async () => {
    const held = await settings.get();
    const { version, settings: inForce } = await memberSettingsOf(storage);
    return { version, at: held?.at ?? null, by: held?.by ?? null, settings: { ...inForce } };
  });
  implement(app, 'putMemberSettings', async ({ body, request }) => {
    const read = MemberSettings.safeParse(body.settings);
    if (!read.success) throw new HubFault('HUB_REQUEST_INVALID', `settings.${firstIssue(read.error)}`);
    await checkTextVersion(storage, read.data);
    const { name } = credentialOf(request);
    const version = await settings.put(read.data, body.was, name, instantOf(clock.now()));
    if (version === null) throw new HubFault('HUB_SETTINGS_CHANGED');
    termsWanted();
    return { version };
  });
}
