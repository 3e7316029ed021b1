import { z } from 'zod';
import { Count, Instant } from './text.ts';

/** How members are kept: for people at HQ. */
export const memberSettingsRoutes = {
  memberSettings: {
    method: 'GET',
    path: '/v1/member-settings',
    auth: 'operator',
    response: z.strictObject({
      /** 0: nobody has set any; these are the defaults. */
      version: Count,
      at: Instant.nullable(),
      by: z.string().nullable(),
      /** Points rules, tiers, zone, and whether phones are verified at sign-up. */
      settings: z.record(z.string(), z.unknown()),
    }),
    summary: 'How points and tiers are kept',
  },
  putMemberSettings: {
    method: 'POST',
    path: '/v1/member-settings',
    auth: 'operator',
    body: z.strictObject({
      /** The version that was read: who changes one that somebody else has changed since is refused. */
      was: Count,
      settings: z.record(z.string(), z.unknown()),
    }),
    response: z.strictObject({ version: Count }),
    summary: 'Change how points and tiers are kept, as a whole',
  },
} as const;
