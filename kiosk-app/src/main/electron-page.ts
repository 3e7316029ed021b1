import type { BrowserWindow, Session } from 'electron';
import { originOf, SCHEME } from './policy.ts';
import type { PagePort, PageRules } from './ports.ts';

/** What this needs of Electron, so that its rules are tested without its binary. */
export interface ElectronPorts {
  /** A new window with the shell's options. */
  openWindow(): BrowserWindow;
  /** Working set by process, in KiB (`app.getAppMetrics`). */
  metrics(): readonly { readonly pid: number; readonly memory: { readonly workingSetSize: number } }[];
}

/** The page port on a real window. A window that hangs or crashed is destroyed, and a new one takes its place. */
export function electronPage(electron: ElectronPorts): PagePort {
  let window: BrowserWindow | null = null;
  const contents = () => {
    if (window === null || window.isDestroyed()) throw new Error('no page is open');
    return window.webContents;
  };
  return {
    async open(rules) {
      const before = window;
      const fresh = electron.openWindow();
      window = fresh;
      lockSession(fresh.webContents.session, rules);
      lockWindow(fresh, rules);
      fresh.once('closed', () => {
        if (window === fresh) rules.onGone('closed');
      });
      before?.destroy();
    },
    load: async (address) => contents().loadURL(address),
    screen: async () => String(await contents().executeJavaScript("document.documentElement.dataset.screen ?? ''")),
    async memoryBytes() {
      const pid = contents().getOSProcessId();
      return (electron.metrics().find((one) => one.pid === pid)?.memory.workingSetSize ?? 0) * 1024;
    },
    async close() {
      const old = window;
      window = null;
      old?.destroy();
    },
  };
}

function lockWindow(window: BrowserWindow, rules: PageRules): void {
  const { webContents: contents } = window;
  const stay = (event: { preventDefault(): void }, address: string): void => {
    if (rules.isNavigationAllowed(address)) return;
    event.preventDefault();
    rules.onDenied('NAVIGATION_DENIED', originOf(address));
  };
  window.removeMenu();
  contents.on('will-navigate', (event) => stay(event, event.url));
  contents.on('will-redirect', (event) => stay(event, event.url));
  contents.on('will-frame-navigate', (event) => stay(event, event.url));
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    rules.onDenied('WEBVIEW_DENIED', '');
  });
  contents.on('will-prevent-unload', (event) => event.preventDefault());
  contents.on('before-input-event', (event, input) => {
    if (rules.isKeyBlocked(input)) event.preventDefault();
  });
  contents.on('render-process-gone', (_event, details) => rules.onGone(details.reason));
  contents.on('unresponsive', () => rules.onGone('unresponsive'));
  contents.on('certificate-error', (event, address, _error, _certificate, answer) => {
    event.preventDefault();
    answer(false);
    rules.onDenied('CERTIFICATE_DENIED', originOf(address));
  });
  contents.on('login', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    rules.onDenied('WINDOW_DENIED', originOf(url));
    return { action: 'deny' };
  });
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  void contents.setVisualZoomLevelLimits(1, 1).catch(() => undefined);
}

/** Electron grants what nobody answers: every question that a session can ask is answered here. Safe to call again. */
function lockSession(session: Session, rules: PageRules): void {
  const deny = (what: string): false => {
    rules.onDenied('PERMISSION_DENIED', what);
    return false;
  };
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(deny(permission)));
  session.setPermissionCheckHandler((_contents, permission) => deny(permission));
  session.setDevicePermissionHandler((details) => deny(details.deviceType));
  session.setDisplayMediaRequestHandler((_request, answer) => {
    deny('display-capture');
    answer(null);
  });
  session.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: deny('bluetooth-pairing') }));
  for (const event of ['select-hid-device', 'select-usb-device', 'will-download'] as const)
    session.removeAllListeners(event);
  session.removeAllListeners('select-serial-port');
  session.on('select-hid-device', (event, _details, answer) => {
    event.preventDefault();
    deny('hid');
    answer('');
  });
  session.on('select-usb-device', (event, _details, answer) => {
    event.preventDefault();
    deny('usb');
    answer('');
  });
  session.on('select-serial-port', (event, _ports, _contents, answer) => {
    event.preventDefault();
    deny('serial');
    answer('');
  });
  session.on('will-download', (event, item) => {
    event.preventDefault();
    rules.onDenied('DOWNLOAD_DENIED', originOf(item.getURL()));
  });
  // No request of this session leaves the process: the page has the gate alone, and the gate speaks TLS from Node.js.
  session.setCertificateVerifyProc((_request, answer) => answer(REJECTED));
  session.webRequest.onBeforeRequest((details, answer) => {
    const isOurs = ALLOWED_SCHEMES.has(schemeOf(details.url));
    if (!isOurs) rules.onDenied('REQUEST_DENIED', originOf(details.url));
    answer({ cancel: !isOurs });
  });
  session.setSpellCheckerEnabled(false);
}

/** Chromium's net::ERR_FAILED, by which a verification is refused. */
const REJECTED = -2;
const ALLOWED_SCHEMES = new Set([`${SCHEME}:`, 'data:', 'blob:', 'devtools:']);
const schemeOf = (address: string): string => (URL.canParse(address) ? new URL(address).protocol : '');
