import { describe, expect, it } from 'vitest';
import {
  isKeyBlocked,
  isNavigationAllowed,
  RELOAD_MAX_MS,
  reloadDelayMs,
  startAddress,
  waitingPage,
  windowOptions,
} from './policy.ts';
import type { KeyInput, PagePort, Preventable } from './ports.ts';
import { readSettings, type ShellSettings } from './settings.ts';
import { Shell } from './shell.ts';

const SETTINGS: ShellSettings = { agentOrigin: 'https://store-pc:8443', isKiosk: true, pairingCode: '7K2M94QF' };

/** A page that fails its first loads of the agent, and records what it was told. */
function fakePage(failures: number) {
  const loads: string[] = [];
  let left = failures;
  const heard: {
    navigate?: (event: Preventable, address: string) => void;
    webview?: (event: Preventable) => void;
    key?: (event: Preventable, input: KeyInput) => void;
    gone?: (reason: string) => void;
    open?: (address: string) => boolean;
    permission?: (permission: string) => boolean;
    deniesDownloads?: boolean;
  } = {};
  const page: PagePort = {
    load: async (address) => {
      loads.push(address);
      if (address.startsWith('https:') && left > 0) {
        left -= 1;
        throw new Error('ERR_CONNECTION_REFUSED');
      }
    },
    onNavigate: (listener) => (heard.navigate = listener),
    onAttachWebview: (listener) => (heard.webview = listener),
    onKey: (listener) => (heard.key = listener),
    onGone: (listener) => (heard.gone = listener),
    decideWindowOpen: (decide) => (heard.open = decide),
    decidePermissions: (decide) => (heard.permission = decide),
    denyDownloads: () => (heard.deniesDownloads = true),
  };
  return { page, loads, heard };
}

function setUp(failures = 0) {
  const { page, loads, heard } = fakePage(failures);
  const waits: { delayMs: number; callback: () => void }[] = [];
  const codes: string[] = [];
  const shell = new Shell(
    {
      page,
      clock: {
        after: (delayMs, callback) => {
          const wait = { delayMs, callback };
          waits.push(wait);
          return () => waits.splice(waits.indexOf(wait), 1);
        },
      },
      log: { write: (line) => codes.push(line.code) },
    },
    SETTINGS,
  );
  const pass = async (): Promise<number> => {
    const wait = waits.shift();
    wait?.callback();
    await new Promise((resolve) => setImmediate(resolve));
    return wait?.delayMs ?? -1;
  };
  return { shell, loads, heard, waits, codes, pass };
}

const prevented = (act: (event: Preventable) => void): boolean => {
  let isPrevented = false;
  act({
    preventDefault: () => {
      isPrevented = true;
    },
  });
  return isPrevented;
};

