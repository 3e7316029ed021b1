import { describe, expect, it } from 'vitest';
import {
  isKeyBlocked,
  isNavigationAllowed,
  PAGE_POLICY,
  RESTART_MAX_MS,
  restartDelayMs,
  windowOptions,
} from './policy.ts';
import type { PagePort, PageRules } from './ports.ts';
import { AWAKE_MS, CALM_MS, HANG_MS, LOOK_MS, MEMORY_MS, Shell } from './shell.ts';

const ORIGIN = 'http://127.0.0.1:4000';

/** A shell on a page that does as the test says, and on a clock that the test moves. */
function setUp() {
  const timers = new Set<{ at: number; callback: () => void }>();
  let now = 0;
  let rules: PageRules | undefined;
  const told = {
    loads: [] as string[],
    opened: 0,
    light: [] as boolean[],
    codes: [] as string[],
    counts: [] as (number | undefined)[],
    atRest: undefined as boolean | undefined,
  };
  const world = { screen: 'attract', hangs: false, memory: 0, lit: true, ready: true, answered: true, opens: true };
  const page: PagePort = {
    open: async (given) => {
      told.opened += 1;
      rules = given;
      world.hangs = false;
      if (!world.opens) throw new Error('no browser at https://x.example/secret');
    },
    load: async (address) => void told.loads.push(address.slice(ORIGIN.length)),
    screen: () => (world.hangs ? new Promise(() => undefined) : Promise.resolve(world.screen)),
    memoryBytes: async () => world.memory,
    close: async () => undefined,
  };
  const shell = new Shell(
    {
      page,
      clock: {
        nowMs: () => now,
        after: (delayMs, callback) => {
          const timer = { at: now + delayMs, callback };
          timers.add(timer);
          return () => timers.delete(timer);
        },
      },
      log: {
        write: ({ code, count }) => {
          told.codes.push(code);
          told.counts.push(count);
        },
      },
      gate: {
        get hasAgentAnswered() {
          return world.answered;
        },
      },
      agent: { isReady: async () => world.ready },
      display: { set: async (isOn) => void told.light.push(isOn) },
      isLit: () => world.lit,
      onLook: (isAtRest) => {
        told.atRest = isAtRest;
      },
    },
    { origin: ORIGIN, isKiosk: true, pairingCode: '7K2M94QF', memoryCeilingBytes: 1_000 },
  );
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  /** Lets so much time pass, timer by timer. */
  const pass = async (ms: number): Promise<void> => {
    const until = now + ms;
    for (;;) {
      await settle();
      const next = [...timers].sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) break;
      timers.delete(next);
      now = next.at;
      next.callback();
    }
    now = until;
    await settle();
  };
  return { shell, told, world, pass, settle, timers, rules: () => rules, now: () => now };
}

