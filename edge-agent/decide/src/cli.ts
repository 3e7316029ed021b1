import { checkCampaigns } from './cli/check.ts';
import { type CliPorts, EXIT_OK, report } from './cli/ports.ts';
import { priceBaskets } from './cli/price.ts';
import { printSchema } from './cli/schema.ts';

const HELP = `tillside-decide --campaigns FILE --basket FILE [--context FILE] [--json] [--locale zh-CN|en]
tillside-decide check --campaigns FILE [--catalogue FILE] [--json] [--locale zh-CN|en]
tillside-decide schema [campaigns|basket|context|decision]

Prices baskets with a campaign set, and says why. FILE "-" is the standard input.
  --campaigns  a campaign set (JSON)
  --basket     one basket (JSON), or one basket on each line (JSON lines)
  --context    store, channel, instant and zone (JSON); else store "S1", channel "till", now, Asia/Shanghai
  --json       one decision (or finding) a line as JSON, instead of text
check: what the author of a set should look at before it goes out.
  --catalogue  the items (a JSON list of sku, department, category, unitPriceFen, and costFen where it is known)
schema: the JSON Schema of one of these files, or of all.
Exit: 0 all priced, nothing wrong; 1 check found an error; 2 an input was refused (each problem as a JSON line on the standard error).
`;

type Command = (args: readonly string[], ports: CliPorts) => number | Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = { check: checkCampaigns, schema: printSchema };

/** Runs the command line; resolves with the exit code, never exits by itself. */
export async function runCli(args: readonly string[], ports: CliPorts): Promise<number> {
  try {
    if (args.includes('--help') || args.includes('-h')) {
      ports.stdout(HELP);
      return EXIT_OK;
    }
    const [first = '', ...rest] = args;
    const command = COMMANDS[first];
    return await (command ? command(rest, ports) : priceBaskets(args, ports));
  } catch (error) {
    return report(error, ports);
  }
}