describe('shell', () => {
  it('grants no permission, opens no window, attaches no webview, saves nothing', async () => {
    const { shell, heard, codes } = setUp();
    await shell.start();
    for (const name of [
      'media',
      'geolocation',
      'notifications',
      'hid',
      'serial',
      'usb',
      'fullscreen',
      'openExternal',
    ]) {
      expect(heard.permission?.(name)).toBe(false);
    }
    expect(heard.open?.('https://store-pc:8443/kiosk/')).toBe(false);
    expect(prevented((event) => heard.webview?.(event))).toBe(true);
    expect(heard.deniesDownloads).toBe(true);
    expect(codes.filter((code) => code === 'PERMISSION_DENIED')).toHaveLength(8);
  });

  it('lets the page move within the agent’s kiosk pages alone', async () => {
    const { shell, heard } = setUp();
    await shell.start();
    expect(prevented((event) => heard.navigate?.(event, 'https://store-pc:8443/kiosk/'))).toBe(false);
    expect(prevented((event) => heard.navigate?.(event, 'https://example.com/kiosk/'))).toBe(true);
  });

  it('waits for an agent that is away, longer each time, and pairs only on the load that worked', async () => {
    const { shell, loads, pass, heard } = setUp(3);
    await shell.start();
    expect(loads).toEqual([startAddress(SETTINGS), waitingPage()]);
    expect([await pass(), await pass(), await pass()]).toEqual([500, 1000, 2000]);
    expect(loads.at(-1)).toBe('https://store-pc:8443/kiosk/#pair=7K2M94QF');
    heard.gone?.('crashed');
    expect(await pass()).toBe(500);
    expect(loads.at(-1)).toBe('https://store-pc:8443/kiosk/');
  });

  it('asks once, however often the renderer is said to be gone, and never after stop', async () => {
    const { shell, heard, waits } = setUp();
    await shell.start();
    heard.gone?.('unresponsive');
    heard.gone?.('crashed');
    expect(waits).toHaveLength(1);
    shell.stop();
    expect(waits).toHaveLength(0);
    heard.gone?.('crashed');
    expect(waits).toHaveLength(0);
  });

  it('keeps keys that leave the kiosk away from it', async () => {
    const { shell, heard } = setUp();
    await shell.start();
    const press = (key: string, held: Partial<KeyInput> = {}): boolean =>
      prevented((event) => heard.key?.(event, { key, control: false, alt: false, meta: false, ...held }));
    expect([
      press('F5'),
      press('r', { control: true }),
      press('ArrowLeft', { alt: true }),
      press('l', { meta: true }),
    ]).toEqual([true, true, true, true]);
    expect([press('5'), press('Enter'), press('r'), press('Tab')]).toEqual([false, false, false, false]);
  });
});

describe('policy', () => {
  it('allows an address by origin and path, not by how it looks', () => {
    for (const address of ['https://store-pc:8443/kiosk/', 'https://store-pc:8443/kiosk/index.html#pair=1']) {
      expect(isNavigationAllowed(address, SETTINGS)).toBe(true);
    }
    for (const address of [
      'http://store-pc:8443/kiosk/',
      'https://store-pc/kiosk/',
      'https://store-pc:8443/staff/',
      'https://store-pc:8443/kiosk/../staff/',
      'https://store-pc:8443.example.com/kiosk/',
      'https://store-pc:8443@example.com/kiosk/',
      'https://who@store-pc:8443/kiosk/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:text/html,x',
      'not an address',
    ]) {
      expect(isNavigationAllowed(address, SETTINGS), address).toBe(false);
    }
  });

  it('gives the page nothing of Node', () => {
    const { webPreferences, kiosk } = windowOptions(SETTINGS, '/preload.cjs');
    expect(kiosk).toBe(true);
    expect(webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      webSecurity: true,
      devTools: false,
    });
  });

  it('waits at most RELOAD_MAX_MS', () => {
    expect(reloadDelayMs(0)).toBe(500);
    expect(reloadDelayMs(10_000)).toBe(RELOAD_MAX_MS);
    expect(isKeyBlocked({ key: 'F12', control: false, alt: false, meta: false })).toBe(true);
  });
});

describe('settings', () => {
  it('takes the command line before the environment', () => {
    expect(readSettings(['--agent=https://a:1/x', '--windowed', '--pair=AB'], { TILLSIDE_AGENT: 'https://b' })).toEqual(
      {
        ok: true,
        settings: { agentOrigin: 'https://a:1', isKiosk: false, pairingCode: 'AB' },
      },
    );
    expect(readSettings([], {})).toMatchObject({
      ok: true,
      settings: { agentOrigin: 'http://127.0.0.1:7080', isKiosk: true },
    });
  });

  it('refuses plain HTTP across the network, and what is no address', () => {
    for (const address of ['http://192.168.1.20:8080', 'ftp://store', 'store-pc']) {
      expect(readSettings([`--agent=${address}`], {})).toMatchObject({ ok: false, code: 'AGENT_ADDRESS_REFUSED' });
    }
  });
});
