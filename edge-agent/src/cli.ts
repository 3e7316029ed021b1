import { Command } from 'commander';
import { loadConfig } from './config.ts';
import { AgentError } from './errors.ts';
import { startAgent } from './main.ts';

const STOP_DEADLINE_MS = 10_000;

async function run(options: { config: string; readyJson?: boolean }): Promise<void> {
  const agent = await startAgent(loadConfig(options.config));
  if (options.readyJson) process.stdout.write(`${JSON.stringify({ url: agent.url })}\n`);
  let asked = 0;
  const stop = (): void => {
    asked += 1;
    if (asked > 1) process.exit(1);
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    void agent.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

const program = new Command('tillside-agent').description('The edge agent of a Tillside store');
program
  .command('run')
  .description('run the agent until it is told to stop')
  .requiredOption('-c, --config <file>', 'config file, YAML or JSON')
  .option('--ready-json', 'print one JSON line when ready')
  .action(run);

try {
  await program.parseAsync();
} catch (error) {
  const refused =
    error instanceof AgentError ? error : new AgentError('INTERNAL', { detail: (error as Error).message });
  const { message, hint } = refused.words(/^zh/i.test(process.env.LANG ?? '') ? 'zh-CN' : 'en');
  process.stderr.write(`${refused.code} ${message}\n${hint}\n`);
  process.exit(refused.code === 'CONFIG_REFUSED' ? 2 : 1);
}
