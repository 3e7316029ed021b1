import type { Writable } from 'node:stream';
import { inStorePresets } from '@tillside/firmware-configs';
import { refusal } from '../problems.ts';
import { MAX_SCAN_LENGTH } from '../scan.ts';
import { type Arguments, readArguments } from './args.ts';
import { type LineCommand, linkCommand, parseCommand, UsageError, writeRefusal } from './commands.ts';
import { type Line, LineSplitter } from './lines.ts';
import { Output } from './output.ts';
import { textsIn } from './texts.ts';

export interface Gs1Io {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Writable;
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Entry of `tillside-gs1`; resolves with the exit code: 0 all lines read, 1 reading or writing broke off, 2 a wrong command line. */
export async function runGs1(args: readonly string[], io: Gs1Io): Promise<number> {
  const read = readArguments(args, io.env);
  const texts = textsIn(read.language);
  if (read.action === 'help') {
    io.stdout.write(texts.help.replace('{PRESETS}', [...inStorePresets().keys()].join(', ')));
    return 0;
  }
  const refuse = (message: string): number => {
    io.stderr.write(`tillside-gs1: ${message} ${texts.seeHelp}\n`);
    return 2;
  };
  if (read.action === 'refuse') return refuse(read.message);
  let command: LineCommand;
  try {
    command = commandOf(read);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return refuse(texts.badValue(error.option, error.message));
  }
  try {
    await runLines(command, io);
    return 0;
  } catch (error) {
    io.stderr.write(`tillside-gs1: ${texts.broken(error instanceof Error ? error.message : String(error))}\n`);
    return 1;
  }
}

function commandOf({ command, options }: Extract<Arguments, { action: 'run' }>): LineCommand {
  if (command === 'parse') return parseCommand(options.get('--rcn') ?? [], options.get('--rcn-file') ?? []);
  return linkCommand(options.get('--domain')?.at(-1));
}

/** Chunk by chunk, so that a million lines take no more memory than a few; ends early and quietly when nobody reads any more. */
async function runLines(command: LineCommand, io: Gs1Io): Promise<void> {
  const output = new Output(io.stdout);
  const splitter = new LineSplitter();
  const write = (lines: readonly Line[]): Promise<void> =>
    output.write(lines.map((line) => `${JSON.stringify(answer(command, line))}\n`).join(''));
  for await (const chunk of io.stdin) {
    await write(splitter.push(chunk));
    if (output.closed) return;
  }
  await write(splitter.end());
}

function answer(command: LineCommand, line: Line): unknown {
  if ('text' in line) return command(line.text);
  if (line.refused === 'not-utf8') return writeRefusal(refusal('SCAN_NOT_UTF8', line.position));
  return writeRefusal(refusal('SCAN_TOO_LONG', MAX_SCAN_LENGTH));
}