describe('shell', () => {
  it('waits calmly for the store, then pairs once and says that it is healthy', async () => {
    const { shell, told, world, pass } = setUp();
    world.ready = false;
    world.screen = 'waiting';
    await shell.start();
    await pass(3 * LOOK_MS);
    expect(told.loads).toEqual(['/shell/waiting']);
    world.ready = true;
    world.screen = 'attract';
    await pass(3 * LOOK_MS);
    expect(told.loads).toEqual(['/shell/waiting', '/#pair=7K2M94QF']);
    expect(told.codes).toEqual(['KIOSK_HEALTHY']);
  });

  it('replaces a page that hangs, and goes without the used code', async () => {
    const { shell, told, world, pass } = setUp();
    await shell.start();
    await pass(LOOK_MS);
    world.hangs = true;
    await pass(LOOK_MS + HANG_MS);
    expect(told).toMatchObject({ opened: 2, loads: ['/#pair=7K2M94QF', '/'] });
    expect(told.codes).toContain('RENDERER_HANGS');
  });

  it('hears of a crash at once, and comes back at once, the first time', async () => {
    const { shell, told, pass, rules } = setUp();
    await shell.start();
    await pass(LOOK_MS / 2);
    rules()?.onGone('crashed');
    await pass(0);
    expect(told.opened).toBe(2);
  });

  it('makes no storm of restarts, and is quick again after a calm time', async () => {
    const { shell, told, world, pass, now } = setUp();
    world.opens = false;
    void shell.start();
    await pass(0);
    const times: number[] = [];
    for (let seen = told.opened; times.length < 8; ) {
      await pass(100);
      if (told.opened > seen) times.push(now());
      seen = told.opened;
    }
    const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, RESTART_MAX_MS, RESTART_MAX_MS, RESTART_MAX_MS]);
    expect(told.counts.at(-1)).toBe(told.counts.length);
    world.opens = true;
    await pass(RESTART_MAX_MS + CALM_MS + 2 * LOOK_MS);
    const opened = told.opened;
    world.hangs = true;
    await pass(LOOK_MS + HANG_MS);
    expect(told.opened).toBe(opened + 1);
  });

  it('opens a page anew that grew too large, but never under a shopper’s hands', async () => {
    const { shell, told, world, pass } = setUp();
    await shell.start();
    world.memory = 2_000;
    world.screen = 'home';
    await pass(MEMORY_MS + LOOK_MS);
    expect(told).toMatchObject({ opened: 1, atRest: false });
    world.screen = 'attract';
    await pass(20 * LOOK_MS);
    expect(told.codes).toContain('MEMORY_CEILING');
    expect(told.opened).toBe(2);
  });

  it('goes dark outside the hours once everybody left; a touch wakes it', async () => {
    const { shell, told, world, pass } = setUp();
    await shell.start();
    world.screen = 'home';
    world.lit = false;
    await pass(10 * LOOK_MS);
    expect(told.light).toEqual([]);
    world.screen = 'attract';
    await pass(AWAKE_MS + LOOK_MS);
    expect(told).toMatchObject({ light: [false], loads: ['/#pair=7K2M94QF', '/shell/dark'] });
    world.screen = 'woken';
    await pass(LOOK_MS);
    world.screen = 'attract';
    await pass(AWAKE_MS - 2 * LOOK_MS);
    expect(told).toMatchObject({ light: [false, true], loads: ['/#pair=7K2M94QF', '/shell/dark', '/'] });
    await pass(3 * LOOK_MS);
    expect(told.light).toEqual([false, true, false]);
    world.screen = 'dark';
    world.lit = true;
    await pass(LOOK_MS);
    expect(told.light.at(-1)).toBe(true);
  });

  it('does nothing after stop, and logs no address', async () => {
    const { shell, told, world, pass, timers } = setUp();
    await shell.start();
    await shell.stop();
    await pass(100 * LOOK_MS);
    expect(told.opened).toBe(1);
    expect(timers.size).toBe(0);
    expect(world.screen).toBe('attract');
  });
});

describe('policy', () => {
  it('allows an address by origin and path, not by how it looks', () => {
    for (const path of ['/', '/#pair=1', '/index.html', '/shell/waiting', '/shell/dark'])
      expect(isNavigationAllowed(ORIGIN + path, ORIGIN), path).toBe(true);
    expect(isNavigationAllowed('tillside://kiosk/#pair=1', 'tillside://kiosk')).toBe(true);
    for (const address of [
      'http://127.0.0.1/',
      'https://127.0.0.1:4000/',
      `${ORIGIN}/staff/`,
      `${ORIGIN}/v1/kiosk/offers`,
      `${ORIGIN}.example.com/`,
      'http://127.0.0.1:4000@example.com/',
      'http://who@127.0.0.1:4000/',
      'tillside://other/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:text/html,x',
      'not an address',
    ]) {
      expect(isNavigationAllowed(address, ORIGIN), address).toBe(false);
    }
  });

  it('gives the page nothing of Node, and no script but the release’s own', () => {
    const { webPreferences, kiosk } = windowOptions(true);
    expect(kiosk).toBe(true);
    expect(webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      spellcheck: false,
      devTools: false,
    });
    expect(Object.keys(webPreferences)).not.toContain('preload');
    expect(Object.keys(webPreferences)).not.toContain('enableBlinkFeatures');
    expect(PAGE_POLICY).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(PAGE_POLICY).not.toMatch(/unsafe-eval|script-src[^;]*unsafe|\*/);
  });

  it('keeps keys that leave the kiosk away from it, and lets typing through', () => {
    const press = (key: string, held: object = {}) =>
      isKeyBlocked({ key, control: false, alt: false, meta: false, ...held });
    expect([
      press('F5'),
      press('F12'),
      press('r', { control: true }),
      press('ArrowLeft', { alt: true }),
      press('l', { meta: true }),
      press('BrowserBack'),
    ]).toEqual([true, true, true, true, true, true]);
    expect([press('5'), press('Enter'), press('r'), press('Tab'), press('中')]).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(restartDelayMs(10_000)).toBe(RESTART_MAX_MS);
  });
});
