import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { callAgent } from '@tillside/agent-contract';
import type { Command } from 'commander';
import { type AgentConfig, loadConfig } from '../../config.ts';
import { AgentError } from '../../errors.ts';
import type { Io } from '../io.ts';
import { askAgent, runningAgent } from '../operator.ts';
import { table } from '../table.ts';
import { runFleet, type Served } from './fleet.ts';
import { readReplay, replayPath } from './replay.ts';
import { type Fleet, SimulatedPos } from './simulated-pos.ts';
import { Times } from './times.ts';

const MAX_TERMINALS = 500;
const MAX_COUNT = 1_000_000;
const PROGRESS_MS = 2_000;

interface Options {
  config: string;
  terminals: string;
  replay: string | true;
  count?: string;
  rate?: string;
  credentials?: string;
  training?: boolean;
  json?: boolean;
}

/** `tillside-agent simulate pos`: a shop floor of POS terminals, for integrators who try an agent, a network or a machine before the tills are there. */
export function addSimulatePos(simulate: Command, io: Io, exit: (code: number) => void): void {
  const say = (zh: string, en: string): string => (io.locale === 'en' ? en : zh);
  simulate
    .command('pos')
    .description(
      say(
        '模拟一批收银机：重放购物篮，最后逐台对账（销售会计入本店）',
        'be many POS terminals: replay baskets and reconcile each at the end (the sales count in this store)',
      ),
    )
    .requiredOption('-c, --config <file>', say('配置文件，YAML 或 JSON', 'config file, YAML or JSON'))
    .option('--terminals <n>', say('收银机台数', 'how many terminals'), '5')
    .option(
      '--replay [file]',
      say(
        '要重放的购物篮，每行一个 JSON；缺省为配置文件旁的 replay.jsonl',
        'baskets to replay, a JSON line each; by default replay.jsonl beside the config',
      ),
      true,
    )
    .option('--count <n>', say('购物篮个数；缺省为整个文件一遍', 'how many baskets; by default the file once'))
    .option(
      '--rate <n>',
      say('每秒到来的购物篮；缺省为尽快', 'baskets that come a second; by default as fast as it goes'),
    )
    .option(
      '--credentials <file>',
      say(
        '已配对收银机的凭证，每行一个；缺省为临时配对',
        'credentials of paired terminals, one a line; by default they are paired for the run',
      ),
    )
    .option('--training', say('培训模式：什么都不计', 'in training: nothing is counted'))
    .option('--json', say('以 JSON 输出结果', 'print the result as JSON'))
    .action(async (options: Options) => exit(await simulatePos(options, io)));
}

/** The exit code: 0 when every terminal's totals agree with the agent's to the fen, else 1. */
async function simulatePos(options: Options, io: Io): Promise<number> {
  const config = loadConfig(options.config);
  const baskets = await readReplay(replayPath(options.replay, options.config));
  const count = options.count === undefined ? baskets.length : wholeOf(options.count, '--count', MAX_COUNT);
  const rate = options.rate === undefined ? undefined : rateOf(options.rate);
  const fleet: Fleet = { times: new Times(), refused: new Map() };
  const training = options.training === true;
  const terminals = await terminalsFor(options, config, io);
  try {
    const tills = terminals.credentials.map((credential, place) => {
      const name = `sim-${place + 1}`;
      return new SimulatedPos({ name, url: terminals.url, credential, runId: terminals.runId, fleet });
    });
    for (const till of tills) await till.start(training);
    const served = await runFleet({
      tills,
      baskets,
      count,
      rate,
      signal: io.signal,
      onServed: progressOf(count, fleet, io),
    });
    const differences = (await Promise.all(tills.map((till) => till.close(training)))).flat();
    report({ served, differences, terminals: tills.length, fleet, json: options.json === true }, io);
    return differences.length === 0 ? 0 : 1;
  } finally {
    for (const deviceId of terminals.paired)
      await askAgent(config, io, 'revoke', { params: { deviceId } }).catch(() => undefined);
  }
}

interface Terminals {
  readonly url: string;
  readonly credentials: readonly string[];
  /** Paired for this run alone, and revoked after it. */
  readonly paired: readonly string[];
  readonly runId: string;
}

