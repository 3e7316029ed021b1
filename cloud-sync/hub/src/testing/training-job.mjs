/**
 * Speaks the training job's contract without training: counts the sales of the export, leaves a pack, a card, rules and a comparison in which the candidate is better and a
 * hundred questions were asked a sale. `--check` takes every pack that does not call itself broken. `--seed 13` gives up, `--seed 99` never ends. Plain JavaScript, for it is started often.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const text = /** @type {const} */ ({ type: 'string' });
const options = {
  input: text,
  out: text,
  seed: text,
  stores: text,
  running: text,
  evaluate: text,
  check: text,
  merged: text,
  items: text,
};
const {
  input = '',
  out = '',
  seed = '',
  stores,
  running,
  evaluate,
  check,
  merged,
  items,
} = parseArgs({ options }).values;
/** @param {object} line */
const print = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
/** @param {string} name @param {string} content */
const leave = (name, content) => writeFileSync(join(out, name), content);

if (check !== undefined) {
  const [id, state] = readFileSync(check, 'utf8').split(' ');
  const words = {
    cause: { 'zh-CN': '坏了。', en: 'It is damaged.' },
    hint: { 'zh-CN': '重做。', en: 'Make it anew.' },
  };
  const error = { code: 'MODEL_HASH_MISMATCH', message: 'It is damaged. onnx', hint: words.hint.en, words };
  if (state === 'broken') print({ error });
  else leave('manifest.json', JSON.stringify({ modelId: id, metrics: { hitRateAt10: 0.5 } }));
  process.exit(state === 'broken' ? 1 : 0);
}

/** @type {{ files: { path: string, rows: number }[] }} */
const { files } = JSON.parse(readFileSync(join(input, '_manifest.json'), 'utf8'));
const sales = files.reduce((sum, { path, rows }) => sum + (path.startsWith('table=sale_completed/') ? rows : 0), 0);
print({ progress: 0.5, step: 'fit' });
const told = merged === undefined ? '' : `, merged: ${readFileSync(merged, 'utf8').trim()}`;
if (items !== undefined) process.stderr.write(`items: ${readFileSync(items, 'utf8')}`);
process.stderr.write(`a line of text${stores === undefined ? '' : ` for ${stores}`}${told}\n`);
/** @param {string} pack */
const idOf = (pack) => readFileSync(pack, 'utf8').split(' ')[0] ?? '';
/** @param {number} recall */
const numbers = (recall) => ({ recall, hitRate: recall, repeatRecall: recall, exploreRecall: recall });
const comparison = () => ({
  questions: sales * 100,
  first: 5,
  from: '2024-03-02T01:00:00Z',
  to: '2024-03-02T02:00:00Z',
  cases: {
    candidate: numbers(0.25),
    ...(running === undefined ? {} : { running: numbers(0.2) }),
    popularity: numbers(0.1),
  },
  running: running === undefined ? null : idOf(running),
  gain: running === undefined ? null : 0.25,
  interval: running === undefined ? null : { low: 0.01, high: 0.09 },
});

if (seed === '99') setInterval(() => undefined, 1000);
else if (seed === '13') {
  print({ error: { code: 'TRAINING_TOO_FEW', message: 'Too few baskets.', hint: 'Wait for more.' } });
  process.exitCode = 1;
} else {
  leave('comparison.json', JSON.stringify(comparison()));
  if (evaluate === undefined) {
    const modelId = `m-${seed}-${sales}`;
    leave('manifest.json', JSON.stringify({ modelId, metrics: { sales, hitRate: { model: 0.25 } } }));
    leave('model.tillmodel', `${modelId} is a pack of ${sales} sales`);
    leave('card.md', '# 模型卡\n<!-- en -->\n# Model card\n');
    const rule = { antecedent: '1001', consequent: '1002', baskets: 2, support: 0.5, confidence: 1, lift: 1.5 };
    const items = ['1001', '1002'].map((sku) => ({ sku, department: 'grocery', category: 'milk' }));
    leave('rules.json', JSON.stringify({ baskets: sales, items, rules: [rule] }));
  }
}
