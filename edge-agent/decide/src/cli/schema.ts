import { z } from 'zod';
import { Basket, DecisionContext } from '../schema/basket.ts';
import { CampaignSet } from '../schema/campaign.ts';
import { Decision } from '../schema/decision.ts';
import { badUsage, readArguments } from './input.ts';
import { type CliPorts, EXIT_OK } from './ports.ts';

/** What the engine reads and writes, by the names of the command line. */
const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  campaigns: CampaignSet,
  basket: Basket,
  context: DecisionContext,
  decision: Decision,
};

/** Prints one JSON Schema (2020-12), or all of them by name: `schema [campaigns|basket|context|decision]`. */
export function printSchema(args: readonly string[], ports: CliPorts): number {
  const { words } = readArguments(args, [], []);
  const [name, ...more] = words;
  const known = Object.keys(SCHEMAS).join(', ');
  if (more.length > 0) throw badUsage('', `One schema at a time: ${known}.`);
  const wanted = name === undefined ? undefined : SCHEMAS[name];
  if (name !== undefined && wanted === undefined) throw badUsage('', `"${name}" is no schema. There are ${known}.`);
  const shown = wanted
    ? z.toJSONSchema(wanted)
    : Object.fromEntries(Object.entries(SCHEMAS).map(([key, schema]) => [key, z.toJSONSchema(schema)]));
  ports.stdout(`${JSON.stringify(shown, undefined, 2)}\n`);
  return EXIT_OK;
}
