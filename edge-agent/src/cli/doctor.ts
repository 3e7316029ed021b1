import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { StatusView } from '@tillside/agent-contract';
import { condition, type DeviceConfig, describeDevice, describeHardware } from '@tillside/devices';
import { LINK_ERRORS } from '@tillside/link';
import type { z } from 'zod';
import { conditionOf, diskLow, freeBytes } from '../conditions.ts';
import { type AgentConfig, loadConfig } from '../config.ts';
import { AgentError } from '../errors.ts';
import { hubFetch } from '../hub-fetch.ts';
import { probeSqlite } from '../journal/probe.ts';
import { examineHosts } from './doctor-hosts.ts';
import { devicesOfFile, examineHq } from './doctor-hq.ts';
import type { Io } from './io.ts';
import { askAgent } from './operator.ts';

const PROBE_TIMEOUT_MS = 20_000;

/** One thing the doctor looked at. `needed`: without it the store can't do what its config says. */
export interface Finding {
  readonly subject: string;
  readonly ok: boolean;
  readonly needed: boolean;
  readonly found?: string;
  readonly condition?: { code: string; message: string; hint: string };
}

/** Looks at everything an agent needs on this machine; one missing part hides no other. */
export async function examine(configPath: string, io: Io): Promise<Finding[]> {
  const good = (subject: string, found: string): Finding => ({ subject, ok: true, needed: true, found });
  const bad = (subject: string, error: AgentError, needed = true): Finding => ({
    subject,
    ok: false,
    needed,
    condition: conditionOf(error, io.locale),
  });
  const library = (subject: string, code: 'SQLITE_MISSING' | 'INFERENCE_MISSING', needed: boolean, error: unknown) =>
    bad(subject, new AgentError(code, { detail: (error as Error).message.split('\n')[0] ?? '' }), needed);

  let config: AgentConfig | undefined;
  const findings: Finding[] = [];
  try {
    config = loadConfig(configPath);
    findings.push(good('config', configPath));
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    findings.push(bad('config', error));
  }
  const devices = config?.devices ?? [];
  const needed: ReadonlySet<string> = new Set(
    devices.map(({ connection: { kind } }) => (kind === 'usb-serial' ? 'serial' : kind)),
  );
  const [hardware, sqlite, inference] = await Promise.all([
    describeHardware(devices),
    Promise.resolve()
      .then(() => good('sqlite', probeSqlite()))
      .catch((error: unknown) => library('sqlite', 'SQLITE_MISSING', true, error)),
    probeInference()
      .then((found) => good('onnxruntime', found))
      .catch((error: unknown) => library('onnxruntime', 'INFERENCE_MISSING', false, error)),
  ]);
  findings.push(sqlite, inference);
  for (const part of hardware) findings.push({ ...part, needed: needed.has(part.subject) });
  if (config !== undefined) findings.push(...(await examineStore(config, io, good, bad)));
  return findings;
}

async function examineStore(
  config: AgentConfig,
  io: Io,
  good: (subject: string, found: string) => Finding,
  bad: (subject: string, error: AgentError, needed?: boolean) => Finding,
): Promise<Finding[]> {
  const free = freeBytes(nearestFolder(config.dataDir));
  const low = diskLow(free);
  const status = await askAgent(config, io, 'status', {}).catch(() => undefined);
  const findings = [
    low === undefined ? good('disk', `${Math.floor((free ?? 0) / 1024 ** 2)} MiB`) : bad('disk', low),
    writable(config.dataDir)
      ? good('data folder', config.dataDir)
      : bad('data folder', new AgentError('STORAGE_READ_ONLY', { detail: config.dataDir })),
  ];
  if (status !== undefined) findings.push(good('agent', io.locale === 'en' ? 'running' : '运行中'));
  else if (await portFree(config.host, config.port)) findings.push(good('port', `${config.host}:${config.port}`));
  else findings.push(bad('port', new AgentError('PORT_IN_USE', { detail: `(${config.host}:${config.port})` })));
  // Of the way to HQ the agent itself knows what is wrong.
  for (const condition of status?.conditions.filter(({ code }) => code.startsWith('EVENTS_')) ?? [])
    findings.push({ subject: 'sync', ok: false, needed: false, condition });
  if (config.hub !== undefined) findings.push(await examineHub(config.hub, io));
  findings.push(...examineHq(status, io));
  const devices = devicesOfFile(config, status);
  findings.push(...(await Promise.all(devices.map((device) => examineDevice(device, devices, status)))));
  findings.push(...examineHosts(config, status));
  return findings;
}

async function examineHub(hub: NonNullable<AgentConfig['hub']>, io: Io): Promise<Finding> {
  const { url } = hub;
  try {
    await hubFetch(hub)(new URL('/healthz', url), { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    return { subject: 'hub', ok: true, needed: false, found: url };
  } catch {
    const { cause, hint } = LINK_ERRORS.HUB_UNREACHABLE;
    const words = io.locale === 'en' ? { message: cause.en, hint: hint.en } : { message: cause.zh, hint: hint.zh };
    return { subject: 'hub', ok: false, needed: false, condition: { code: 'HUB_UNREACHABLE', ...words } };
  }
}

/** While the agent runs it knows best; otherwise what can be looked at without disturbing the device. */
async function examineDevice(
  device: DeviceConfig,
  devices: readonly DeviceConfig[],
  status: z.infer<typeof StatusView> | undefined,
): Promise<Finding> {
  const subject = `device ${device.id}`;
  const seen = status?.devices.find((one) => one.deviceId === device.id);
  if (seen === undefined) return { subject, needed: true, ...(await describeDevice(device, devices)) };
  if (seen.state === 'online' && seen.condition === undefined)
    return { subject, ok: true, needed: true, found: `${device.model} online` };
  const because = seen.condition ?? condition('DEVICE_OFFLINE', seen.state);
  return { subject, ok: false, needed: true, condition: because };
}

function nearestFolder(path: string): string {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function writable(path: string): boolean {
  try {
    accessSync(nearestFolder(path), constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function portFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });
}

/** In a child: a native library that aborts must not end the doctor. */
async function probeInference(): Promise<string> {
  const room = createRequire(fileURLToPath(import.meta.resolve('@tillside/inference')));
  const library = pathToFileURL(room.resolve('onnxruntime-node')).href;
  const script = `const m = await import(${JSON.stringify(library)}); console.log((m.env ?? m.default.env).versions.node)`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: PROBE_TIMEOUT_MS,
  });
  return stdout.trim();
}

/** Prints findings for people or as one JSON document; false when something that is needed is missing. */
export async function doctor(configPath: string, io: Io, json: boolean): Promise<boolean> {
  const findings = await examine(configPath, io);
  if (json) io.out(JSON.stringify(findings));
  else {
    for (const { subject, ok, needed, found, condition: because } of findings) {
      io.out(
        `${ok ? '✓' : needed ? '✗' : '!'} ${subject}  ${found ?? `${because?.code ?? ''} ${because?.message ?? ''}`}`,
      );
      if (!ok && because !== undefined) io.out(`    ${because.hint}`);
    }
  }
  return findings.every(({ ok, needed }) => ok || !needed);
}