async function terminalsFor(options: Options, config: AgentConfig, io: Io): Promise<Terminals> {
  const url = runningAgent(config)?.url;
  if (url === undefined) throw new AgentError('AGENT_AWAY');
  const runId = `sim-${randomBytes(4).toString('hex')}`;
  if (options.credentials !== undefined) return { url, credentials: readLines(options.credentials), paired: [], runId };
  const credentials: string[] = [];
  const paired: string[] = [];
  for (let place = 1; place <= wholeOf(options.terminals, '--terminals', MAX_TERMINALS); place++) {
    const body = { kind: 'terminal' as const, name: `${runId}-${place}`, lane: `${runId}-${place}` };
    const { code } = await askAgent(config, io, 'createPairingCode', { body });
    const answer = await callAgent({ url, locale: io.locale }, 'pair', { body: { code, kind: 'terminal' } });
    credentials.push(answer.credential);
    paired.push(answer.deviceId);
  }
  return { url, credentials, paired, runId };
}

function readLines(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new AgentError('FILE_UNREADABLE', { detail: (error as Error).message });
  }
  const lines = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  if (lines.length === 0 || lines.length > MAX_TERMINALS) throw usage(`--credentials: 1 … ${MAX_TERMINALS}`);
  return lines;
}

/** Says how far it is, now and then. */
function progressOf(count: number, fleet: Fleet, io: Io): (served: Served) => void {
  let toldMs = performance.now();
  return (served) => {
    if (performance.now() - toldMs < PROGRESS_MS && served.baskets < count) return;
    toldMs = performance.now();
    const decision = fleet.times.rows().find(({ what }) => what === 'getDecision');
    const ms = decision === undefined ? '' : `p50 ${decision.p50Ms.toFixed(1)} ms, p99 ${decision.p99Ms.toFixed(1)} ms`;
    const perSecond = (served.sales / served.seconds).toFixed(1);
    io.err(
      io.locale === 'en'
        ? `${served.baskets} of ${count} baskets, ${perSecond} sales a second, decision ${ms}`
        : `${served.baskets}/${count} 个购物篮，每秒 ${perSecond} 笔，决策 ${ms}`,
    );
  };
}

function report(
  of: { served: Served; differences: readonly string[]; terminals: number; fleet: Fleet; json: boolean },
  io: Io,
): void {
  const { served, differences, terminals, fleet } = of;
  const say = (zh: string, en: string): string => (io.locale === 'en' ? en : zh);
  const salesPerSecond = served.seconds === 0 ? 0 : served.sales / served.seconds;
  const calls = fleet.times.rows();
  if (of.json) {
    const refused = Object.fromEntries(fleet.refused);
    io.out(JSON.stringify({ terminals, ...served, salesPerSecond, calls, refused, differences }));
    return;
  }
  const ms = (value: number): string => value.toFixed(1);
  const rows = calls.map(({ what, count, p50Ms, p99Ms, maxMs }) => [
    what,
    String(count),
    ms(p50Ms),
    ms(p99Ms),
    ms(maxMs),
  ]);
  for (const line of table([[say('调用', 'call'), say('次数', 'count'), 'p50 ms', 'p99 ms', 'max ms'], ...rows]))
    io.out(line);
  const [seconds, perSecond] = [served.seconds.toFixed(1), salesPerSecond.toFixed(1)];
  io.out(
    say(
      `${terminals} 台收银机，${served.baskets} 个购物篮，${served.sales} 笔销售，${seconds} 秒，每秒 ${perSecond} 笔`,
      `${terminals} terminals, ${served.baskets} baskets, ${served.sales} sales in ${seconds} s, ${perSecond} a second`,
    ),
  );
  for (const [code, times] of fleet.refused)
    io.out(say(`  被拒绝：${code} ${times} 次`, `  refused: ${code}, ${times} times`));
  if (differences.length === 0)
    io.out(say('每台的日结都与代理一致。', "Every terminal's day agrees with the agent's."));
  else io.out(say('日结有差异（收银机 / 代理）：', 'The days differ (terminal / agent):'));
  for (const difference of differences) io.out(`  ${difference}`);
}

function wholeOf(text: string, option: string, most: number): number {
  const value = Number(text);
  if (/^\d{1,7}$/.test(text) && value >= 1 && value <= most) return value;
  throw usage(`${option} 1 … ${most}`);
}

function rateOf(text: string): number {
  const value = Number(text);
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text) && value > 0) return value;
  throw usage('--rate 0.001 … 9999');
}

const usage = (detail: string): AgentError => new AgentError('USAGE', { detail });
