import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { ProductWords } from './find.ts';
import type { WordsOrder, WordsReply } from './product-index.ts';

/** Tills go first, also where two cores have to do. */
const NICE = 10;
if (process.platform === 'linux') setPriority(NICE);

const products = new ProductWords();

parentPort?.on('message', (order: WordsOrder) => {
  const reply = (message: WordsReply): void => parentPort?.postMessage(message);
  switch (order.type) {
    case 'begin':
      return products.abandon();
    case 'items':
      return products.add(order.texts);
    case 'finish':
      products.finish();
      return reply({ type: 'ready', version: order.version });
    case 'find':
      return reply({ type: 'found', id: order.id, answer: products.find(order.question) });
    case 'groups':
      return reply({ type: 'groups', id: order.id, groups: products.groups() });
  }
});
