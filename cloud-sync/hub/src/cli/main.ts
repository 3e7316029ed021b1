import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { type HubConfig, HubConfig as HubConfigSchema, keysDirOf, loadConfig, parseConfig } from '../config.ts';
import { loadOperator } from '../operator-file.ts';
import { addBackup } from './backup.ts';
import { type HubClient, hubClient } from './client.ts';
import * as commands from './commands.ts';
import { doctor } from './doctor.ts';
import { addEvents } from './events.ts';
import { addKeys } from './keys.ts';
import { addMembers } from './members.ts';
import { addModels } from './models.ts';
import { describeError, type Output } from './output.ts';
import { run } from './run.ts';
import { devicesPush, type ItemsPushFlags, itemsPush } from './state-commands.ts';
import { addVerify } from './verify.ts';

const DEFAULT_CONFIG = 'tillside-hub.yaml';

interface Common {
  readonly config?: string;
  readonly dataDir?: string;
}

function configOf({ config, dataDir }: Common): HubConfig {
  const file = config ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined);
  const loaded = file === undefined ? parseConfig({}) : loadConfig(file);
  return dataDir === undefined ? loaded : { ...loaded, dataDir };
}

/** The command line. Returns the exit code: 0 done, 1 refused or failed. */
export async function main(args: readonly string[], output: Output): Promise<number> {
  let failed = false;
  const program = new Command('tillside-hub')
    .description('HQ service of Tillside: takes events in, pushes signed campaigns and models out.')
    .option('-c, --config <file>', `config file, YAML or JSON (default: ${DEFAULT_CONFIG} when it is there)`)
    .option('-d, --data-dir <dir>', 'data directory; overrides the config')
    .configureOutput({ writeOut: (text) => output.out(text.trimEnd()), writeErr: (text) => output.err(text.trimEnd()) })
    .exitOverride();
  const common = (): Common => program.opts<Common>();
  /** The commands below speak to the running hub, by the file that `run` left in the data directory. */
  const withHub = async (work: (client: HubClient) => Promise<void>): Promise<void> =>
    work(hubClient(await loadOperator(configOf(common()).dataDir)));

  program
    .command('run')
    .description('run the hub until it is told to stop')
    .option('-c, --config <file>', 'config file')
    .option('--print-pairing', 'print a one-time code to pair an operator')
    .option('--ready-json', 'print one JSON line when ready: {url, mqttUrl, operatorPairingCode}')
    .action((flags: Common & { printPairing?: boolean; readyJson?: boolean }) =>
      run(configOf({ ...common(), ...flags }), flags, output),
    );

  const campaign = program.command('campaign').description('campaigns of the stores');
  campaign
    .command('push <file>')
    .description('check, sign and publish a campaign set')
    .option('--stores <ids>', 'comma-separated store ids (default: all)')
    .action((file: string, { stores }: { stores?: string }) =>
      withHub((client) => commands.campaignPush(client, output, file, stores)),
    );
  campaign
    .command('list')
    .description('what was pushed and where it is applied')
    .action(() => withHub((client) => commands.campaignList(client, output)));

  program
    .command('items')
    .description('catalogue and prices of the stores')
    .command('push <file>')
    .description(
      'check, sign and publish a whole catalogue (CSV, or JSON lines in .jsonl) with the columns of docs/items.md',
    )
    .option('--stores <ids>', 'comma-separated store ids (default: all)')
    .option('--prices <file>', 'prices of single stores: columns store, sku, priceFen, effectiveFrom, effectiveTo')
    .option('--force', 'publish although it takes more than 30 % of the items off sale')
    .action((file: string, flags: ItemsPushFlags) => withHub((client) => itemsPush(client, output, file, flags)));
  program
    .command('devices')
    .description('devices of the stores')
    .command('push <file>')
    .description('check, sign and publish a device configuration (YAML or JSON)')
    .option('--stores <ids>', 'comma-separated store ids (default: all)')
    .action((file: string, { stores }: { stores?: string }) =>
      withHub((client) => devicesPush(client, output, file, stores)),
    );

  addModels(program, { output, withHub });

  const store = program.command('store').description('stores');
  store
    .command('add <id>')
    .description('add a store (or make a new code for it) and print its pairing code')
    .option('--name <name>', 'name that people read')
    .action((id: string, { name }: { name?: string }) =>
      withHub((client) => commands.storeAdd(client, output, id, name)),
    );
  store
    .command('list')
    .description('all stores and their state')
    .action(() => withHub((client) => commands.storeList(client, output)));
  addVerify(store, output, {
    config: () => configOf(common()),
    unsound: () => {
      failed = true;
    },
  });
  addEvents(program, { output, withHub });

  program
    .command('pair <kind>')
    .description('`pair operator` prints a code for a person at HQ')
    .action((kind: string) => {
      if (kind !== 'operator') program.error('only `pair operator`; stores are paired with `store add`');
      return withHub((client) => commands.pairOperator(client, output));
    });
  addKeys(program, { output, withHub, keysDir: () => keysDirOf(configOf(common())) });
  addBackup(program, output, () => configOf(common()));
  addMembers(program, { output, withHub, config: () => configOf(common()) });
  program
    .command('schema')
    .description('the JSON Schema of the config file, for editors')
    .action(() => output.out(JSON.stringify(z.toJSONSchema(HubConfigSchema, { io: 'input' }), null, 2)));
  program
    .command('doctor')
    .description('what is there, what is missing and what to do')
    .action(async () => {
      failed = !(await doctor(configOf(common()), output));
    });

  try {
    await program.parseAsync([...args], { from: 'user' });
    return failed ? 1 : 0;
  } catch (error) {
    const commander = error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number';
    if (commander) return Number(error.exitCode);
    output.err(describeError(error));
    return 1;
  }
}
