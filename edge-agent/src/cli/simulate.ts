import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnyDeviceDefinition, CATALOG, DeviceError, systemClock } from '@tillside/devices';
import {
  FaultyLine,
  lineVerbs,
  nearest,
  PtyLine,
  parseScript,
  ScriptError,
  SIMULATORS,
  type SimulatorEntry,
  type Step,
  seededRandom,
  setFault,
  TcpLine,
  waitVerb,
} from '@tillside/devices/simulators';
import type { Command } from 'commander';
import { AgentError } from '../errors.ts';
import type { Io } from './io.ts';
import { addSimulatePos } from './pos/command.ts';
import { introduce, listen, type Made, runScript } from './simulate-run.ts';

const MAX_SEED = 2 ** 31 - 1;

interface Options {
  list?: boolean;
  pty?: string;
  tcp?: string;
  http?: string;
  script?: string;
  seed?: string;
  fault: string[];
}

/** `tillside-agent simulate`: the other end of a device's wire, for people who set a store up or test one. */
export function addSimulate(program: Command, io: Io, exit: (code: number) => void): void {
  const say = (zh: string, en: string): string => (io.locale === 'en' ? en : zh);
  const simulate = program.command('simulate [model]');
  addSimulatePos(simulate, io, exit);
  simulate
    .description(say('模拟一台设备：扫码枪、秤等', 'be a device: a scanner, a scale …'))
    .option('--list', say('列出能模拟的型号', 'list the models'))
    .option(
      '--pty <path>',
      say('伪终端路径（默认，在临时目录）', 'path of a pseudo-terminal (the default, in the temporary folder)'),
    )
    .option('--tcp <port>', say('改用 TCP，[主机:]端口', 'a TCP port instead, [HOST:]PORT'))
    .option('--http <port>', say('HTTP 型号的 [主机:]端口', '[HOST:]PORT of a model on HTTP'))
    .option('--script <file>', say('先运行的脚本', 'a script to run'))
    .option('--seed <n>', say('随机数种子', 'of everything random'))
    .option(
      '--fault <kind=rate>',
      say(
        '线路故障，可重复，如 noise=0.1 或 delay=0.5:300',
        'a fault of the line, repeatable, e.g. noise=0.1 or delay=0.5:300',
      ),
      (text: string, before: string[]) => [...before, text],
      [],
    )
    .action(async (model: string | undefined, options: Options) => {
      if (options.list === true) list(io);
      else exit(await simulateDevice(model, options, io));
    });
}

function list(io: Io): void {
  for (const [model, entry] of Object.entries<SimulatorEntry>(SIMULATORS)) {
    const { name } = definitionOf(model);
    const wire = { line: '--pty | --tcp', http: '--http', none: '-' }[entry.wire];
    const because = entry.wire === 'none' ? `  (${io.locale === 'en' ? entry.because.en : entry.because.zh})` : '';
    io.out(`${model.padEnd(26)}${wire.padEnd(16)}${io.locale === 'en' ? name.en : name.zh}${because}`);
  }
}

/** Runs until the script is done and standard input has ended, or until it is stopped. The exit code: 0, or 1 when the script failed. */
async function simulateDevice(model: string | undefined, options: Options, io: Io): Promise<number> {
  const definition = definitionOf(model);
  const seed = options.seed === undefined ? Math.floor(Math.random() * MAX_SEED) : seedOf(options.seed);
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  io.signal.addEventListener('abort', stop, { once: true });
  if (io.signal.aborted) stop();
  const made = make(definition, options, seed, stopped.signal);
  const steps = readScript(options.script, made.verbs);
  try {
    await made.simulator.start();
    introduce(definition, made, seed, io);
    const [ok] = await Promise.all([
      runScript(steps, made.verbs, options.script, stopped, io),
      listen(made.verbs, stopped, io),
    ]);
    return ok ? 0 : 1;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new AgentError('PORT_IN_USE', { detail: (error as Error).message, cause: error });
    if (!(error instanceof DeviceError)) throw error;
    io.err(`${error.code} ${error.message}\n${error.hint}`);
    return 1;
  } finally {
    stop();
    io.signal.removeEventListener('abort', stop);
    await made.simulator.stop();
  }
}

