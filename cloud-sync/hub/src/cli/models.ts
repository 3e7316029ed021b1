import { readFile, stat } from 'node:fs/promises';
import { COMPARED, type Model, type ModelComparison, rulesCsv, type TrainingJob } from '@tillside/hub-contract';
import { MAX_TARGET_BYTES } from '@tillside/protocol';
import type { Command } from 'commander';
import { HubFault } from '../fault.ts';
import type { HubClient } from './client.ts';
import { NONE, storeIds, storeRows } from './commands.ts';
import { MODEL_WORDS } from './model-words.ts';
import { language, type Output, table } from './output.ts';

const POLL_MS = 500;
/** Rules that are shown on a screen; all are in the CSV. */
const RULES_SHOWN = 30;

const words = () => MODEL_WORDS[language()];
const share = (value: number | undefined): string => (value === undefined ? NONE : `${(value * 100).toFixed(2)} %`);
const day = (instant: string): string => instant.slice(0, 10);

/** Follows a job to its end; what failed is thrown. */
async function follow(client: HubClient, output: Output, started: TrainingJob): Promise<TrainingJob> {
  let job = started;
  output.out(words().begun(job.sales, job.id));
  while (job.endedAt === null) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const next = await client('trainingJob', { params: { id: job.id } });
    if (next.stage !== job.stage) output.err(`${Math.round(next.progress * 100)}% ${next.stage}`);
    job = next;
  }
  if (job.error !== null)
    throw new HubFault('HUB_TRAINING_FAILED', [job.error.message, ...job.output.slice(-5)].join('\n'));
  return job;
}

/** Ways to recommend beside each other, asked the same questions. */
function comparisonText(comparison: ModelComparison): string {
  const { cases, first, questions, from, to, gain, interval, running } = comparison;
  const said = words();
  const rows = COMPARED.flatMap((name) => {
    const found = cases[name];
    if (found === undefined) return [];
    const figures = [found.recall, found.hitRate, found.repeatRecall, found.exploreRecall].map(share);
    return [[said.cases[name], ...figures]];
  });
  const lines = [said.asked(questions, day(from), day(to), first), table(said.heads, rows)];
  if (running === null) lines.push(said.noRunning);
  else if (gain !== null && interval !== null)
    lines.push(said.gain(running, share(gain), share(interval.low), share(interval.high)));
  return lines.join('\n');
}

function tell(output: Output, { comparison, promotion, modelId }: TrainingJob): void {
  if (comparison !== null) output.out(comparisonText(comparison));
  if (promotion !== null) output.out(words().promotion[promotion.reason]);
  if (modelId !== null) output.out(words().model(modelId));
}

/** The numbers a model has of its own training: recall of it and of the best rule. */
function metricsText({ metrics }: Model): string {
  const name = Object.keys(metrics).find((each) => /^recallAt\d+$/u.test(each));
  if (name === undefined) {
    const own = Object.entries(metrics).map(([key, value]) => `${key}=${Number(value.toFixed(4))}`);
    return own.join(' ') || NONE;
  }
  const suffix = name.charAt(0).toUpperCase() + name.slice(1);
  const rules = Object.keys(metrics).filter((each) => each.endsWith(suffix));
  const best = Math.max(0, ...rules.map((each) => metrics[each] ?? 0));
  return words().recall(name.replace('recallAt', ''), share(metrics[name]), share(best));
}

function howPushed({ notes }: Model): string {
  if (notes?.cause === 'brought') return words().brought;
  return notes?.promotion ? words().promotion[notes.promotion.reason] : NONE;
}

async function list(client: HubClient, output: Output): Promise<void> {
  const { models } = await client('models');
  const said = words();
  const rows = models.map((model) => [
    model.promoted ? '*' : '',
    model.id,
    model.createdAt,
    model.stores.map(({ store, state }) => `${store}:${said.states[state]}`).join(' ') || NONE,
    metricsText(model),
    howPushed(model),
  ]);
  output.out(table(said.list, rows));
  output.out(said.listNote);
}

/** The model to evaluate where none is named: the newest that is not promoted. */
async function newestCandidate(client: HubClient): Promise<string> {
  const { models } = await client('models');
  const found = models.find(({ promoted }) => !promoted) ?? models[0];
  if (found === undefined) throw new HubFault('HUB_MODEL_UNKNOWN');
  return found.id;
}

