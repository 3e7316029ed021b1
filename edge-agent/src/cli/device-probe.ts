import {
  ANSWER_WAIT_MS,
  CATALOG,
  conditionOf,
  type DeviceCatalog,
  listSerialPorts,
  openTransport,
  type ProbeFound,
  type ProbeResult,
  type ProbeStep,
  type ProbeTarget,
  portHolder,
  probeTarget,
  SCAN_WAIT_MS,
  systemClock,
} from '@tillside/devices';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { AgentError } from '../errors.ts';
import type { Io } from './io.ts';

interface Options {
  usb?: boolean;
  tcp?: string;
  scan: string;
}

/** More ports than a lane has: what goes beyond is a mistake or a bank of modems. */
const MAX_TARGETS = 32;

/** `devices probe [PATH]`: what is at the other end of a port, and the lines that the config needs for it. */
export function addProbe(devices: Command, io: Io, exit: (code: number) => void): void {
  const say = (zh: string, en: string): string => (io.locale === 'en' ? en : zh);
  devices
    .command('probe [path]')
    .description(
      say(
        '探测端口上是什么设备，并给出配置；正被占用的端口不会打扰',
        'find out what is on a port (all serial ports by default) and print its config; ports in use are left alone',
      ),
    )
    .option('--usb', say('只看 USB 串口', 'only serial ports of USB devices'))
    .option('--tcp <host:port>', say('网络上的设备', 'a device on the network'))
    .option('--scan <seconds>', say('等待扫码的秒数，0 为不等', 'how long to wait for a scan, 0 for not at all'), '10')
    .action(async (path: string | undefined, options: Options) => {
      if (!(await probe(path, options, io))) exit(1);
    });
}

async function probe(path: string | undefined, options: Options, io: Io): Promise<boolean> {
  const seconds = Number(options.scan);
  if (!Number.isFinite(seconds) || seconds < 0 || seconds > 600)
    throw new AgentError('USAGE', { detail: '--scan 0..600' });
  const targets = await targetsOf(path, options);
  if (targets.length === 0) io.err(io.locale === 'en' ? 'No serial ports here.' : '本机没有串口。');
  const catalog: DeviceCatalog = CATALOG;
  // All at once: the person scans one code, and whichever port it comes over hears it.
  const results = await Promise.all(
    targets.slice(0, MAX_TARGETS).map((target) =>
      probeTarget(target, {
        catalog,
        clock: systemClock,
        signal: io.signal,
        answerWaitMs: ANSWER_WAIT_MS,
        scanWaitMs: options.scan === '10' ? SCAN_WAIT_MS : seconds * 1000,
        open: (connection) => openTransport(connection),
        holder: (port) => portHolder(port),
        onStep: (step) => io.err(stepText(step, io)),
      }),
    ),
  );
  for (const result of results) io.err(resultText(result, catalog, io));
  const found = results.flatMap((result) => result.found);
  if (found.length > 0) io.out(snippet(found, catalog));
  return found.length > 0;
}

async function targetsOf(path: string | undefined, options: Options): Promise<ProbeTarget[]> {
  if ([path, options.usb, options.tcp].filter((one) => one !== undefined).length > 1)
    throw new AgentError('USAGE', { detail: 'PATH | --usb | --tcp HOST:PORT' });
  if (options.tcp !== undefined) {
    const match = /^(.+):(\d{1,5})$/.exec(options.tcp);
    const port = Number(match?.[2]);
    if (!match?.[1] || port < 1 || port > 65_535) throw new AgentError('USAGE', { detail: '--tcp HOST:PORT' });
    return [{ kind: 'tcp', host: match[1], port }];
  }
  const ports = await listSerialPorts().catch((error: unknown) => {
    // A path can be opened all the same where ports can not be listed.
    if (path !== undefined) return [];
    const { code, message, hint } = conditionOf(error, 'SERIAL_LIST_UNAVAILABLE');
    throw new AgentError('USAGE', { detail: `${code} ${message} ${hint}` });
  });
  if (path !== undefined) {
    const known = ports.find((port) => port.path === path || port.stablePath === path);
    return [{ kind: 'serial', port: known ?? { path } }];
  }
  const wanted = options.usb === true ? ports.filter(({ vendorId }) => vendorId !== undefined) : ports;
  return wanted.map((port) => ({ kind: 'serial', port }));
}

function stepText(step: ProbeStep, io: Io): string {
  const at = step.settings === '' ? step.address : `${step.address} ${step.settings}`;
  if (step.step === 'ask') return io.locale === 'en' ? `${at}: asking ${step.model}` : `${at}：询问 ${step.model}`;
  const seconds = Math.round(step.waitMs / 1000);
  return io.locale === 'en' ? `${at}: scan a code now (${seconds} s)` : `${at}：请扫一个码（${seconds} 秒）`;
}

function resultText(result: ProbeResult, catalog: DeviceCatalog, io: Io): string {
  const say = (zh: string, en: string): string => (io.locale === 'en' ? en : zh);
  const { address, found, condition, garbage } = result;
  const lines = found.map(({ model, scan }) => {
    const name = catalog[model]?.name[io.locale === 'en' ? 'en' : 'zh'] ?? '';
    const read = scan === undefined ? '' : `: ${[scan.kind, scan.aim, scan.data].filter(Boolean).join(' ')}`;
    return `✓ ${address}  ${model} ${name}${read}`;
  });
  if (condition !== undefined)
    lines.push(`✗ ${address}  ${condition.code} ${condition.message}`, `    ${condition.hint}`);
  const heard = garbage.at(-1);
  if (heard !== undefined) {
    const tries = [...new Set(garbage.flatMap(({ tryNext }) => tryNext))];
    lines.push(
      say(
        `! ${address}  有设备，但收到的 ${heard.byteCount} 字节无法识别（${heard.settings}）`,
        `! ${address}  something is there, but its ${heard.byteCount} bytes make no sense (${heard.settings || 'network'})`,
      ),
      tries.length > 0
        ? say(`    可尝试：${tries.join('、')}`, `    try: ${tries.join(', ')}`)
        : say('    线路设置看来正确：请检查协议与后缀', '    the line looks right: check the protocol and the suffix'),
    );
  }
  if (lines.length === 0) lines.push(say(`- ${address}  无应答`, `- ${address}  no answer`));
  return lines.join('\n');
}

/** What to write into the agent's config. Where several models answer on one port, a person chooses. */
function snippet(found: readonly ProbeFound[], catalog: DeviceCatalog): string {
  const counts = new Map<string, number>();
  const devices = found.map(({ model, connection }) => {
    const family = catalog[model]?.family ?? 'device';
    const count = (counts.get(family) ?? 0) + 1;
    counts.set(family, count);
    return { id: `${family}-${count}`, model, lane: '1', connection };
  });
  return stringify({ devices }).trimEnd();
}
