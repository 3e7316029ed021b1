import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMMAND_LINE } from '@tillside/hub-contract';
import { z } from 'zod';
import { HubFault } from './fault.ts';
import { writeDurably } from './files.ts';
import type { Pairing } from './pairing.ts';

/** How the command line on the hub's own machine finds the hub: whoever may read this file may do what an operator may. */
const OperatorFile = z.strictObject({
  url: z.url(),
  credential: z.string().length(43),
  /** PEM of a private CA that the hub's certificate is from. */
  caFile: z.string().optional(),
});
export type OperatorFile = z.infer<typeof OperatorFile>;

const NAME = 'operator.json';

async function read(dataDir: string): Promise<OperatorFile | null> {
  try {
    return OperatorFile.parse(JSON.parse(await readFile(join(dataDir, NAME), 'utf8')));
  } catch {
    return null;
  }
}

/** Writes the file with mode 0600; the credential of the last start is kept while it is good. */
export async function saveOperator(
  dataDir: string,
  { url, caFile }: { readonly url: string; readonly caFile?: string | undefined },
  pairing: Pairing,
): Promise<void> {
  const held = await read(dataDir);
  const good = held !== null && (await pairing.identify(held.credential)) !== null;
  const credential = good ? held.credential : (await pairing.issueOperator(COMMAND_LINE)).credential;
  await writeDurably(join(dataDir, NAME), `${JSON.stringify({ url, credential, caFile })}\n`, 0o600);
}

export async function loadOperator(dataDir: string): Promise<OperatorFile> {
  const held = await read(dataDir);
  if (held === null) throw new HubFault('HUB_UNREACHABLE', join(dataDir, NAME));
  return held;
}
