/** How Chromium is started as a kiosk. */

/** Defaults of the driver that suit tests and weaken a kiosk. */
export const DEFAULTS_TO_DROP = [
  '--enable-automation',
  '--disable-popup-blocking',
  '--disable-hang-monitor',
  '--disable-ipc-flooding-protection',
  '--unsafely-disable-devtools-self-xss-warnings',
  '--enable-unsafe-swiftshader',
];

/** What both Chromium and Electron take, so that the page is told that its shopper wants less motion. */
export const REDUCED_MOTION_SWITCH = 'force-prefers-reduced-motion';

/** `gateOrigin` is the only place that a name or an address resolves to. */
export function kioskFlags(
  gateOrigin: string,
  { isKiosk, isMotionReduced }: { isKiosk: boolean; isMotionReduced: boolean },
): string[] {
  const host = new URL(gateOrigin).hostname;
  return [
    ...(isKiosk ? ['--kiosk', '--start-fullscreen'] : []),
    ...(isMotionReduced ? [`--${REDUCED_MOTION_SWITCH}`] : []),
    `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${host}`,
    '--no-proxy-server',
    '--block-new-web-contents',
    '--deny-permission-prompts',
    '--disable-infobars',
    '--disable-notifications',
    '--disable-pinch',
    '--overscroll-history-navigation=0',
    '--disable-session-crashed-bubble',
    '--disable-sync',
    '--autoplay-policy=user-gesture-required',
    '--no-pings',
    // Spoken guidance on Linux needs the system's speech service.
    '--enable-speech-dispatcher',
    '--disk-cache-size=16777216',
    '--password-store=basic',
    '--ozone-platform-hint=auto',
  ];
}

/** Preferences of a fresh profile. 2 is "block" (Chromium's ContentSetting). */
const BLOCK = 2;
export const PREFERENCES = {
  translate: { enabled: false },
  browser: { enable_spellchecking: false },
  credentials_enable_service: false,
  autofill: { profile_enabled: false, credit_card_enabled: false },
  download: { prompt_for_download: false },
  profile: {
    password_manager_enabled: false,
    default_content_setting_values: {
      automatic_downloads: BLOCK,
      bluetooth_guard: BLOCK,
      clipboard: BLOCK,
      file_system_write_guard: BLOCK,
      geolocation: BLOCK,
      hid_guard: BLOCK,
      idle_detection: BLOCK,
      local_fonts: BLOCK,
      media_stream_camera: BLOCK,
      media_stream_mic: BLOCK,
      midi_sysex: BLOCK,
      notifications: BLOCK,
      popups: BLOCK,
      sensors: BLOCK,
      serial_guard: BLOCK,
      usb_guard: BLOCK,
      window_placement: BLOCK,
    },
  },
};
