import { type Language, languageOf, textsIn } from './texts.ts';

const COMMANDS = ['parse', 'digital-link'] as const;
export type Command = (typeof COMMANDS)[number];

const VALUE_OPTIONS = ['--rcn', '--rcn-file', '--domain', '--lang'] as const;
type ValueOption = (typeof VALUE_OPTIONS)[number];

/** Options that make sense with each command. */
const OPTIONS: Readonly<Record<Command, readonly ValueOption[]>> = {
  parse: ['--rcn', '--rcn-file', '--lang'],
  'digital-link': ['--domain', '--lang'],
};

export type Arguments =
  | { readonly action: 'help'; readonly language: Language }
  | { readonly action: 'refuse'; readonly language: Language; readonly message: string }
  | {
      readonly action: 'run';
      readonly language: Language;
      readonly command: Command;
      readonly options: ReadonlyMap<ValueOption, readonly string[]>;
    };

/** Reads the command line; a wrong one is refused with a message that names what is wrong. `--name value` and `--name=value`. */
export function readArguments(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Arguments {
  const asked = languageAsked(args);
  const language = asked ?? languageOf(environment);
  const texts = textsIn(language);
  const refuse = (message: string): Arguments => ({ action: 'refuse', language, message });
  if (args.some((arg) => arg === '--help' || arg === '-h')) return { action: 'help', language };
  const words: string[] = [];
  const options = new Map<ValueOption, string[]>();
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg);
      continue;
    }
    const [, name = arg, inline] = /^(--[^=]+)=(.*)$/s.exec(arg) ?? [];
    const option = VALUE_OPTIONS.find((known) => known === name);
    if (!option) return refuse(texts.unknownOption(name));
    if (inline === undefined) index += 1;
    const value = inline ?? args[index];
    if (value === undefined || value === '') return refuse(texts.noValue(name));
    options.set(option, [...(options.get(option) ?? []), value]);
  }
  if (options.has('--lang') && asked === undefined) return refuse(texts.badValue('--lang', 'en, zh'));
  const [word, ...more] = words;
  if (word === undefined) return refuse(texts.noCommand);
  const command = COMMANDS.find((known) => known === word);
  if (!command) return refuse(texts.unknownCommand(word));
  const stray = [...options.keys()].find((option) => !OPTIONS[command].includes(option));
  if (stray) return refuse(texts.unknownOption(stray));
  if (more[0] !== undefined) return refuse(texts.extra(more[0]));
  return { action: 'run', language, command, options };
}

/** The last `--lang`, read before all else so that refusals speak it. */
function languageAsked(args: readonly string[]): Language | undefined {
  const values = args.flatMap((arg, index) => {
    if (arg === '--lang') return [args[index + 1]];
    return arg.startsWith('--lang=') ? [arg.slice('--lang='.length)] : [];
  });
  const last = values.at(-1);
  return last === 'en' || last === 'zh' ? last : undefined;
}
