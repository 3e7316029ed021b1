import { describeError, startHost, TOKEN_VARIABLE } from './run.ts';

const USAGE = `Usage: ${TOKEN_VARIABLE}=SECRET tillside-device-host CONFIG_FILE

Runs the devices of this machine and serves them to the agent over the Unix socket named in CONFIG_FILE.
Ends on Ctrl-C or SIGTERM.
`;

/** Entry of the host as a service of its own, e.g. on a lane PC. */
async function main(): Promise<void> {
  const [argument] = process.argv.slice(2);
  if (!argument || argument.startsWith('-')) {
    const asked = argument === '--help' || argument === '-h';
    (asked ? process.stdout : process.stderr).write(USAGE);
    process.exitCode = asked ? 0 : 2;
    return;
  }
  const { host, config } = await startHost(argument);
  process.stdout.write(`Device host ${config.hostId}: ${config.devices.length} devices on ${config.socketPath}\n`);
  const end = () => void host.stop().finally(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

main().catch((error) => {
  process.stderr.write(`${describeError(error)}\n`);
  process.exit(1);
});