function make(definition: AnyDeviceDefinition, options: Options, seed: number, signal: AbortSignal): Made {
  const random = seededRandom(seed);
  const entry: SimulatorEntry = SIMULATORS[definition.model as keyof typeof SIMULATORS];
  const wait = waitVerb({ clock: systemClock, random, signal });
  if (entry.wire === 'none') throw usage(`${definition.model}: ${entry.because.en} / ${entry.because.zh}`);
  if (entry.wire === 'http') {
    if (options.pty !== undefined || options.tcp !== undefined || options.fault.length > 0)
      throw usage(`${definition.model}: --http [HOST:]PORT`);
    const simulator = entry.create(addressOf(options.http, '--http'), { random, seed });
    return {
      simulator,
      verbs: { ...simulator.verbs, wait },
      config: () => ({ connection: simulator.connection, options: simulator.options }),
    };
  }
  if (options.http !== undefined || (options.pty !== undefined && options.tcp !== undefined))
    throw usage(`${definition.model}: --pty PATH | --tcp [HOST:]PORT`);
  const path = options.pty ?? join(tmpdir(), `tillside-${definition.model.replace('/', '-')}`);
  const below =
    options.tcp === undefined
      ? new PtyLine({ path, settings: definition.serialDefaults ?? {} })
      : new TcpLine(addressOf(options.tcp, '--tcp'));
  // A source of its own, so that a fault that is switched on shifts nothing that the device draws.
  const line = new FaultyLine(below, { random: seededRandom(seed + 1), clock: systemClock });
  for (const fault of options.fault) setFaultOption(line, fault);
  const simulator = entry.create(line, { random, seed });
  return {
    simulator,
    verbs: { ...simulator.verbs, ...lineVerbs(line), wait },
    config: () => ({ connection: line.connection }),
  };
}

function readScript(file: string | undefined, verbs: Made['verbs']): readonly Step[] {
  if (file === undefined) return [];
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new AgentError('FILE_UNREADABLE', { detail: (error as Error).message });
  }
  try {
    return parseScript(text, verbs);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    throw usage(`${file}:${error.line}: ${error.words.en} ${error.hint.en}`);
  }
}

function definitionOf(model: string | undefined): AnyDeviceDefinition {
  const models = Object.keys(CATALOG);
  if (model !== undefined && Object.hasOwn(CATALOG, model)) return CATALOG[model as keyof typeof CATALOG];
  const near = model === undefined ? '' : `"${model}"? did you mean "${nearest(model, models)}"? `;
  throw usage(`${near}${models.join(', ')}`);
}

function setFaultOption(line: FaultyLine, text: string): void {
  const [, kind = text, rate = '', amount] = /^([^=]*)=([^:]*)(?::(.*))?$/.exec(text) ?? [];
  try {
    setFault(line, [kind, rate, ...(amount === undefined ? [] : [amount])]);
  } catch (error) {
    throw usage(`--fault ${text}: ${(error as Error).message}`);
  }
}

function addressOf(text: string | undefined, option: string): { host: string; port: number } {
  const [, host = '127.0.0.1', port] = /^(?:(.+):)?(\d{1,5})$/.exec(text ?? '') ?? [];
  if (port === undefined || Number(port) > 65_535) throw usage(`${option} [HOST:]PORT`);
  return { host, port: Number(port) };
}

function seedOf(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= MAX_SEED) return Number(text);
  throw usage(`--seed 0 … ${MAX_SEED}`);
}

const usage = (detail: string): AgentError => new AgentError('USAGE', { detail });
