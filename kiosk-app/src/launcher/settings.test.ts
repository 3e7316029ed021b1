import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { DISPLAYS, displayCommands } from './display.ts';
import { describeKioskError, KIOSK_ERRORS, KioskError } from './errors.ts';
import { litAt, parseHours, type ScreenHours } from './screen-hours.ts';
import { readSettings } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillside-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NO_CONFIG = join(folder, 'none.json');
writeFileSync(NO_CONFIG, '{}');

function refusal(config: unknown, flags = {}): string {
  const path = join(folder, 'kiosk.json');
  writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config));
  try {
    readSettings({ config: path, ...flags }, {});
    return 'taken';
  } catch (error) {
    return error instanceof KioskError ? `${error.code} ${error.detail}` : String(error);
  }
}

describe('settings', () => {
  it('takes the command line before the environment, and that before the file', () => {
    const path = join(folder, 'full.json');
    writeFileSync(
      path,
      JSON.stringify({ agent: 'https://c:1', runner: 'browser', stateDir: 'state', memoryCeilingMib: 500 }),
    );
    const env = { TILLSIDE_AGENT: 'https://b:1', TILLSIDE_PAIR: 'AB' };
    expect(readSettings({ config: path, agent: 'https://a:1/x', windowed: true }, env)).toMatchObject({
      agentOrigin: 'https://a:1',
      isKiosk: false,
      pairingCode: 'AB',
      runner: 'browser',
      stateDir: join(folder, 'state'),
      memoryCeilingBytes: 500 * 2 ** 20,
    });
    expect(readSettings({ config: path }, env).agentOrigin).toBe('https://b:1');
    expect(readSettings({ config: path }, {}).agentOrigin).toBe('https://c:1');
  });

  it('refuses plain HTTP across the network, and what is no address', () => {
    for (const agent of ['http://192.168.1.20:8080', 'ftp://store', 'store-pc', 'https://who:secret@store-pc'])
      expect(refusal({ agent })).toMatch(/^AGENT_ADDRESS_REFUSED/);
    expect(refusal({ agent: 'https://who:secret@store-pc' })).not.toContain('secret');
  });

  it('says what is wrong with a config, and where', () => {
    expect(refusal('{')).toMatch(/^CONFIG_UNREADABLE/);
    expect(refusal({ motion: 'none' })).toBe('CONFIG_REFUSED motion: system or reduced');
    expect(refusal({ displays: 'xset' })).toBe('CONFIG_REFUSED displays: unknown; did you mean display?');
    expect(refusal({ display: 'tv' })).toContain('none, xset');
    expect(refusal({ screen: { zone: 'Asia/Shanghai', week: { mon: ['8-22'] } } })).toContain('screen.week.mon');
    expect(refusal({ screen: { zone: 'Mars/Olympus', week: {} } })).toContain('screen.zone');
    expect(refusal({ memoryCeilingMib: 5 })).toContain('memoryCeilingMib');
    expect(refusal({ agentCa: 'none.pem' })).toMatch(/^CA_UNREADABLE/);
    expect(refusal({ releases: { keys: [] } })).toContain('releases.keys');
    writeFileSync(join(folder, 'k.pem'), '-----BEGIN PUBLIC KEY-----\n');
    expect(refusal({ releases: { keys: ['k.pem'], threshold: 2 } })).toContain('releases.threshold');
  });

  it('has two languages for every error, kept in docs', async () => {
    const rows = Object.entries(KIOSK_ERRORS).map(
      ([code, { cause, hint }]) => `### ${code}\n\n- ${cause.en} ${hint.en}\n- ${cause.zh}${hint.zh}\n`,
    );
    const head =
      '# Errors of a kiosk\n\nMade from `kiosk-app/src/launcher/errors.ts`. What `tillside-kiosk` prints when it can’t go on.\n';
    await expect(`${head}\n${rows.join('\n')}`).toMatchFileSnapshot('../../../docs/kiosk/errors.md');
    expect(describeKioskError(new KioskError('USAGE', 'x'), 'zh')).toBe(
      'USAGE: 看不懂这条命令。（x） 运行 tillside-kiosk --help 查看用法。',
    );
  });
});

describe('screen hours', () => {
  const hours = (value: unknown): ScreenHours => {
    const read = parseHours(value);
    if (typeof read === 'string') throw new Error(read);
    return read;
  };

  it('follows the store’s clock over midnight, and over both changes of the clocks', () => {
    const shop = litAt(hours({ zone: 'Asia/Shanghai', week: { sat: ['08:30-22:00'], fri: ['18:00-02:00'] } }));
    const at = (text: string) => shop(Date.parse(text));
    expect([at('2026-11-21T08:29:59+08:00'), at('2026-11-21T08:30:00+08:00'), at('2026-11-21T22:00:00+08:00')]).toEqual(
      [false, true, false],
    );
    expect([at('2026-11-20T23:59:00+08:00'), at('2026-11-21T01:59:00+08:00'), at('2026-11-21T02:00:00+08:00')]).toEqual(
      [true, true, false],
    );
    expect(at('2026-11-22T09:00:00+08:00')).toBe(false);
    // Berlin: 02:00 to 03:00 is skipped on 29 March 2026, and comes twice on 25 October.
    const late = litAt(hours({ zone: 'Europe/Berlin', week: { sun: ['02:00-03:00'] } }));
    const minutes = (from: string) =>
      Array.from({ length: 240 }, (_, m) => late(Date.parse(from) + m * 60_000)).filter(Boolean).length;
    expect([minutes('2026-03-29T00:00:00Z'), minutes('2026-10-25T00:00:00Z'), minutes('2026-11-01T00:00:00Z')]).toEqual(
      [0, 120, 60],
    );
  });

  it('is lit exactly in the minutes that a plain reading of the week gives', () => {
    const time = fc.integer({ min: 0, max: 1_439 });
    const two = (n: number) => String(n).padStart(2, '0');
    const clock = (m: number) => `${two(Math.floor(m / 60))}:${two(m % 60)}`;
    fc.assert(
      fc.property(time, time, fc.integer({ min: 0, max: 7 * 1_440 - 1 }), (from, to, minute) => {
        // 2026-11-22 is a Sunday; UTC+8 has no changes of the clock.
        const isLit = litAt(hours({ zone: 'Asia/Shanghai', week: { wed: [`${clock(from)}-${clock(to)}`] } }));
        const start = 3 * 1_440 + from;
        const length = to > from ? to - from : 1_440 - from + to;
        const expected = minute >= start && minute < start + length;
        return isLit(Date.parse('2026-11-22T00:00:00+08:00') + minute * 60_000) === expected;
      }),
    );
  });

  it('knows a command for every display, on and off', () => {
    for (const kind of DISPLAYS.filter((one) => one !== 'none')) {
      expect(displayCommands(kind, 'HDMI-A-1', true)).not.toEqual(displayCommands(kind, 'HDMI-A-1', false));
      expect(displayCommands(kind, 'HDMI-A-1', true).length).toBeGreaterThan(0);
    }
  });
});
