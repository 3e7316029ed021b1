import type { KeyInput } from './ports.ts';

/** In Electron the kiosk's pages and the agent are behind this origin; nothing else can be reached. */
export const SCHEME = 'tillside';
export const ELECTRON_ORIGIN = `${SCHEME}://kiosk`;

/** Shown until the store's system answers for the first time. */
export const WAITING_PATH = '/shell/waiting';
/** Shown outside the store's hours; a touch wakes it. */
export const DARK_PATH = '/shell/dark';

/** The kiosk's own page. The pairing code goes in the fragment, which is never sent to a server. */
export function startAddress(origin: string, pairingCode: string | null): string {
  return `${origin}/${pairingCode === null ? '' : `#pair=${encodeURIComponent(pairingCode)}`}`;
}

/** A page moves within its own origin alone, to the kiosk's page or the shell's two, with no credentials in the address. */
export function isNavigationAllowed(address: string, origin: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return (
    `${url.protocol}//${url.host}` === origin &&
    ['/', '/index.html', WAITING_PATH, DARK_PATH].includes(url.pathname) &&
    url.username === '' &&
    url.password === ''
  );
}

/** Where an address leads, for the log: never its path, which may hold what somebody typed. */
export function originOf(address: string): string {
  if (!URL.canParse(address)) return 'unreadable';
  const url = new URL(address);
  return url.host === '' ? url.protocol : `${url.protocol}//${url.host}`;
}

/** Shortcuts that would leave the kiosk or open tools. */
export function isKeyBlocked(input: KeyInput): boolean {
  if (/^F([1-9]|1[0-2])$/.test(input.key)) return true;
  return (
    input.meta ||
    (input.alt && (input.key.startsWith('Arrow') || input.key === 'Home')) ||
    (input.control && /^[adefghijklnopqrstuw+\-=0]$/i.test(input.key)) ||
    ['BrowserBack', 'BrowserForward', 'BrowserRefresh', 'BrowserHome', 'BrowserSearch', 'ContextMenu'].includes(
      input.key,
    )
  );
}

/** The first time at once, then doubling up to the most. */
export const RESTART_MIN_MS = 500;
export const RESTART_MAX_MS = 10_000;

export function restartDelayMs(restarts: number): number {
  return restarts === 0 ? 0 : Math.min(RESTART_MAX_MS, RESTART_MIN_MS * 2 ** Math.min(restarts - 1, 16));
}

/** Content of this release's own files; `'self'` is the gate, which hands `/v1/` and `/content/` to the agent. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "frame-src 'none'",
  "worker-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const PERMISSIONS_POLICY = [
  'accelerometer',
  'bluetooth',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'serial',
  'usb',
  'window-management',
  'xr-spatial-tracking',
]
  .map((name) => `${name}=()`)
  .join(', ');

/** Goes with every answer of the gate. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': PAGE_POLICY,
  'permissions-policy': PERMISSIONS_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Window options: the page gets no Node, no preload, no other world's objects, and no way to turn the sandbox off. */
export function windowOptions(isKiosk: boolean) {
  return {
    kiosk: isKiosk,
    fullscreen: isKiosk,
    autoHideMenuBar: true,
    backgroundColor: '#fbf7f0',
    width: 1080,
    height: 1920,
    webPreferences: {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      backgroundThrottling: false,
      partition: 'kiosk',
      devTools: !isKiosk,
    },
  } as const;
}
