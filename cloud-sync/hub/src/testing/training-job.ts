/** Speaks the training job's contract without training: counts sales, leaves a pack. `--seed 13` gives up, `--seed 99` never ends. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { input: text, out: text, seed: text } });
const { input = '', out = '', seed = '' } = values;
const print = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

const sales = readFileSync(input, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { payableFen: number });
print({ progress: 0.5, step: 'fit' });
process.stderr.write('a line of text\n');
if (seed === '99') setInterval(() => undefined, 1000);
else if (seed === '13') {
  print({ error: { code: 'TRAINING_TOO_FEW', message: 'Too few baskets.', hint: 'Wait for more.' } });
  process.exitCode = 1;
} else {
  const total = sales.reduce((sum, { payableFen }) => sum + payableFen, 0);
  const manifest = { modelId: `m-${seed}`, metrics: { sales: sales.length, hitRate: { model: 0.25 } } };
  writeFileSync(join(out, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(out, 'model.tillmodel'), `pack of ${sales.length} sales, ${total} fen`);
}
