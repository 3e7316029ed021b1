/** The kiosk in Chromium's kiosk mode: gate on loopback, locked page, shell. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KioskError } from '../launcher/errors.ts';
import type { KioskSettings } from '../launcher/settings.ts';
import { chromiumPage } from './chromium-page.ts';
import { startGateServer } from './gate-server.ts';
import { type KioskHooks, kioskParts } from './parts.ts';
import { Shell } from './shell.ts';

const CHROMIUMS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Throws CHROMIUM_MISSING. */
export function findChromium(env: Readonly<Record<string, string | undefined>>): string {
  const found = [env.TILLSIDE_CHROMIUM, ...CHROMIUMS].find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new KioskError('CHROMIUM_MISSING');
  return found;
}

export interface BrowserKiosk {
  stop(): Promise<void>;
}

export async function startBrowserKiosk(
  settings: KioskSettings,
  hooks: KioskHooks & { executablePath: string; forTests?: boolean },
): Promise<BrowserKiosk> {
  const profilesDir = join(settings.stateDir, 'profiles');
  mkdirSync(profilesDir, { recursive: true, mode: 0o700 });
  // A power cut leaves the last profile behind; nothing in it is wanted.
  for (const name of readdirSync(profilesDir)) rmSync(join(profilesDir, name), { recursive: true, force: true });
  const { gate, ports } = kioskParts(settings, hooks);
  const server = await startGateServer(gate);
  const page = chromiumPage({
    executablePath: hooks.executablePath,
    profilesDir,
    gate: server,
    isKiosk: settings.isKiosk,
    isMotionReduced: settings.isMotionReduced,
    ...(hooks.forTests === undefined ? {} : { forTests: hooks.forTests }),
  });
  const { isKiosk, pairingCode, memoryCeilingBytes } = settings;
  const shell = new Shell({ ...ports, page }, { origin: server.origin, isKiosk, pairingCode, memoryCeilingBytes });
  await shell.start();
  return {
    stop: async () => {
      await shell.stop();
      await server.close();
    },
  };
}
