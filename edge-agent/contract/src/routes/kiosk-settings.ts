import { KioskSettings } from '../kiosk-settings.ts';
import type { Route } from './route.ts';

export const kioskSettingsRoutes = {
  kioskSettings: {
    method: 'GET',
    path: '/v1/kiosk/settings',
    auth: 'kiosk',
    tag: 'kiosk',
    summary: 'How the kiosks of this store look and behave',
    response: KioskSettings,
  },
} as const satisfies Record<string, Route>;
