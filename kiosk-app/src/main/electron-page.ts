import type { BrowserWindow } from 'electron';
import type { PagePort } from './ports.ts';

/** The page port on a real window. */
export function electronPage(window: BrowserWindow): PagePort {
  const contents = window.webContents;
  const { session } = contents;
  return {
    load: (address) => window.loadURL(address),
    onNavigate: (listener) => {
      contents.on('will-navigate', (event) => listener(event, event.url));
      contents.on('will-redirect', (event) => listener(event, event.url));
      contents.on('will-frame-navigate', (event) => listener(event, event.url));
    },
    onAttachWebview: (listener) => {
      contents.on('will-attach-webview', (event) => listener(event));
    },
    onKey: (listener) => {
      contents.on('before-input-event', (event, input) => listener(event, input));
    },
    onGone: (listener) => {
      contents.on('render-process-gone', (_event, details) => listener(details.reason));
      contents.on('unresponsive', () => listener('unresponsive'));
    },
    decideWindowOpen: (decide) => {
      contents.setWindowOpenHandler(({ url }) => ({ action: decide(url) ? 'allow' : 'deny' }));
    },
    decidePermissions: (decide) => {
      session.setPermissionRequestHandler((_contents, permission, answer) => answer(decide(permission)));
      session.setPermissionCheckHandler((_contents, permission) => decide(permission));
      session.setDevicePermissionHandler((details) => decide(details.deviceType));
    },
    denyDownloads: () => {
      session.on('will-download', (event) => event.preventDefault());
    },
  };
}
