import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceEvent } from '../../contract/event.ts';
import { HostClient } from '../client.ts';
import { testHost } from '../testing/host.ts';
import { MAX_MISSES, PairingDesk } from './desk.ts';
import { type HostCredential, PairingRefused, pairHost, unpairHost } from './pair.ts';
import { newPairingCode, PAIRING_IDENTITY, PSK_SUITE, PSK_TLS, pairingKey, parseAddress } from './psk.ts';

const soon = { timeout: 10_000, interval: 10 };
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function host() {
  const rig = await testHost(['d']);
  let nowMs = Date.now();
  const desk = new PairingDesk({ ...rig.config, now: () => nowMs });
  await rig.host.start();
  undo.push(rig.end, () => rig.host.stop());
  const kept: HostCredential[] = [];
  const address = `127.0.0.1:${rig.port}`;
  return {
    ...rig,
    desk,
    kept,
    address,
    /** For codes that are made from now on. */
    setNow: (ms: number) => {
      nowMs = ms;
    },
    /** What became of it: `ok` or the refusal's code. */
    pair: (code: string, hostId = 'h') =>
      pairHost({ address, hostId, code, name: 'agent', keep: (credential) => kept.push(credential) }).then(
        () => 'ok',
        (error) => (error instanceof PairingRefused ? error.condition.code : (error.code ?? String(error))),
      ),
    client(credential: HostCredential | undefined, hostId = 'h') {
      const told: string[] = [];
      const events: DeviceEvent[] = [];
      const made = new HostClient({
        endpoint: { kind: 'tls', ...parseAddress(address), hostId, credential: () => credential },
        onEvent: async (_boot, _seq, event) => void events.push(event),
        onConnection: (connected, because) => told.push(connected ? 'connected' : (because?.code ?? '')),
      });
      undo.push(() => made.stop());
      made.start();
      return { made, told, events };
    },
  };
}

describe('pairing with a device host', () => {
  it('turns a code into a key, which then carries events and commands', async () => {
    const rig = await host();
    expect(await rig.pair(rig.desk.openCode(10).toLowerCase().replaceAll('-', ' '))).toBe('ok');
    const [credential] = rig.kept;
    expect(Buffer.from(credential?.key ?? '', 'base64url')).toHaveLength(32);
    const { told, events, made } = rig.client(credential);
    await expect.poll(() => told, soon).toEqual(['connected']);
    rig.scan('d', 'x');
    await expect.poll(() => events.map((event) => 'data' in event && event.data), soon).toEqual(['x']);
    expect(await made.command({ type: 'zero', deviceId: 'd' }, 5_000)).toMatchObject({ ok: true });
    for (const file of await readdir(rig.config.stateDir)) {
      expect((await stat(join(rig.config.stateDir, file))).mode & 0o777, file).toBe(0o600);
    }
  });

  it('refuses by name: no code, a wrong one, a used one, an old one, another host, a key that is not known', async () => {
    const rig = await host();
    expect(await rig.pair(newPairingCode())).toBe('PAIRING_NOT_OPEN');
    const code = rig.desk.openCode(10);
    expect(await rig.pair('too short')).toBe('PAIRING_CODE_MALFORMED');
    expect(await rig.pair(newPairingCode())).toBe('PAIRING_CODE_WRONG');
    expect(await rig.pair(code, 'another-host')).toBe('PAIRING_CODE_WRONG');
    expect(await rig.pair(code)).toBe('ok');
    expect(await rig.pair(code)).toBe('PAIRING_CODE_USED');
    rig.setNow(Date.now() - 11 * 60_000);
    const old = rig.desk.openCode(10);
    expect(await rig.pair(old)).toBe('PAIRING_CODE_EXPIRED');
    rig.setNow(Date.now() - 48 * 3_600_000);
    expect(await rig.pair(rig.desk.openCode(10))).toBe('PAIRING_NOT_OPEN');
    expect(rig.kept).toHaveLength(1);

    const [credential] = rig.kept;
    if (!credential) throw new Error('no credential');
    const cases = [
      [undefined, 'h', 'HOST_NOT_PAIRED'],
      [{ ...credential, peerId: 'somebody' }, 'h', 'HOST_PEER_UNKNOWN'],
      [{ ...credential, key: Buffer.alloc(32).toString('base64url') }, 'h', 'HOST_KEY_WRONG'],
      [credential, 'other', 'HOST_ID_DIFFERS'],
    ] as const;
    for (const [given, hostId, refusal] of cases) {
      const { told, made } = rig.client(given, hostId);
      await expect.poll(() => told[0], soon).toBe(refusal);
      await made.stop();
    }
  });

  it('withdraws a code after too many wrong ones, and tells who knows it', async () => {
    const rig = await host();
    const code = rig.desk.openCode(10);
    for (let miss = 0; miss < MAX_MISSES; miss += 1)
      expect(await rig.pair(newPairingCode())).toBe('PAIRING_CODE_WRONG');
    expect(await rig.pair(code)).toBe('PAIRING_CODE_WITHDRAWN');
    expect(await rig.pair(rig.desk.openCode(10))).toBe('ok');
  });

  it('revokes from either side, at once, and for good', async () => {
    const rig = await host();
    await rig.pair(rig.desk.openCode(10));
    const [first] = rig.kept;
    if (!first) throw new Error('no credential');
    const one = rig.client(first);
    await expect.poll(() => one.told, soon).toEqual(['connected']);
    // As the command line on the host's machine does, beside the running host.
    expect(new PairingDesk({ ...rig.config, now: Date.now }).forget()).toBe(true);
    await expect.poll(() => one.told.slice(0, 3), soon).toEqual(['connected', 'HOST_UNPAIRED', 'HOST_PEER_UNKNOWN']);
    await one.made.stop();

    await rig.pair(rig.desk.openCode(10));
    const second = rig.kept[1];
    if (!second) throw new Error('no credential');
    const two = rig.client(second);
    await expect.poll(() => two.told, soon).toEqual(['connected']);
    await unpairHost({ address: rig.address, credential: second });
    await expect.poll(() => two.told.at(-1), soon).toBe('HOST_PEER_UNKNOWN');
    await expect(unpairHost({ address: rig.address, credential: second })).rejects.toMatchObject({
      condition: { code: 'HOST_PEER_UNKNOWN' },
    });
  });

  it('a new pairing takes the place of the old', async () => {
    const rig = await host();
    await rig.pair(rig.desk.openCode(10));
    await rig.pair(rig.desk.openCode(10));
    const told = rig.kept.map((credential) => rig.client(credential).told);
    await expect.poll(() => told.map(([first]) => first), soon).toEqual(['HOST_PEER_UNKNOWN', 'connected']);
  });

  it('keeps neither code nor anything else but keys, and those apart from events', async () => {
    const rig = await host();
    const code = rig.desk.openCode(10);
    await rig.pair(code);
    rig.scan('d', 'x');
    const files = await readdir(rig.config.stateDir);
    const texts = await Promise.all(files.map((file) => readFile(join(rig.config.stateDir, file), 'utf8')));
    expect(texts.join()).not.toContain(code);
    expect(texts.filter((text) => text.includes(rig.kept[0]?.key ?? '-'))).toHaveLength(1);
  });
});

