import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newCounters } from '@tillside/devices';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventStream } from '../api/stream.ts';
import { AgentError } from '../errors.ts';
import { Journal } from '../journal/index.ts';
import { systemClock, systemRandom } from '../ports.ts';
import { type HostView, hostConditions } from './host-conditions.ts';
import { Intake } from './intake.ts';
import type { StoreEvents } from './store-event.ts';

const at = '2026-01-01T00:00:00.000Z';
const scan = (deviceId: string, data: string) => ({ type: 'scan', deviceId, at, kind: 'text', data }) as const;
const scanner = { id: 's', model: 'scanner/serial-generic', lane: '1' };

let dir: string;
let journal: Journal;
let full: boolean;
let intake: Intake;
let scans: string[];
let presence: number;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-intake-'));
  journal = Journal.open({ dataDir: dir, store: 'store-test', clock: systemClock, random: systemRandom });
  full = false;
  scans = [];
  presence = 0;
  const limited = new Proxy(journal, {
    get(target, name) {
      if (name === 'write' && full) throw new AgentError('STORAGE_FULL');
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const sink: StoreEvents = {
    scanned: (one) => scans.push(one.data),
    label: () => {},
    presence: () => {
      presence += 1;
    },
    deviceChanged: () => {},
    rejected: () => {},
  };
  intake = new Intake({ journal: limited, clock: systemClock, sink });
  intake.announce('h', [scanner]);
});
afterEach(() => {
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('intake', () => {
  it('takes each event once, also one of an earlier life of its host', () => {
    intake.take('h', 'b1', 1, scan('s', 'a'));
    intake.take('h', 'b1', 1, scan('s', 'a'));
    intake.take('h', 'b1', 3, scan('s', 'b'));
    intake.take('h', 'b1', 2, scan('s', 'late'));
    intake.take('h', 'b2', 1, scan('s', 'c'));
    expect(scans).toEqual(['a', 'b', 'c']);
  });

  it('a scan whose number can not be kept does not go out, and goes out once when it can', () => {
    full = true;
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(() => intake.take('h', 'b1', 1, scan('s', 'a'))).toThrow(
        expect.objectContaining({ code: 'STORAGE_FULL' }),
      );
    expect(scans).toEqual([]);
    full = false;
    intake.take('h', 'b1', 1, scan('s', 'a'));
    expect(scans).toEqual(['a']);
  });

  it('what others keep in the journal themselves comes again until that succeeded', () => {
    const seen = { type: 'presence' as const, deviceId: 's', at, zone: 'z', observations: [] };
    full = true;
    expect(() => intake.take('h', 'b1', 1, seen)).toThrow();
    full = false;
    intake.take('h', 'b1', 1, seen);
    expect(presence).toBe(2);
  });

  it('lets no host speak for a device of another, until that one gives it up', () => {
    expect(intake.announce('other', [scanner, { id: 't', model: 'scale/hid-scale' }])).toEqual(['s']);
    intake.take('other', 'b', 1, scan('s', 'forged'));
    intake.count('other', { s: { ...newCounters(), frames: 9 } });
    intake.hostAway('other', { code: 'HOST_UNREACHABLE', message: 'm', hint: 'h' });
    expect(scans).toEqual([]);
    expect(intake.readings().find(({ deviceId }) => deviceId === 's')).toMatchObject({
      state: 'starting',
      counters: undefined,
    });
    expect(intake.hostOf('t')).toBe('other');
    intake.announce('h', []);
    expect(intake.announce('other', [scanner])).toEqual([]);
    intake.take('other', 'b', 2, scan('s', 'now'));
    expect(scans).toEqual(['now']);
    expect(intake.status().map(({ deviceId }) => deviceId)).toEqual(['s']);
  });
});

describe('conditions of lanes and hosts', () => {
  const device = (deviceId: string, lane: string, state: string) => ({
    deviceId,
    lane,
    state,
    model: 'scanner/serial-generic',
  });
  const codes = (hosts: HostView[], devices: Parameters<typeof hostConditions>[1], nowMs = Date.parse(at)) =>
    hostConditions(hosts, devices, nowMs, 'en').map(({ code, message }) => `${code} ${message.match(/\(.*\)$/)?.[0]}`);

  it('name each lane of whose scanners none works', () => {
    const devices = [
      device('a', '1', 'offline'),
      device('b', '1', 'online'),
      device('c', '2', 'faulty'),
      device('d', '3', 'starting'),
      { ...device('e', '4', 'offline'), model: 'scale/hid-scale' },
    ];
    expect(codes([], devices)).toEqual(['LANE_WITHOUT_SCANNER (2)']);
    expect(hostConditions([], devices, 0, 'zh-CN')[0]?.message).toMatch(/扫描枪/);
  });

  it('tell what a host dropped, for a day', () => {
    const host: HostView = {
      name: 'h',
      remote: true,
      away: undefined,
      refusedIds: ['x'],
      report: { shed: { scan: 2 }, shedAt: at, conditions: [{ code: 'SPOOL_TORN', message: 'Torn.', hint: 'h.' }] },
    };
    expect(codes([host], [])).toEqual(['DEVICE_ID_TWICE (h: x)', 'SPOOL_TORN (h)', 'EVENTS_SHED (h: 2 scan)']);
    expect(codes([host], [], Date.parse(at) + 25 * 3_600_000)).toEqual(['DEVICE_ID_TWICE (h: x)', 'SPOOL_TORN (h)']);
  });
});

describe('the event stream of an agent that was restarted', () => {
  it('gives a till that comes back what came before it did', () => {
    const before = new EventStream(1_000, journal);
    const event = (data: string) => ({ type: 'scan', lane: '1', kind: 'text', data }) as const;
    const heard: { id: number; data: string }[] = [];
    const hear = (id: number, one: object) => heard.push({ id, data: 'data' in one ? String(one.data) : '' });
    const audience = { kind: 'terminal', lane: '1' } as const;
    before.join(audience, undefined, hear);
    for (const data of ['a', 'b']) before.publish(event(data));
    const after = new EventStream(2_000, journal);
    after.publish(event('c'));
    after.join(audience, heard.at(-1)?.id, hear);
    expect(heard.map(({ data }) => data)).toEqual(['a', 'b', 'c']);
  });
});
