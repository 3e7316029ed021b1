/** The kiosk as an appliance: who starts it, who starts it again, and what is switched off in its program. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, describe, expect, it } from 'vitest';
import { systemdUnit, windowsTask } from './autostart.ts';
import { setFuses } from './fuses.ts';
import { afterFailure, afterHealth, NO_RELEASES, nextStart, type ReleaseState } from './release/store.ts';
import { findElectron, startShellProcess } from './shell-process.ts';
import { HEALTH_MS, type ShellEvents, SILENT_MS, Supervisor } from './supervisor.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillside-appliance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Shells that the test ends and speaks for, and a clock that it moves. */
function setUp(start: Partial<ReleaseState>) {
  let state: ReleaseState = { ...NO_RELEASES, ...start };
  let now = 0;
  const timers = new Set<{ at: number; callback: () => void }>();
  const shells: {
    version: string | null;
    events: ShellEvents;
    end: (reason: string) => void;
    at: number;
    wasHung?: boolean;
  }[] = [];
  const codes: string[] = [];
  const supervisor = new Supervisor({
    clock: {
      nowMs: () => now,
      after: (delayMs, callback) => {
        const timer = { at: now + delayMs, callback };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    log: { write: ({ code }) => codes.push(code) },
    releases: {
      choose: async () => {
        const next = nextStart(state);
        state = next.state;
        return next.chosen;
      },
      read: () => state,
      confirm: () => {
        state = afterHealth(state);
      },
      fail: () => {
        state = afterFailure(state);
        return true;
      },
    },
    startShell: (version, events) => {
      let end: (reason: string) => void = () => undefined;
      const ended = new Promise<string>((resolve) => {
        end = resolve;
      });
      const shell: (typeof shells)[number] = { version, events, end, at: now };
      shells.push(shell);
      return {
        ended,
        stop: (isHung) => {
          shell.wasHung = isHung;
          end('stopped');
        },
      };
    },
  });
  const pass = async (ms: number): Promise<void> => {
    const until = now + ms;
    for (;;) {
      for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const next = [...timers].sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) break;
      timers.delete(next);
      now = next.at;
      next.callback();
    }
    now = until;
  };
  const last = () => shells.at(-1) ?? expect.fail('no shell was started');
  return {
    supervisor,
    shells,
    codes,
    pass,
    last,
    put: (next: Partial<ReleaseState>) => (state = { ...state, ...next }),
    state: () => state,
  };
}

describe('the supervisor', () => {
  it('starts a shell again that ended, slower each time, and quickly after a calm time', async () => {
    const { supervisor, shells, pass, last } = setUp({});
    void supervisor.run();
    await pass(0);
    const waits: number[] = [];
    for (let at = 0; at < 9; at += 1) {
      const before = shells.length;
      last().end('exit 1');
      let waited = 0;
      for (await pass(0); shells.length === before; waited += 250) await pass(250);
      waits.push(waited);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    await pass(SILENT_MS - 5_000);
    last().events.onAlive(true);
    await pass(10_000);
    const before = shells.length;
    last().end('SIGKILL');
    await pass(0);
    expect(shells).toHaveLength(before + 1);
    supervisor.stop();
  });

  it('kills a shell that says nothing', async () => {
    const { supervisor, shells, codes, pass } = setUp({});
    void supervisor.run();
    await pass(SILENT_MS + 5_000);
    expect(shells[0]?.wasHung).toBe(true);
    expect(codes).toContain('SHELL_SILENT');
    supervisor.stop();
  });

  it('takes a new release when nobody is there, and confirms it by its health', async () => {
    const { supervisor, pass, last, put, state } = setUp({ confirmed: '1.0.0', highest: '1.0.0' });
    void supervisor.run();
    await pass(0);
    last().events.onAlive(false);
    put({ trying: '1.1.0', highest: '1.1.0' });
    await pass(10_000);
    expect(last().version).toBe('1.0.0');
    last().events.onAlive(true);
    await pass(3_000);
    expect(last().version).toBe('1.1.0');
    last().events.onHealthy();
    expect(state()).toMatchObject({ confirmed: '1.1.0', previous: '1.0.0', trying: null });
    supervisor.stop();
  });

  it('goes back from a release that shows no page in its time', async () => {
    const { supervisor, codes, pass, last, state, shells } = setUp({ confirmed: '1.0.0', trying: '1.1.0' });
    void supervisor.run();
    for (let waited = 0; waited <= HEALTH_MS + 4_000; waited += 2_000) {
      await pass(2_000);
      shells.at(-1)?.events.onAlive(true);
    }
    expect(last().version).toBe('1.0.0');
    expect(state()).toMatchObject({ confirmed: '1.0.0', trying: null, failed: ['1.1.0'] });
    expect(codes).toContain('RELEASE_GONE_BACK');
    supervisor.stop();
  });
});

it('a shell is a process whose lines are heard, and which ends when told', async () => {
  const heard: string[] = [];
  const script = `for (const [code, detail] of [['KIOSK_ALIVE', 'busy'], ['KIOSK_HEALTHY', 'attract'], ['KIOSK_ALIVE', 'rest']]) console.log(JSON.stringify({ code, detail })); setInterval(() => {}, 1000)`;
  const shell = startShellProcess({ program: process.execPath, args: ['-e', script] }, process.env, {
    onHealthy: () => heard.push('healthy'),
    onAlive: (isAtRest) => heard.push(isAtRest ? 'rest' : 'busy'),
  });
  await expect.poll(() => heard).toEqual(['busy', 'healthy', 'rest']);
  shell.stop(false);
  expect(await shell.ended).toBe('SIGTERM');
  expect(findElectron({ TILLSIDE_ELECTRON: join(folder, 'none') })).toBeNull();
});

describe('starting with the machine', () => {
  const nasty = { user: 'kiosk', configPath: '/etc/till side/ki"osk & <1>%.json' };

  it('is a unit that systemd takes', () => {
    const unit = systemdUnit({ ...nasty, command: '/bin/true', cage: '/bin/true' });
    const file = join(folder, 'tillside-kiosk.service');
    writeFileSync(file, unit);
    expect(unit).toContain('run --config "/etc/till side/ki\\"osk & <1>%%.json"');
    if (existsSync('/usr/bin/systemd-analyze')) {
      const said = execFileSync('sh', ['-c', `systemd-analyze verify --man=no ${file} 2>&1 || true`], {
        encoding: 'utf8',
      });
      expect(
        said.split('\n').filter((line) => line.includes('tillside-kiosk.service') && !/User|user/.test(line)),
      ).toEqual([]);
    }
  });

  it('is a task of well-formed XML, with the path whole', () => {
    const xml = windowsTask({ ...nasty, command: 'C:\\Program Files\\Tillside & Co\\tillside-kiosk.cmd' });
    const open: string[] = [];
    const texts: string[] = [];
    let end = 0;
    for (const match of xml
      .replace(/^<\?xml[^?]*\?>/, '')
      .matchAll(/([^<]*)<(\/?)([A-Za-z]+)((?:\s+[\w:]+="[^"<&]*")*)\s*>/g)) {
      if (match[1]?.trim()) texts.push(match[1]);
      if (match[2] === '/') expect(open.pop()).toBe(match[3]);
      else open.push(match[3] ?? '');
      end = match.index + match[0].length;
    }
    expect(open).toEqual([]);
    expect(
      xml
        .replace(/^<\?xml[^?]*\?>/, '')
        .slice(end)
        .trim(),
    ).toBe('');
    expect(texts.every((text) => !/&(?!(amp|lt|gt|quot);)/.test(text))).toBe(true);
    expect(texts).toContain('run --config &quot;/etc/till side/ki&quot;osk &amp; &lt;1&gt;%.json&quot;');
  });
});

it('fuses: what a kiosk never needs of Electron is off in its program', async () => {
  // A program that holds what the library looks for: its sentinel, the wire's version, its length, and all fuses as Electron ships them.
  const { SENTINEL, FuseState } = createRequire(import.meta.url)('@electron/fuses/dist/constants.js') as {
    SENTINEL: string;
    FuseState: Record<'ENABLE' | 'DISABLE', number>;
  };
  const program = join(folder, 'electron');
  writeFileSync(
    program,
    Buffer.concat([
      Buffer.alloc(512, 7),
      Buffer.from(SENTINEL),
      Buffer.from([1, 9]),
      Buffer.from('101100111'),
      Buffer.alloc(64, 7),
    ]),
  );
  await setFuses(program);
  const wire = await getCurrentFuseWire(program);
  const off = [
    FuseV1Options.RunAsNode,
    FuseV1Options.EnableNodeOptionsEnvironmentVariable,
    FuseV1Options.EnableNodeCliInspectArguments,
    FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
    FuseV1Options.GrantFileProtocolExtraPrivileges,
  ];
  expect(off.map((fuse) => wire[fuse])).toEqual(off.map(() => FuseState.DISABLE));
  expect(wire[FuseV1Options.EnableCookieEncryption]).toBe(FuseState.ENABLE);
  await expect(setFuses(process.argv[1] ?? '')).rejects.toThrow(/sentinel/);
});
