import { rmSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { TestShop } from '../../../lanes/testing/shop.ts';
import { systemRandom } from '../../../ports.ts';
import { PoslogConfig } from '../config.ts';
import { PoslogImport } from '../import.ts';
import { rulesOf, shopOf, terminalsOf } from '../shop.ts';
import { plainSale, retail, sale, tender, total, transaction } from './samples.ts';

/*
 * Imports a generated document into a real journal, and prints what it took as one line of JSON: memory stays flat whatever the length.
 *   node --conditions=@tillside/source --import tsx edge-agent/src/adapters/poslog/testing/cli.ts 100
 */
const MEBI = 1024 ** 2;
const LINES = 20;
const NS_A_MS = 1e6;

function* document(mebibytes: number): Generator<Buffer> {
  yield Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?>\n<POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/" xmlns:v="urn:vendor">\n',
  );
  const lines = Array.from({ length: LINES }, () => sale({ amount: '12.90' }));
  const long = retail([...lines, tender('258.00')], total('258.00'));
  let bytes = 0;
  for (let sequence = 1; bytes < mebibytes * MEBI; sequence += 1) {
    const one = Buffer.from(sequence % 2 === 0 ? plainSale({ sequence }) : transaction({ sequence }, long));
    bytes += one.length;
    yield one;
  }
  yield Buffer.from('</POSLog>');
}

async function* chunks(mebibytes: number): AsyncGenerator<Uint8Array> {
  yield* document(mebibytes);
}

const shop = new TestShop();

const config = PoslogConfig.parse({});
const importer = new PoslogImport({
  journal: shop.journal,
  reported: shop.reported,
  clock: { now: () => Date.now() },
  random: systemRandom,
  rules: rulesOf(config, { storeId: 'store-test', zone: 'Asia/Shanghai' }),
  shop: shopOf(shop.journal, shop.items),
  finder: () => ({ know: () => false, prepare: async () => ({ isChecked: false, isUnanswered: false }) }),
  terminalOf: terminalsOf(config, { list: () => [] }),
  counted: () => {},
});
let peakHeap = 0;
const watch = setInterval(() => {
  peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed);
}, 100);
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const mebibytes = Number(process.argv[2] ?? 100);
const began = performance.now();
const result = await importer.take(chunks(mebibytes), 'stream-check');
const seconds = (performance.now() - began) / 1000;
clearInterval(watch);
console.log(
  JSON.stringify({
    mebibytes,
    seconds: Math.round(seconds),
    transactions: result.transactions,
    accepted: result.accepted,
    peakRssMebibytes: Math.round(process.resourceUsage().maxRSS / 1024),
    peakHeapMebibytes: Math.round(peakHeap / MEBI),
    loopDelayP99Ms: Math.round(delay.percentile(99) / NS_A_MS),
    loopDelayMaxMs: Math.round(delay.max / NS_A_MS),
  }),
);
shop.close();
rmSync(shop.dir, { recursive: true, force: true });
