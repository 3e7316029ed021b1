import type { AnyDeviceDefinition, Connection } from '@tillside/devices';
import {
  isNobodyThere,
  runSteps,
  ScriptError,
  ScriptReader,
  type Simulator,
  type SimulatorVerb,
  type Step,
} from '@tillside/devices/simulators';
import { stringify } from 'yaml';
import type { Io } from './io.ts';

/** A simulator that is ready to start. */
export interface Made {
  readonly simulator: Simulator;
  readonly verbs: Readonly<Record<string, SimulatorVerb>>;
  /** What a device config needs; valid after the start. */
  config(): { connection: Connection; options?: Readonly<Record<string, unknown>> };
}

/** What stands at a lane, and not in the back room. */
const LANE_FAMILIES: ReadonlySet<string> = new Set(['scanner', 'scale', 'printer']);

/** Says where it is and what a device config needs to reach it. */
export function introduce(definition: AnyDeviceDefinition, made: Made, seed: number, io: Io): void {
  const { connection, options = {} } = made.config();
  const name = io.locale === 'en' ? definition.name.en : definition.name.zh;
  io.out(`${name} (${definition.model}): ${whereOf(connection)}, seed ${seed}`);
  const lane = LANE_FAMILIES.has(definition.family) ? { lane: '1' } : {};
  const device = {
    id: `${definition.family}-1`,
    model: definition.model,
    ...lane,
    connection,
    ...(Object.keys(options).length > 0 ? { options } : {}),
  };
  io.out(io.locale === 'en' ? 'In the config of the agent:' : '代理配置中写：');
  io.out(stringify({ devices: [device] }).trimEnd());
  io.err(io.locale === 'en' ? '"help" lists what it can do.' : '输入 help 查看可用命令。');
}

function whereOf(connection: Connection): string {
  if (connection.kind === 'serial') return connection.path;
  if (connection.kind === 'tcp') return `tcp ${connection.host}:${connection.port}`;
  if (connection.kind === 'http') return connection.url;
  return connection.kind === 'http-listen' ? `-> http://${connection.host}:${connection.port}/` : connection.kind;
}

/** Runs a script that was read; false when a line of it failed, and all stops then. */
export async function runScript(
  steps: readonly Step[],
  verbs: Made['verbs'],
  file: string | undefined,
  stopped: AbortController,
  io: Io,
): Promise<boolean> {
  try {
    await run(steps, verbs, stopped.signal, io);
    return true;
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    io.err(problemOf(error, file, io));
    stopped.abort();
    return false;
  }
}

/** Verbs from standard input until it ends or everything stops; what is wrong is said and the next line heard. */
export async function listen(verbs: Made['verbs'], stopped: AbortController, io: Io): Promise<void> {
  const reader = new ScriptReader(verbs);
  const lines = io.lines()[Symbol.asyncIterator]();
  const stop = new Promise<undefined>((resolve) => {
    if (stopped.signal.aborted) resolve(undefined);
    stopped.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  for (;;) {
    const next = await Promise.race([lines.next(), stop]);
    if (next === undefined || next.done === true) return;
    const typed = next.value.trim();
    if (typed === 'help' && reader.depth === 0) help(verbs, io);
    else if (typed === 'quit' || typed === 'exit') stopped.abort();
    else await obey(typed, reader, verbs, stopped.signal, io);
  }
}

async function obey(
  typed: string,
  reader: ScriptReader,
  verbs: Made['verbs'],
  signal: AbortSignal,
  io: Io,
): Promise<void> {
  try {
    const step = reader.push(typed);
    if (step) await run([step], verbs, signal, io);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    io.err(problemOf(error, undefined, io));
  }
}

function run(steps: readonly Step[], verbs: Made['verbs'], signal: AbortSignal, io: Io): Promise<void> {
  const away = io.locale === 'en' ? 'nobody listens at the other end; not sent' : '对端没有连接，未发送';
  return runSteps(steps, {
    verbs,
    signal,
    isHarmless: (error) => isNobodyThere(error),
    onSkipped: (line) => io.err(`${line}: ${away}`),
  });
}

function help(verbs: Made['verbs'], io: Io): void {
  const rows: (readonly [string, string])[] = Object.entries(verbs).map(([name, verb]) => [
    `${name} ${verb.usage}`.trim(),
    io.locale === 'en' ? verb.help.en : verb.help.zh,
  ]);
  if (io.locale === 'en')
    rows.push(['repeat N … end', 'N times'], ['loop … end', 'for ever'], ['quit', 'end; so does Ctrl-C']);
  else rows.push(['repeat N … end', '重复 N 次'], ['loop … end', '一直重复'], ['quit', '结束；Ctrl-C 也可以']);
  const width = Math.max(...rows.map(([left]) => left.length));
  for (const [left, right] of rows) io.out(`  ${left.padEnd(width)}  ${right}`);
}

const problemOf = (error: ScriptError, file: string | undefined, io: Io): string => {
  const { words, hint } = error;
  const at = file === undefined ? '' : `${file}:${error.line}: `;
  return io.locale === 'en' ? `${at}${words.en}\n  ${hint.en}` : `${at}${words.zh}\n  ${hint.zh}`;
};
