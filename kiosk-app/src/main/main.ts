/** The shopper kiosk in Electron: one locked window on this release's own pages. The same shell runs on Chromium's kiosk mode. */
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { app, BrowserWindow, protocol, safeStorage, session } from 'electron';
import { describeKioskError } from '../launcher/errors.ts';
import { readSettings } from '../launcher/settings.ts';
import { REDUCED_MOTION_SWITCH } from './chromium-flags.ts';
import { plain, type Sealer } from './credential.ts';
import { electronPage } from './electron-page.ts';
import { type Gate, MAX_REQUEST_BYTES } from './gate.ts';
import { kioskParts } from './parts.ts';
import { ELECTRON_ORIGIN, SCHEME, windowOptions } from './policy.ts';
import { writeLine } from './report.ts';
import { Shell } from './shell.ts';

const PAGES = fileURLToPath(new URL('../../dist-web', import.meta.url));

/** Before the app is ready: the scheme gets an origin and a secure context, and no way around the page's policy. */
protocol.registerSchemesAsPrivileged([
  {
    scheme: SCHEME,
    privileges: {
      standard: true,
      secure: true,
      supportFetchAPI: true,
      stream: true,
      bypassCSP: false,
      corsEnabled: false,
    },
  },
]);

/** The system's key store where it has one. Linux without one would only obscure: there the file's mode keeps it. */
function sealer(): Sealer {
  const isReal = safeStorage.isEncryptionAvailable() && (process.platform !== 'linux' || hasLinuxStore());
  return isReal
    ? { seal: (text) => safeStorage.encryptString(text), open: (bytes) => safeStorage.decryptString(bytes) }
    : plain;
}
const hasLinuxStore = (): boolean => safeStorage.getSelectedStorageBackend() !== 'basic_text';

function serve(gate: Gate): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    if (`${url.protocol}//${url.host}` !== ELECTRON_ORIGIN) return new Response(null, { status: 404 });
    const tooLarge = Number(request.headers.get('content-length') ?? 0) > MAX_REQUEST_BYTES;
    const answer = await gate.answer({
      method: request.method,
      path: url.pathname + url.search,
      headers: Object.fromEntries(request.headers),
      body: tooLarge ? new Uint8Array(MAX_REQUEST_BYTES + 1) : new Uint8Array(await request.arrayBuffer()),
      signal: request.signal,
    });
    const body =
      answer.body instanceof Readable ? (Readable.toWeb(answer.body) as ReadableStream) : new Uint8Array(answer.body);
    const isBare = request.method === 'HEAD' || [204, 205, 304].includes(answer.status);
    return new Response(isBare ? null : body, { status: answer.status, headers: answer.headers });
  };
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(app.isPackaged ? 1 : 2),
    strict: false,
    options: {
      agent: { type: 'string' },
      pair: { type: 'string' },
      config: { type: 'string' },
      windowed: { type: 'boolean' },
    },
  });
  const settings = readSettings(
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
    process.env,
  );
  if (!app.requestSingleInstanceLock()) {
    app.exit(3);
    return;
  }
  app.enableSandbox();
  if (settings.isMotionReduced) app.commandLine.appendSwitch(REDUCED_MOTION_SWITCH);
  await app.whenReady();
  const { gate, ports } = kioskParts(settings, {
    pagesDir: PAGES,
    log: { write: writeLine },
    sealer: sealer(),
  });
  const options = windowOptions(settings.isKiosk);
  session.fromPartition(options.webPreferences.partition).protocol.handle(SCHEME, serve(gate));
  let own: BrowserWindow | null = null;
  // Any contents that are not the kiosk's window have no business here.
  app.on('web-contents-created', (_event, contents) => {
    setImmediate(() => {
      if (
        !contents.isDestroyed() &&
        !BrowserWindow.getAllWindows().some((one) => one.webContents === contents) &&
        own !== null
      )
        contents.close();
    });
  });
  app.on('window-all-closed', () => undefined);
  const page = electronPage({
    openWindow: () => {
      own = new BrowserWindow(options);
      return own;
    },
    metrics: () => app.getAppMetrics(),
  });
  const { isKiosk, pairingCode, memoryCeilingBytes } = settings;
  const shell = new Shell({ ...ports, page }, { origin: ELECTRON_ORIGIN, isKiosk, pairingCode, memoryCeilingBytes });
  const end = (): void => void shell.stop().finally(() => app.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  await shell.start();
}

run().catch((error: unknown) => {
  console.error(describeKioskError(error, app.getLocale().startsWith('zh') ? 'zh' : 'en'));
  app.exit(2);
});