async function rules(client: HubClient, output: Output, csv: boolean): Promise<void> {
  const answer = await client('associationRules');
  if (csv) return output.out(rulesCsv(answer, language()).trimEnd());
  const said = words();
  if (answer.model === null) return output.out(said.noRules);
  const names = new Map(answer.items.map(({ sku, name }) => [sku, name?.[language()] ?? sku]));
  const named = (sku: string): string => names.get(sku) ?? sku;
  const rows = answer.rules
    .slice(0, RULES_SHOWN)
    .map(({ antecedent, consequent, baskets, support, confidence, lift }) => [
      named(antecedent),
      named(consequent),
      String(baskets),
      share(support),
      share(confidence),
      lift.toFixed(2),
    ]);
  output.out(said.rulesOf(answer.model, answer.baskets, answer.rules.length));
  output.out(table(said.rules, rows));
}

/** A larger one no store would take; it is not even sent. */
async function add(client: HubClient, output: Output, file: string): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => null,
  );
  if (size === null) throw new HubFault('HUB_MODEL_UNREADABLE', file);
  if (size > MAX_TARGET_BYTES.model) throw new HubFault('HUB_BODY_TOO_LARGE', `${size} > ${MAX_TARGET_BYTES.model} B`);
  const { id, isNew } = await client('addModel', { body: await readFile(file) });
  output.out(isNew ? words().added(id) : words().known(id));
}

interface Wish {
  readonly seed: string;
  readonly stores?: string;
}

export function addModels(
  program: Command,
  {
    output,
    withHub,
  }: { readonly output: Output; readonly withHub: (work: (client: HubClient) => Promise<void>) => Promise<void> },
): void {
  const model = program.command('model').description('recommendation models');
  const stores = ['--stores <ids>', 'comma-separated store ids (default: all)'] as const;
  model
    .command('train')
    .description('train a model on the sales held here, and hold it against the promoted one')
    .option('--seed <n>', 'seed of everything random', '1')
    .option(...stores)
    .action(({ seed, stores: wanted }: Wish) =>
      withHub(async (client) => {
        const body = { seed: Number(seed), stores: storeIds(wanted) };
        tell(output, await follow(client, output, await client('trainModel', { body })));
      }),
    );
  model
    .command('evaluate [id]')
    .description('hold a model (default: the newest) against the promoted one on baskets that neither learnt from')
    .option(...stores)
    .action((id: string | undefined, { stores: wanted }: Partial<Wish>) =>
      withHub(async (client) => {
        const params = { id: id ?? (await newestCandidate(client)) };
        const started = await client('evaluateModel', { params, body: { stores: storeIds(wanted) } });
        tell(output, await follow(client, output, started));
      }),
    );
  model
    .command('add <file>')
    .description('check a .tillmodel that was made elsewhere as a store would, and register it; docs/models.md')
    .action((file: string) => withHub((client) => add(client, output, file)));
  model
    .command('list')
    .description('models with their metrics, trained here or brought')
    .action(() => withHub((client) => list(client, output)));
  model
    .command('push <id>')
    .description('sign and publish a model: to some stores first, then to all')
    .option(...stores)
    .action((id: string, { stores: wanted }: Partial<Wish>) =>
      withHub(async (client) => {
        const pushed = await client('pushModel', { params: { id }, body: { stores: storeIds(wanted) } });
        output.out(storeRows(pushed.stores));
      }),
    );
  model
    .command('rollback')
    .description('give stores the model again that they had before, as a new version')
    .option(...stores)
    .action(({ stores: wanted }: Partial<Wish>) =>
      withHub(async (client) => {
        const back = await client('rollBackModel', { body: { stores: storeIds(wanted) } });
        for (const { store, model: id } of back.stores) output.out(words().back(store, id));
        output.out(storeRows(back.stores));
      }),
    );
  model
    .command('rules')
    .description('what is bought together: association rules of the newest training')
    .option('--csv', 'all of them, as CSV')
    .action(({ csv = false }: { csv?: boolean }) => withHub((client) => rules(client, output, csv)));
}
