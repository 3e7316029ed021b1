import type { HeldKey, KeysStatus } from '@tillside/hub-contract';
import { HeldKey as HeldKeySchema } from '@tillside/hub-contract';
import type { Command } from 'commander';
import { HubFault } from '../fault.ts';
import { SignedRoot } from '../tuf/format.ts';
import { checkKeyFiles } from '../tuf/keys.ts';
import type { HubClient } from './client.ts';
import { describeRoot, makeKey, mergedRoot, readPublicKey, readRootFile, signRoot, writeNew } from './keys-offline.ts';
import { language, type Output, table } from './output.ts';

export interface KeysPorts {
  readonly output: Output;
  readonly withHub: (work: (client: HubClient) => Promise<void>) => Promise<void>;
  readonly keysDir: () => string;
}

const short = (ids: readonly string[]): string => ids.map((id) => id.slice(0, 8)).join(' ') || '-';

function printStatus(output: Output, { roles, notes }: KeysStatus): void {
  const rows = roles.map(({ role, version, expires, threshold, keyIds, signedBy }) => [
    role,
    String(version),
    expires.slice(0, 10),
    `${threshold} of ${keyIds.length}`,
    short(keyIds),
    short(signedBy),
  ]);
  output.out(table(['role', 'version', 'expires', 'needs', 'keys', 'signed by'], rows));
  for (const { code, text } of notes) output.out(`${code}: ${text[language()]}`);
}

interface DraftFlags {
  readonly root?: readonly string[];
  readonly threshold?: string;
  readonly days?: string;
  readonly out: string;
}

async function draft(client: HubClient, output: Output, flags: DraftFlags): Promise<void> {
  const rootKeys = flags.root === undefined ? undefined : await Promise.all(flags.root.map(readPublicKey));
  const root = SignedRoot.parse(
    await client('draftRoot', {
      body: {
        ...(rootKeys === undefined ? {} : { rootKeys }),
        ...(flags.threshold === undefined ? {} : { threshold: Number(flags.threshold) }),
        ...(flags.days === undefined ? {} : { expiresDays: Number(flags.days) }),
      },
    }),
  );
  await writeNew(flags.out, `${JSON.stringify(root, null, 2)}\n`, 0o644);
  describeRoot(output, root);
  output.out(`written to ${flags.out}`);
}

function heldKey(name: string): HeldKey {
  const read = HeldKeySchema.safeParse(name);
  if (read.success) return read.data;
  throw new HubFault('HUB_REQUEST_INVALID', `${name} is none of ${HeldKeySchema.options.join(', ')}`);
}

/** `keys ...`: what holders do on machines of their own, and what the hub does with it. */
export function addKeys(program: Command, { output, withHub, keysDir }: KeysPorts): void {
  const keys = program.command('keys').description('who may sign, and the ceremony that changes it (docs/keys.md)');
  keys
    .command('status')
    .description('signed roles, thresholds, expiries, who signed, and what to do')
    .action(() => withHub(async (client) => printStatus(output, await client('keys'))));
  keys
    .command('show [file]')
    .description('ids of the keys on this hub; with a root file, what it says and who signed it')
    .action(async (file?: string) => {
      if (file !== undefined) return describeRoot(output, await readRootFile(file));
      const held = await checkKeyFiles(keysDir());
      output.out(held.map(({ name, keyId }) => `${name.padEnd(16)}${keyId}`).join('\n'));
    });
  keys
    .command('make <file>')
    .description("on a holder's own machine: a new root key, encrypted, and its public half beside it")
    .option('--passphrase-file <file>', 'first line is the passphrase (default: asked for)')
    .action((file: string, { passphraseFile }: { passphraseFile?: string }) => makeKey(output, file, passphraseFile));
  keys
    .command('draft')
    .description('the next root, unsigned; what is not given stays as it is')
    .option('--root <file...>', 'public keys of all holders')
    .option('--threshold <n>', 'how many of them must sign')
    .option('--days <n>', 'life of the root')
    .requiredOption('--out <file>', 'where to write it')
    .action((flags: DraftFlags) => withHub((client) => draft(client, output, flags)));
  keys
    .command('sign <file>')
    .description("on a holder's own machine: sign a drafted root")
    .requiredOption('--key <file>', 'the private key from `keys make`')
    .option('--passphrase-file <file>', 'first line is the passphrase (default: asked for)')
    .action((file: string, flags: { key: string; passphraseFile?: string }) =>
      signRoot(output, file, flags.key, flags.passphraseFile),
    );
  keys
    .command('accept <files...>')
    .description('put a signed root in force; copies signed apart are merged')
    .action((files: string[]) =>
      withHub(async (client) => printStatus(output, await client('acceptRoot', { body: await mergedRoot(files) }))),
    );
  keys
    .command('rotate <key>')
    .description(`a new key for ${HeldKeySchema.options.join(', ')}`)
    .action((key: string) =>
      withHub(async (client) => printStatus(output, await client('rotateKey', { body: { key: heldKey(key) } }))),
    );
}
