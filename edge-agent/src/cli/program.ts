import { CallError, PairedKind, PriceOwner } from '@tillside/agent-contract';
import { Command, CommanderError } from 'commander';
import { configJsonSchema, loadConfig } from '../config.ts';
import { AgentError } from '../errors.ts';
import { startAgent } from '../main.ts';
import { hashPin } from '../pairing/pins.ts';
import { addBackup } from './backup.ts';
import { addDeviceTools } from './device-tools.ts';
import { listDevices, watchDevices } from './devices.ts';
import { doctor } from './doctor.ts';
import { addImport } from './import.ts';
import type { Io } from './io.ts';
import { askAgent } from './operator.ts';
import { addPairHost } from './pair-host.ts';
import { addPoslogQuarantine } from './poslog.ts';
import { addSheetCommand } from './sheet.ts';
import { addSimulate } from './simulate.ts';

/** Codes of what the person typed or wrote, as opposed to what failed. */
const BAD_INPUT = new Set([
  'USAGE',
  'CONFIG_REFUSED',
  'FILE_UNREADABLE',
  'BACKUP_REFUSED',
  'IMPORT_REFUSED',
  'IMPORT_ENCODING',
  'IMPORT_TOO_LARGE',
  'IMPORT_TOO_SMALL',
  'IMPORT_TOO_BAD',
  'BODY_REFUSED',
  'NOT_FOUND',
]);
const PIN = /^\d{4,8}$/;

interface WithConfig {
  config: string;
}

interface PairOptions extends WithConfig {
  kind: string;
  name: string;
  lane?: string;
  priceOwner?: string;
}

/** Runs one command; the exit code: 0 done, 1 failed, 2 bad input. `run` resolves once the agent has stopped. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const program = build(io, (failed) => {
    code = failed;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return report(error, io);
  }
}

const isBadInput = (code: string): boolean => BAD_INPUT.has(code) || code.startsWith('POSLOG_');

function report(error: unknown, io: Io): number {
  if (error instanceof CallError) {
    io.err(`${error.code} ${error.body.message}\n${error.body.hint}`);
    for (const field of error.body.fields ?? []) io.err(`  ${field.path}: ${field.message}`);
    return isBadInput(error.code) ? 2 : 1;
  }
  const known =
    error instanceof AgentError
      ? error
      : new AgentError('INTERNAL', { detail: (error as Error).message, cause: error });
  const { message, hint } = known.words(io.locale);
  io.err(`${known.code} ${message}\n${hint}`);
  return isBadInput(known.code) ? 2 : 1;
}

function build(io: Io, exit: (code: number) => void): Command {
  const say = (zh: string, en: string): string => (io.locale === 'en' ? en : zh);
  const program = new Command('tillside-agent')
    .description(say('Tillside 门店边缘代理', 'The edge agent of a Tillside store'))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
      outputError: (text, write) => write(`USAGE ${text}${new AgentError('USAGE').words(io.locale).hint}`),
    });
  const command = (parent: Command, usage: string, zh: string, en: string): Command =>
    parent
      .command(usage)
      .description(say(zh, en))
      .requiredOption('-c, --config <file>', say('配置文件，YAML 或 JSON', 'config file, YAML or JSON'));

  command(program, 'run', '运行代理，直到被停止', 'run the agent until it is told to stop')
    .option('--ready-json', say('就绪后输出一行 JSON', 'print one JSON line when ready'))
    .action((options: WithConfig & { readyJson?: boolean }) => run(options, io));
  command(program, 'doctor', '检查本机：有什么、缺什么、怎么办', 'what is there, what is missing and what to do')
    .option('--json', say('以 JSON 输出', 'print JSON'))
    .action(async (options: WithConfig & { json?: boolean }) => {
      if (!(await doctor(options.config, io, options.json === true))) exit(1);
    });
  const devices = program.command('devices').description(say('设备', 'devices'));
  command(devices, 'list', '列出设备及其状态', 'devices and how they are').action((options: WithConfig) =>
    listDevices(loadConfig(options.config), io),
  );
  command(devices, 'watch', '持续显示设备变化', 'devices as they change').action((options: WithConfig) =>
    watchDevices(loadConfig(options.config), io),
  );
  addSheetCommand(devices, io);
  addDeviceTools(devices, io, exit);
  addPairHost(devices, io);
  addSimulate(program, io, exit);
  command(program, 'pair', '生成一次性配对码', 'make a one-time pairing code')
    .requiredOption('--kind <kind>', PairedKind.options.join(' | '))
    .requiredOption('--name <name>', say('设备名称', 'what people call the device'))
    .option('--lane <lane>', say('收银道', 'its lane'))
    .option(
      '--price-owner <owner>',
      say('收银机的价格由谁决定：', "who owns a till's prices: ") + PriceOwner.options.join(' | '),
    )
    .action((options: PairOptions) => pair(options, io));
  command(program, 'unpair <deviceId>', '撤销设备的配对', "revoke a device's credential").action(
    async (deviceId: string, options: WithConfig) => {
      await askAgent(loadConfig(options.config), io, 'revoke', { params: { deviceId } });
      io.out(say(`已撤销 ${deviceId}`, `revoked ${deviceId}`));
    },
  );
  program
    .command('schema')
    .description(
      say('输出配置文件的 JSON Schema，供编辑器使用', 'print the JSON Schema of the config file, for editors'),
    )
    .action(() => io.out(JSON.stringify(configJsonSchema(), null, 2)));
  program
    .command('hash-pin')
    .description(say('从标准输入读取 PIN，输出其哈希', 'read a PIN from standard input and print its hash'))
    .action(async () => {
      const pin = (await io.input()).trim();
      if (!PIN.test(pin))
        throw new AgentError('USAGE', { detail: say('PIN 为 4 到 8 位数字', 'a PIN has 4 to 8 digits') });
      io.out(hashPin(pin));
    });
  addBackup(program, io);
  addImport(program, io);
  addPoslogQuarantine(program, io);
  return program;
}

async function run(options: WithConfig & { readyJson?: boolean }, io: Io): Promise<void> {
  const agent = await startAgent(loadConfig(options.config));
  if (options.readyJson === true) io.out(JSON.stringify({ url: agent.url }));
  else io.err(io.locale === 'en' ? `The agent answers at ${agent.url}` : `代理已就绪：${agent.url}`);
  if (!io.signal.aborted) await new Promise((resolve) => io.signal.addEventListener('abort', resolve, { once: true }));
  await agent.stop();
}

async function pair(options: PairOptions, io: Io): Promise<void> {
  const kind = PairedKind.safeParse(options.kind);
  if (!kind.success) throw new AgentError('USAGE', { detail: `--kind ${PairedKind.options.join(' | ')}` });
  const owner = PriceOwner.optional().safeParse(options.priceOwner);
  if (!owner.success) throw new AgentError('USAGE', { detail: `--price-owner ${PriceOwner.options.join(' | ')}` });
  const body = {
    kind: kind.data,
    name: options.name,
    ...(options.lane === undefined ? {} : { lane: options.lane }),
    ...(owner.data === undefined ? {} : { priceOwner: owner.data }),
  };
  const made = await askAgent(loadConfig(options.config), io, 'createPairingCode', { body });
  io.out(made.code);
  io.err(io.locale === 'en' ? `good once, until ${made.expiresAt}` : `只能用一次，有效期至 ${made.expiresAt}`);
}
