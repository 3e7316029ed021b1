/**
 * `tillside-model`: for who brings a model of their own. Needs no hub. Exit code 0: done, and a store would take it; 1: refused; 2: wrong arguments.
 */
import { parseArgs } from 'node:util';
import { MODEL_ERRORS, ModelError } from '@tillside/inference';
import { type Checked, checkPack, packBrought, writeExamples } from './brought.ts';
import { messageOf, TRAINING_ERRORS, TrainingError } from './errors.ts';

const WORDS = {
  en: {
    usage: `tillside-model examples --input SALES --out DIR [--items FILE] [--seed N]   arrays to train on, statistics, golden questions
tillside-model pack DIR [--agent-version X.Y.Z]               model.onnx, stats.bin and manifest.json to model.tillmodel
tillside-model check FILE [--agent-version X.Y.Z]             tries a pack as a store does`,
    examples: (rows: number, questions: number, features: number) =>
      `${rows} rows of ${features} features, for ${questions} questions.`,
    accepted: (model: string) => `${model}: a store would take it.`,
    golden: (count: number) => `${count} golden vectors agree`,
    times: (whole: string, bare: string) => `p99 ${whole} ms an answer, ${bare} ms of it in the model`,
    memory: (mebibytes: number) => `${mebibytes} MiB of memory at most`,
  },
  zh: {
    usage: `tillside-model examples --input 销售数据 --out 目录 [--items 商品文件] [--seed N]   导出训练样本、商品统计和黄金问题
tillside-model pack 目录 [--agent-version X.Y.Z]                 把 model.onnx、stats.bin、manifest.json 打包为 model.tillmodel
tillside-model check 文件 [--agent-version X.Y.Z]                像门店一样检验模型包`,
    examples: (rows: number, questions: number, features: number) =>
      `${questions} 个问题，共 ${rows} 行，每行 ${features} 个特征。`,
    accepted: (model: string) => `${model}：门店会接受。`,
    golden: (count: number) => `${count} 条黄金向量一致`,
    times: (whole: string, bare: string) => `每次回答 p99 ${whole} 毫秒，其中模型 ${bare} 毫秒`,
    memory: (mebibytes: number) => `内存最多 ${mebibytes} MiB`,
  },
} as const;

const isChinese = /^zh/iu.test(process.env.LC_ALL ?? process.env.LANG ?? '');
const words = WORDS[isChinese ? 'zh' : 'en'];

class UsageError extends Error {}

function described({ file, bytes, manifest, accepted }: Checked): string {
  const { measured } = accepted;
  const lines = [
    words.accepted(accepted.modelId),
    `${file}  ${bytes} B  sha256 ${accepted.sha256}`,
    manifest.onnx.operators.join(' '),
    words.golden(manifest.golden.vectors.length),
  ];
  if (measured !== undefined) {
    lines.push(words.times(measured.p99Ms.toFixed(2), measured.bareP99Ms.toFixed(2)));
    lines.push(words.memory(Math.ceil(measured.peakBytes / 1024 ** 2)));
  }
  return lines.join('\n  ');
}

function readArguments() {
  try {
    const text = { type: 'string' } as const;
    const options = { input: text, out: text, seed: text, items: text, 'agent-version': text };
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

async function run(): Promise<string> {
  const { values, positionals } = readArguments();
  const [command, path, ...more] = positionals;
  const agentVersion = values['agent-version'];
  if (agentVersion !== undefined && !/^\d+\.\d+\.\d+$/.test(agentVersion)) throw new UsageError(agentVersion);
  const { input, out, items } = values;
  const seed = Number(values.seed ?? '1');
  if (command === 'examples' && input !== undefined && out !== undefined && Number.isInteger(seed) && seed >= 0) {
    const { rows, questions, features } = await writeExamples({ input, out, seed, items });
    return words.examples(rows, questions, features);
  }
  if (path === undefined || more.length > 0) throw new UsageError(positionals.join(' '));
  if (command === 'check') return described(await checkPack(path, agentVersion));
  if (command === 'pack') return described(await packBrought(path, new Date().toISOString(), agentVersion));
  throw new UsageError(command);
}

try {
  process.stdout.write(`${await run()}\n`);
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1;
  process.stderr.write(`${error instanceof UsageError ? words.usage : explained(error)}\n`);
}

function explained(error: unknown): string {
  const locale = isChinese ? 'zh-CN' : 'en';
  if (error instanceof ModelError) {
    const { cause } = MODEL_ERRORS[error.code];
    return `${error.code}: ${error.message.replace(cause.en, cause[locale])}\n  ${error.hint[locale]}`;
  }
  if (error instanceof TrainingError)
    return `${error.code}: ${error.message}\n  ${TRAINING_ERRORS[error.code].hint[locale]}`;
  return `TRAINING_FAILED: ${messageOf(error)}`;
}