describe('the door to other machines', () => {
  const knock = (port: number, options: object): Promise<{ outcome: string; socket: TLSSocket }> =>
    new Promise((resolve) => {
      const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
      undo.push(async () => socket.destroy());
      socket.on('secureConnect', () => resolve({ outcome: socket.getCipher().name, socket }));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve({ outcome: error.code ?? error.message, socket }));
    });

  it('opens to one suite and to who has a key, and to nothing else', async () => {
    const rig = await host();
    const code = rig.desk.openCode(10);
    const psk = { psk: pairingKey(code, 'h'), identity: PAIRING_IDENTITY };
    const withKey = { ...PSK_TLS, pskCallback: () => psk, checkServerIdentity: () => undefined };
    const good = await knock(rig.port, withKey);
    expect(good.outcome).toBe(PSK_SUITE);
    expect(good.socket.getEphemeralKeyInfo()).toMatchObject({ type: 'ECDH', name: 'X25519' });
    for (const worse of [
      { ciphers: 'PSK-AES256-GCM-SHA384' },
      { ciphers: 'ECDHE-PSK-AES256-CBC-SHA384' },
      { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' },
      { pskCallback: undefined, ciphers: undefined },
    ])
      expect((await knock(rig.port, { ...withKey, ...worse })).outcome).toMatch(/^ERR_SSL/);
  });

  it('resumes nothing: a session of a peer that was revoked opens no door', async () => {
    const rig = await host();
    await rig.pair(rig.desk.openCode(10));
    const [credential] = rig.kept;
    const identity = `tillside-peer:${credential?.peerId}`;
    const psk = { psk: Buffer.from(credential?.key ?? '', 'base64url'), identity };
    const options = { ...PSK_TLS, pskCallback: () => psk, checkServerIdentity: () => undefined, secureOptions: 0 };
    const first = await knock(rig.port, options);
    expect(first.outcome).toBe(PSK_SUITE);
    const session = first.socket.getSession();
    rig.desk.forget();
    expect((await knock(rig.port, { ...options, session })).outcome).toBe('ERR_SSL_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY');
  });
});

describe('codes', () => {
  it('have five groups of four that nobody confuses, and are never the same', () => {
    const codes = Array.from({ length: 200 }, newPairingCode);
    for (const code of codes) expect(code).toMatch(/^([A-HJKMNP-Z2-9]{4}-){4}[A-HJKMNP-Z2-9]{4}$/);
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(31);
  });

  it.each([
    ['10.0.0.7:7443', { host: '10.0.0.7', port: 7443 }],
    ['lane-2.local:1', { host: 'lane-2.local', port: 1 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
  ])('the address %s is understood', (address, parts) => {
    expect(parseAddress(address)).toEqual(parts);
  });
  it.each(['10.0.0.7', '::1:80', 'h:0', 'h:65536', ':80', 'a b:80', 'h:80/x'])(
    'the address %s is refused',
    (address) => {
      expect(() => parseAddress(address)).toThrow(expect.objectContaining({ code: 'HOST_ADDRESS_INVALID' }));
    },
  );
});
