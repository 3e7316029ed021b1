/** Electron's side of the shell: its rules on a stand-in of the window, and the whole kiosk in the real one where its binary and a display are. */
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REDUCED_MOTION_SWITCH } from './chromium-flags.ts';
import { kioskConformance, type RunningKiosk } from './conformance.ts';
import { electronPage } from './electron-page.ts';
import { isKeyBlocked, isNavigationAllowed } from './policy.ts';
import type { LogLine } from './ports.ts';
import { type ProbeAgent, startProbeAgent } from './testing/probe-agent.ts';

const packageFolder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
const pathFile = join(packageFolder, 'path.txt');
const binary = existsSync(pathFile) ? join(packageFolder, 'dist', readFileSync(pathFile, 'utf8').trim()) : null;
const SOURCE = fileURLToPath(new URL('..', import.meta.url));

function reasonToSkip(): string | null {
  if (binary === null || !existsSync(binary)) return "Electron's binary is not installed (npx install-electron)";
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return 'no display (run under xvfb-run)';
  }
  return null;
}

let agent: ProbeAgent;
let folder: string;
beforeAll(async () => {
  agent = await startProbeAgent();
  folder = await mkdtemp(join(tmpdir(), 'tillside-electron-'));
  if (reasonToSkip() === null) await compile();
});
afterAll(async () => {
  await agent.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Shell and launcher as `tsc` would emit them, with the hostile page in the place of the kiosk's. */
async function compile(): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await cp(agent.pagesDir, join(folder, 'dist-web'), { recursive: true });
  for (const part of ['main', 'launcher']) {
    await mkdir(join(folder, 'dist', part), { recursive: true });
    for (const name of await readdir(join(SOURCE, part))) {
      if (name.includes('.test.') || !name.endsWith('.ts')) continue;
      const { outputText } = ts.transpileModule(await readFile(join(SOURCE, part, name), 'utf8'), {
        fileName: name,
        compilerOptions: {
          target: ts.ScriptTarget.ES2023,
          module: ts.ModuleKind.NodeNext,
          rewriteRelativeImportExtensions: true,
          verbatimModuleSyntax: true,
        },
      });
      await writeFile(join(folder, 'dist', part, name.replace(/\.ts$/, '.js')), outputText);
    }
  }
}

async function start(pairingCode: string | null): Promise<RunningKiosk> {
  const stateDir = await mkdtemp(join(folder, 'state-'));
  const child = spawn(
    binary ?? '',
    ['--no-sandbox', join(folder, 'dist', 'main', 'main.js'), `--agent=${agent.origin}`, `--user-data-dir=${stateDir}`],
    {
      env: { ...process.env, TILLSIDE_KIOSK_STATE: stateDir, TILLSIDE_PAIR: pairingCode ?? '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines: LogLine[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) lines.push(JSON.parse(line) as LogLine);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    lines,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

kioskConformance({ name: 'Electron', reasonToSkip: reasonToSkip(), agent: () => agent, start });

/** A window that remembers what it was told, and lets a test ask as Electron would. */
function standIn() {
  const handlers: Record<string, (...given: unknown[]) => unknown> = {};
  const remember =
    (name: string) =>
    (handler: (...given: unknown[]) => unknown): void => {
      handlers[name] = handler;
    };
  const session = Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: remember('request'),
    setPermissionCheckHandler: remember('check'),
    setDevicePermissionHandler: remember('device'),
    setDisplayMediaRequestHandler: remember('display'),
    setBluetoothPairingHandler: remember('bluetooth'),
    setCertificateVerifyProc: remember('certificate'),
    setSpellCheckerEnabled: remember('spelling'),
    webRequest: { onBeforeRequest: remember('before') },
  });
  const contents = Object.assign(new EventEmitter(), {
    session,
    setWindowOpenHandler: remember('open'),
    setWebRTCIPHandlingPolicy: () => undefined,
    setVisualZoomLevelLimits: async () => undefined,
  });
  const window = Object.assign(new EventEmitter(), {
    webContents: contents,
    removeMenu: () => undefined,
    destroy: () => window.emit('closed'),
    isDestroyed: () => false,
  });
  return { window, contents, session, handlers };
}

describe('the page port of Electron', () => {
  const ORIGIN = 'tillside://kiosk';
  const isPrevented = (emit: (event: object) => void): boolean => {
    let prevented = false;
    emit({ preventDefault: () => (prevented = true) });
    return prevented;
  };
  async function open() {
    const one = standIn();
    const denied: string[] = [];
    const gone: string[] = [];
    const page = electronPage({ openWindow: () => one.window as never, metrics: () => [] });
    await page.open({
      isNavigationAllowed: (address) => isNavigationAllowed(address, ORIGIN),
      isKeyBlocked,
      onDenied: (code, detail) => denied.push(`${code} ${detail}`),
      onGone: (reason) => gone.push(reason),
    });
    return { ...one, denied, gone, page };
  }

  it('answers every question of a session with no', async () => {
    const { handlers, session, denied } = await open();
    const answers: unknown[] = [];
    const answer = (value: unknown): void => void answers.push(value);
    handlers.request?.(null, 'media', answer);
    handlers.display?.({}, answer);
    handlers.bluetooth?.({}, answer);
    handlers.certificate?.({ hostname: 'store-pc' }, answer);
    expect(answers).toEqual([false, null, { confirmed: false }, -2]);
    expect([handlers.check?.(null, 'geolocation'), handlers.device?.({ deviceType: 'hid' })]).toEqual([false, false]);
    for (const picker of ['select-hid-device', 'select-usb-device']) {
      expect(isPrevented((event) => session.emit(picker, event, {}, answer))).toBe(true);
    }
    expect(isPrevented((event) => session.emit('select-serial-port', event, [], {}, answer))).toBe(true);
    expect(answers.slice(4)).toEqual(['', '', '']);
    expect(
      isPrevented((event) => session.emit('will-download', event, { getURL: () => 'blob:tillside://kiosk/1' })),
    ).toBe(true);
    expect(denied.filter((line) => line.startsWith('PERMISSION_DENIED'))).toHaveLength(8);
  });

  it('lets no request, window, webview or navigation out of the kiosk', async () => {
    const { handlers, contents, denied } = await open();
    const cancelled = (url: string): unknown => {
      let told: unknown;
      handlers.before?.({ url }, (value: { cancel: boolean }) => {
        told = value.cancel;
      });
      return told;
    };
    expect(
      [
        'tillside://kiosk/',
        'data:image/png;base64,x',
        'https://example.com/',
        'http://127.0.0.1:7080/v1/x',
        'file:///etc/passwd',
        'ws://x/',
      ].map(cancelled),
    ).toEqual([false, false, true, true, true, true]);
    expect(handlers.open?.({ url: 'https://example.com/?phone=138' })).toEqual({ action: 'deny' });
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      expect(
        isPrevented((event) => contents.emit(name, { ...event, url: 'https://example.com/' })),
        name,
      ).toBe(true);
      expect(
        isPrevented((event) => contents.emit(name, { ...event, url: `${ORIGIN}/` })),
        name,
      ).toBe(false);
    }
    expect(isPrevented((event) => contents.emit('will-attach-webview', event))).toBe(true);
    expect(isPrevented((event) => contents.emit('before-input-event', event, { key: 'F12' }))).toBe(true);
    let isTrusted: boolean | undefined;
    expect(
      isPrevented((event) =>
        contents.emit('certificate-error', event, 'https://x/', '', {}, (value: boolean) => (isTrusted = value)),
      ),
    ).toBe(true);
    expect(isTrusted).toBe(false);
    expect(denied.join(' ')).not.toContain('138');
  });

  it('tells of a renderer that is gone, and replaces the window without telling of the old one', async () => {
    const { contents, gone, page, window } = await open();
    contents.emit('render-process-gone', {}, { reason: 'oom' });
    contents.emit('unresponsive');
    await page.close();
    expect(gone).toEqual(['oom', 'unresponsive']);
    window.emit('closed');
    expect(gone).toHaveLength(2);
  });

  it('has no IPC, no preload, no file: pages, no way to other programs, and no experimental switch', async () => {
    const files = await readdir(join(SOURCE, 'main'));
    const sources = files.filter(
      (name) => name.endsWith('.ts') && !name.includes('.test.') && name !== 'conformance.ts',
    );
    const all = (await Promise.all(sources.map((name) => readFile(join(SOURCE, 'main', name), 'utf8')))).join('\n');
    expect(sources).toContain('main.ts');
    for (const word of [
      'ipcMain',
      'ipcRenderer',
      'contextBridge',
      'preload:',
      'loadFile(',
      'openExternal(',
      'enableBlinkFeatures',
      'allowpopups',
      'remote',
    ])
      expect(all.includes(word), word).toBe(false);
    // One switch is ever given, and it takes nothing but motion away.
    expect(all.match(/commandLine\.\w+\([^)]*\)/g)).toEqual(['commandLine.appendSwitch(REDUCED_MOTION_SWITCH)']);
    expect(REDUCED_MOTION_SWITCH).toBe('force-prefers-reduced-motion');
  });
});
