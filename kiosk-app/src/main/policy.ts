import type { ShellSettings } from './settings.ts';

/** The only page this shell shows. The pairing code goes in the fragment, which is never sent to a server. */
export function startAddress(settings: ShellSettings): string {
  const fragment = settings.pairingCode === null ? '' : `#pair=${encodeURIComponent(settings.pairingCode)}`;
  return `${settings.agentOrigin}/kiosk/${fragment}`;
}

/** Navigation stays on the agent's kiosk pages: same origin, under /kiosk/, no credentials in the address. */
export function isNavigationAllowed(address: string, settings: ShellSettings): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return (
    url.origin === settings.agentOrigin &&
    url.pathname.startsWith('/kiosk/') &&
    url.username === '' &&
    url.password === ''
  );
}

/** Shortcuts that would leave the kiosk or open tools. `input` is what Electron's before-input-event gives. */
export function isKeyBlocked(input: { key: string; control: boolean; alt: boolean; meta: boolean }): boolean {
  if (/^F([1-9]|1[0-2])$/.test(input.key)) return true;
  return (
    input.meta ||
    (input.alt && input.key.startsWith('Arrow')) ||
    (input.control && /^[rwntpsoju+\-=0]$/i.test(input.key))
  );
}

export const RELOAD_MIN_MS = 500;
export const RELOAD_MAX_MS = 10_000;

/** How long to wait before loading again: doubles from the least to the most, then stays. */
export function reloadDelayMs(attempt: number): number {
  return Math.min(RELOAD_MAX_MS, RELOAD_MIN_MS * 2 ** Math.min(attempt, 16));
}

/** Shown while the agent is away; holds nothing of anybody, needs nothing from the network. */
export function waitingPage(): string {
  const html = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Tillside</title>
<body style="margin:0;height:100vh;display:grid;place-content:center;gap:1rem;text-align:center;background:#fbf7f0;color:#1c1a17;font:600 4vmin/1.5 'Noto Sans SC','PingFang SC',sans-serif">
<p style="margin:0">马上就好，正在等门店系统</p><p lang="en" style="margin:0;color:#5e574d;font-weight:400">One moment, waiting for the store system</p></body></html>`;
  return `data:text/html;charset=utf-8,${encodeURIComponent(html)}`;
}

/** Window options: the page gets no Node, no other world's objects, and no way to turn the sandbox off. */
export function windowOptions(settings: ShellSettings, preload: string) {
  return {
    kiosk: settings.isKiosk,
    fullscreen: settings.isKiosk,
    autoHideMenuBar: true,
    backgroundColor: '#fbf7f0',
    width: 1080,
    height: 1920,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !settings.isKiosk,
    },
  } as const;
}
