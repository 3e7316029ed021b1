import { parseArgs } from 'node:util';
import { DeviceError } from '../conditions.ts';
import { DEFAULT_CODE_MINUTES, PairingDesk } from './pairing/desk.ts';
import { HostProcess } from './process.ts';
import { describeError, readHostConfig, TOKEN_VARIABLE, takeToken } from './run.ts';

const USAGE = `Usage: tillside-device-host [run] CONFIG_FILE
       tillside-device-host pair [--minutes N] CONFIG_FILE
       tillside-device-host unpair CONFIG_FILE

run     Runs the devices of this machine for one agent: one of another machine, by TLS (\`listen\` in CONFIG_FILE), or one of this machine, by
        a Unix socket (\`socketPath\`; its token in ${TOKEN_VARIABLE}). Ends on Ctrl-C or SIGTERM.
pair    Prints a code that lets one agent in, once, within N minutes (${DEFAULT_CODE_MINUTES}). Type it at the agent:
        tillside-agent devices pair-host HOST_ID ADDRESS CODE
unpair  Forgets the agent and its key.
`;
const MAX_CODE_MINUTES = 1_440;

/** Entry of the host as a service of its own, e.g. on a lane PC. */
async function main(): Promise<void> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch {
    return usage(2);
  }
  const { values, positionals } = parsed;
  if (values.help) return usage(0);
  const [command, path] = positionals.length === 1 ? ['run', positionals[0]] : positionals;
  if (path === undefined || positionals.length > 2) return usage(2);
  const minutes = Number(values.minutes ?? DEFAULT_CODE_MINUTES);
  if (command === 'run') return await run(path);
  if (command === 'unpair') return await unpair(path);
  if (command !== 'pair' || !Number.isInteger(minutes) || minutes < 1 || minutes > MAX_CODE_MINUTES) return usage(2);
  await pair(path, minutes);
}

const parse = () =>
  parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, minutes: { type: 'string' } },
  });

function usage(exitCode: number): void {
  (exitCode === 0 ? process.stdout : process.stderr).write(USAGE);
  process.exitCode = exitCode;
}

/** This process only watches; the drivers run in a child, which is killed when it hangs and started again when it ends. */
async function run(path: string): Promise<void> {
  const config = await readHostConfig(path);
  const where = [config.listen && `${config.listen.host}:${config.listen.port}`, config.socketPath].filter(Boolean);
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const host = new HostProcess({
    configPath: path,
    token: takeToken(config),
    onReport: (report) => {
      if (report.kind === 'ended')
        log(`${report.condition.code}: ${report.condition.message} ${report.condition.hint}`);
      else {
        const devices = `${config.devices.length} devices on ${where.join(' and ')}`;
        process.stdout.write(`Device host ${config.hostId} (process ${report.pid}): ${devices}\n`);
      }
    },
    onLog: log,
  });
  await host.start();
  const end = () => void host.stop().finally(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

async function pair(path: string, minutes: number): Promise<void> {
  const { hostId, stateDir, listen } = await readHostConfig(path);
  if (listen === undefined) throw new DeviceError('HOST_LISTEN_MISSING');
  const code = new PairingDesk({ hostId, stateDir, now: Date.now }).openCode(minutes);
  process.stdout.write(`${code}\n`);
  process.stderr.write(
    `Good once, for ${minutes} minutes. At the agent: tillside-agent devices pair-host ${hostId} THIS_MACHINE:${listen.port} CODE\n`,
  );
}

async function unpair(path: string): Promise<void> {
  const { hostId, stateDir } = await readHostConfig(path);
  const known = new PairingDesk({ hostId, stateDir, now: Date.now }).forget();
  process.stdout.write(known ? 'The agent is no longer let in.\n' : 'No agent was paired.\n');
}

main().catch((error) => {
  process.stderr.write(`${describeError(error)}\n`);
  process.exit(1);
});
