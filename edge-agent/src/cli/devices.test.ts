import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOG, DeviceConfig } from '@tillside/devices';
import { Mettler8217Simulator, PtyLine, ScannerSimulator } from '@tillside/devices/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../config.ts';
import { connectionText, listing } from './devices.ts';
import type { Io } from './io.ts';
import { runCli } from './program.ts';

let dir: string;
let config: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-devices-'));
  config = join(dir, 'agent.json');
  const devices = [
    {
      id: 'scanner-1',
      model: 'scanner/serial-generic',
      lane: '1',
      connection: { kind: 'usb-serial', vendorId: 'abcd', productId: '0403', serialNumber: 'S1' },
    },
    { id: 'scale-1', model: 'scale/mettler-8217', lane: '1', connection: { kind: 'shared', with: 'scanner-1' } },
  ];
  const storeName = { zh: '店', en: 'Shop' };
  writeFileSync(config, JSON.stringify({ version: 1, storeId: 'store-1', storeName, dataDir: dir, devices }));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const quiet = (locale: Io['locale'] = 'en'): Io => ({
  locale,
  out: () => {},
  err: () => {},
  input: async () => '',
  lines: async function* () {},
  signal: new AbortController().signal,
});

async function cli(args: string[], more: Partial<Io> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const io = { ...quiet(), out: (text: string) => out.push(text), err: (text: string) => err.push(text), ...more };
  const code = await runCli(args, io);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('devices models', () => {
  it('lists every model in both languages, and as JSON', async () => {
    const en = await cli(['devices', 'models']);
    const zh = await cli(['devices', 'models'], { locale: 'zh-CN' });
    for (const { model, name } of Object.values(CATALOG)) {
      expect(en.out).toContain(`${model}`);
      expect(en.out).toContain(name.en);
      expect(zh.out).toContain(name.zh);
    }
    expect(zh.err).toContain('待做');
    const facts = JSON.parse((await cli(['devices', 'models', '--json'])).out) as { model: string; quality: object }[];
    expect(facts.map(({ model }) => model)).toEqual(Object.keys(CATALOG).sort());
    expect(facts[0]?.quality).toHaveProperty('real-device.state');
  });
});

describe('devices udev', () => {
  it('adds the devices of a config, for a group of choice', async () => {
    const plain = await cli(['devices', 'udev']);
    expect(plain.out).toContain('GROUP="dialout"');
    expect(plain.out).not.toContain('abcd');
    const own = await cli(['devices', 'udev', '-c', config, '--group', 'tillside']);
    expect(own.out).toContain('ATTRS{serial}=="S1", SYMLINK+="tillside/scanner-1"');
    expect(own.out).not.toContain('dialout');
    expect(await cli(['devices', 'udev', '--group', 'x", RUN+="y'])).toMatchObject({ code: 2, out: '' });
  });
});

describe('devices list', () => {
  const trouble = { code: 'PORT_BUSY', message: 'Another program holds the serial port.', hint: 'Stop it.' };
  const devices = [
    {
      deviceId: 'scanner-1',
      model: 'scanner/serial-generic',
      lane: '1',
      state: 'online',
      counters: { opens: 2, frames: 12, rejects: 3, rejectedBytes: 40 },
      lastError: { code: 'SCAN_GARBAGE', at: '2026-01-01T08:00:00.000Z' },
    },
    { deviceId: 'scale-1', model: 'scale/mettler-8217', state: 'faulty', condition: trouble },
    {
      deviceId: 'far-1',
      model: 'scale/mettler-8217',
      state: 'online',
      lastError: { code: 'SCALE_SILENT', at: '2026-01-01T08:00:00.000Z' },
    },
  ];

  it('is a table, with what is or was wrong under each device', () => {
    const lines = listing(devices, loadConfig(config), quiet());
    expect(lines[0]).toMatch(/^DEVICE +MODEL +LANE +CONNECTION +STATE +READ +DROPPED +OPENED$/);
    expect(lines[1]).toMatch(/lane 1 +usb abcd:0403 serial number S1 9600 8N1 +online +12 +3 \(40 B\) +2$/);
    expect(lines[2]).toContain('last: SCAN_GARBAGE');
    expect(lines[3]).toContain('Check baud rate');
    expect(lines[4]).toMatch(/^scale-1 +scale\/mettler-8217 +- +with scanner-1 +faulty/);
    expect(lines.slice(5, 7)).toEqual(['    PORT_BUSY Another program holds the serial port.', '    Stop it.']);
    expect(lines[8]).toBe('    last: SCALE_SILENT 2026-01-01T08:00:00.000Z');
    const columns = lines.filter((line) => !line.startsWith(' ')).map((line) => line.search(/STATE|online|faulty/));
    expect(new Set(columns).size).toBe(1);
  });

  it('speaks Chinese, and leaves counters out where the agent has none', () => {
    const lines = listing(
      [{ deviceId: 'x', model: 'scale/mettler-8217', state: 'offline' }],
      loadConfig(config),
      quiet('zh-CN'),
    );
    expect(lines[0]).toContain('收银道');
    expect(lines[0]).not.toContain('已读');
    expect(lines[1]).toContain('离线');
  });

  it('names every kind of connection', () => {
    const texts = [
      { kind: 'serial', path: '/dev/ttyS0' },
      { kind: 'hid', vendorId: '0c2e' },
      { kind: 'tcp', host: 'scale', port: 4001 },
      { kind: 'http', url: 'http://ap/' },
      { kind: 'http-listen', port: 4002 },
    ].map((connection) => connectionText(DeviceConfig.shape.connection.parse(connection)));
    expect(texts).toEqual([
      '/dev/ttyS0 9600 8N1',
      'hid 0c2e:*',
      'tcp scale:4001',
      'http://ap/',
      'http-listen 127.0.0.1:4002',
    ]);
  });
});

describe('devices probe', () => {
  it('prints the config of a scale that answers', async () => {
    const path = join(dir, 'scale');
    const scale = new Mettler8217Simulator(new PtyLine({ path }));
    await scale.start();
    const ran = await cli(['devices', 'probe', path]);
    await scale.stop();
    expect(ran.code).toBe(0);
    expect(ran.err).toContain(`✓ ${path}  scale/mettler-8217`);
    const { devices } = parse(ran.out) as { devices: unknown[] };
    expect(devices.map((device) => DeviceConfig.parse(device))).toMatchObject([
      { id: 'scale-1', model: 'scale/mettler-8217', connection: { kind: 'serial', path, dataBits: 7, parity: 'even' } },
    ]);
  });

  it('asks for a scan, shows what came, and hides a payment code', async () => {
    const path = join(dir, 'scanner');
    const scanner = new ScannerSimulator(new PtyLine({ path }));
    await scanner.start();
    const said: string[] = [];
    const ran = await cli(['devices', 'probe', path], {
      err: (text) => {
        said.push(text);
        if (text.includes('scan a code now')) setTimeout(() => void scanner.scan('134567890123456789'), 300);
      },
    });
    await scanner.stop();
    expect(ran.code).toBe(0);
    expect(said.join('\n')).toContain(`✓ ${path}  scanner/serial-generic`);
    expect(said.join('\n')).toContain(': payment 13');
    expect(said.join('\n')).not.toContain('134567890123456789');
    expect(ran.out).toContain('scanner-1');
  });

  it('says what is wrong in the language of the terminal, and asks for one place only', async () => {
    const gone = await cli(['devices', 'probe', join(dir, 'gone')]);
    expect(gone).toMatchObject({ code: 1, out: '' });
    expect(gone.err).toContain('PORT_NOT_FOUND');
    const path = join(dir, 'mute');
    const pty = new PtyLine({ path });
    await pty.start(() => {});
    const mute = await cli(['devices', 'probe', path, '--scan', '0'], { locale: 'zh-CN' });
    await pty.stop();
    expect(mute).toMatchObject({ code: 1, out: '' });
    expect(mute.err).toContain('无应答');
    expect((await cli(['devices', 'probe', '/dev/x', '--usb'])).code).toBe(2);
    expect((await cli(['devices', 'probe', '--tcp', 'nohost'])).code).toBe(2);
  });
});
