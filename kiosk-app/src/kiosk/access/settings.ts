import { DEFAULT_KIOSK_SETTINGS, KioskSettings } from '@tillside/agent-contract';

/** The device's own, as its credential is: kept when a shopper's session ends. */
export const SETTINGS_KEY = 'tillside.kiosk.settings';

/** What this kiosk was told last, so that it starts in its brand's colours; the usual ones before anything was. */
export function readSettings(storage: Storage): KioskSettings {
  const kept = storage.getItem(SETTINGS_KEY);
  if (kept === null) return DEFAULT_KIOSK_SETTINGS;
  try {
    return KioskSettings.catch(DEFAULT_KIOSK_SETTINGS).parse(JSON.parse(kept));
  } catch {
    return DEFAULT_KIOSK_SETTINGS;
  }
}

export const keepSettings = (storage: Storage, settings: KioskSettings): void =>
  storage.setItem(SETTINGS_KEY, JSON.stringify(settings));
