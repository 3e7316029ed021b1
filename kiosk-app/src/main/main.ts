/** The shopper kiosk in Electron: one locked window on the agent's own page. The same page runs in Chromium's kiosk mode. */
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow } from 'electron';
import { electronPage } from './electron-page.ts';
import { windowOptions } from './policy.ts';
import type { LogPort } from './ports.ts';
import { readSettings } from './settings.ts';
import { Shell } from './shell.ts';

const log: LogPort = { write: (line) => console.log(JSON.stringify(line)) };

async function run(): Promise<void> {
  const read = readSettings(process.argv.slice(1), process.env);
  if (!read.ok) {
    console.error(`${read.code}: ${read.message} ${read.hint}`);
    app.exit(2);
    return;
  }
  if (!app.requestSingleInstanceLock()) {
    console.error('KIOSK_RUNNING: the kiosk is open already. Close that one first.');
    app.exit(3);
    return;
  }
  app.enableSandbox();
  await app.whenReady();
  const window = new BrowserWindow(
    windowOptions(read.settings, fileURLToPath(new URL('./preload.cjs', import.meta.url))),
  );
  window.removeMenu();
  const shell = new Shell(
    {
      page: electronPage(window),
      clock: {
        after: (delayMs, callback) => {
          const timer = setTimeout(callback, delayMs);
          return () => clearTimeout(timer);
        },
      },
      log,
    },
    read.settings,
  );
  app.on('window-all-closed', () => {
    shell.stop();
    app.quit();
  });
  await shell.start();
}

void run();
