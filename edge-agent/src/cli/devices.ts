import { agentEvents, type StatusView } from '@tillside/agent-contract';
import { type Connection, DEVICE_CONDITIONS, type DeviceConditionCode, settingsText, usbText } from '@tillside/devices';
import type { z } from 'zod';
import type { AgentConfig } from '../config.ts';
import type { Io } from './io.ts';
import { askAgent, runningAgent } from './operator.ts';
import { table } from './table.ts';

type Device = z.infer<typeof StatusView>['devices'][number];

const WATCH_MS = 500;

const STATES_ZH: Readonly<Record<string, string>> = {
  starting: '启动中',
  online: '在线',
  silent: '无应答',
  offline: '离线',
  faulty: '故障',
  stopped: '已停止',
};

/** Where a device is, in a few words. */
export function connectionText(connection: Connection): string {
  switch (connection.kind) {
    case 'serial':
      return `${connection.path} ${settingsText(connection)}`;
    case 'usb-serial':
      return `usb ${usbText(connection)} ${settingsText(connection)}`;
    case 'hid':
      return `hid ${usbText(connection)}`;
    case 'shared':
      return `with ${connection.with}`;
    case 'http':
      return connection.url;
    default:
      return `${connection.kind} ${connection.host}:${connection.port}`;
  }
}

/** What is wrong now, or else what was last, with what to do; empty for a device that never had anything. */
function troubleOf(device: Device, io: Io): string[] {
  const { condition, lastError } = device;
  if (condition !== undefined) return [`${condition.code} ${condition.message}`, condition.hint];
  if (lastError === undefined) return [];
  const { code, at } = lastError;
  const known = DEVICE_CONDITIONS[code as DeviceConditionCode];
  const last = `${code} ${at}`;
  return [io.locale === 'en' ? `last: ${last}` : `最近一次：${last}`, ...(known === undefined ? [] : [known.hint])];
}

const stateText = (state: string, io: Io): string => (io.locale === 'en' ? state : (STATES_ZH[state] ?? state));

function laneText(lane: string | undefined, io: Io): string {
  if (lane === undefined) return '-';
  return io.locale === 'en' ? `lane ${lane}` : `${lane} 号道`;
}

function counts({ counters }: Device): string[] {
  if (counters === undefined) return ['-', '-', '-'];
  const { frames, rejects, rejectedBytes, opens } = counters;
  return [String(frames), rejects === 0 ? '0' : `${rejects} (${rejectedBytes} B)`, String(opens)];
}

/** All devices as a table, each followed by its trouble. */
export function listing(devices: readonly Device[], config: AgentConfig, io: Io): string[] {
  const counted = devices.some(({ counters }) => counters !== undefined);
  const head =
    io.locale === 'en'
      ? ['DEVICE', 'MODEL', 'LANE', 'CONNECTION', 'STATE', ...(counted ? ['READ', 'DROPPED', 'OPENED'] : [])]
      : ['设备', '型号', '收银道', '连接', '状态', ...(counted ? ['已读', '已丢弃', '打开次数'] : [])];
  const rows = devices.map((device) => {
    const own = config.devices.find(({ id }) => id === device.deviceId);
    return [
      device.deviceId,
      device.model,
      laneText(device.lane, io),
      own === undefined ? '-' : connectionText(own.connection),
      stateText(device.state, io),
      ...(counted ? counts(device) : []),
    ];
  });
  const [title = '', ...lines] = table([head, ...rows]);
  return [
    title,
    ...lines.flatMap((line, index) => {
      const device = devices[index];
      return [line, ...(device === undefined ? [] : troubleOf(device, io).map((text) => `    ${text}`))];
    }),
  ];
}

export async function listDevices(config: AgentConfig, io: Io): Promise<void> {
  const { devices } = await askAgent(config, io, 'status', {});
  if (devices.length === 0) io.err(io.locale === 'en' ? 'The config names no devices.' : '配置中没有设备。');
  else io.out(listing(devices, config, io).join('\n'));
}

/**
 * Prints each device once, then whatever changes, until stopped: states and conditions, what was read and dropped meanwhile, and scans as they come (codes of goods
 * whole, of all others the kind).
 */
export async function watchDevices(config: AgentConfig, io: Io): Promise<void> {
  await Promise.all([watchStates(config, io), watchScans(config, io)]);
}

async function watchScans(config: AgentConfig, io: Io): Promise<void> {
  while (!io.signal.aborted) {
    const agent = runningAgent(config);
    if (agent !== undefined) await printScans(agent, io).catch(() => undefined);
    await pause(WATCH_MS, io.signal);
  }
}

async function printScans(agent: { url: string; credential: string }, io: Io): Promise<void> {
  for await (const { event } of agentEvents(agent, io.signal)) {
    if (event.type !== 'scan') continue;
    const { lane, kind, data, problem } = event;
    const code = data.replace(/[^\x20-\x7e]/g, '·');
    const said = [laneText(lane, io), io.locale === 'en' ? 'scan' : '扫码', kind, code, problem?.code ?? ''];
    io.out(said.filter((part) => part !== '').join('  '));
  }
}

async function watchStates(config: AgentConfig, io: Io): Promise<void> {
  const last = new Map<string, { text: string; device: Device }>();
  while (!io.signal.aborted) {
    const { devices } = await askAgent(config, io, 'status', {});
    for (const device of devices) {
      const before = last.get(device.deviceId);
      const text = [stateText(device.state, io), ...(device.condition ? troubleOf(device, io) : [])].join('\n    ');
      last.set(device.deviceId, { text, device });
      const head = `${device.deviceId}  ${device.model}  ${laneText(device.lane, io)}`;
      if (before?.text !== text) io.out(`${head}  ${text}`);
      else for (const line of trafficSince(before.device, device, io)) io.out(`${head}  ${line}`);
    }
    await pause(WATCH_MS, io.signal);
  }
}

function trafficSince({ counters: before }: Device, { counters: now, lastError }: Device, io: Io): string[] {
  if (before === undefined || now === undefined) return [];
  const say = (zh: string, en: string): string => (io.locale === 'en' ? en : zh);
  const read = now.frames - before.frames;
  const dropped = now.rejects - before.rejects;
  return [
    ...(read > 0 ? [say(`已读 ${read}`, `${read} read`)] : []),
    ...(dropped > 0
      ? [say(`丢弃 ${dropped}：${lastError?.code ?? ''}`, `${dropped} dropped: ${lastError?.code ?? ''}`)]
      : []),
  ];
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
