import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentEvents, type BasketView, CallError, type StreamEvent } from '@tillside/agent-contract';
import { checkDigit } from '@tillside/devices';
import { Mettler8217Simulator, PtyLine, ScannerSimulator } from '@tillside/devices/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importItems } from '../prices/import.ts';
import { type Caller, type Rig, startRig } from '../testing.ts';

/** A till that does what a POS does: it hears its lane's scans and puts each into the basket; nobody types anything. */

type Scan = Extract<StreamEvent, { type: 'scan' }>;

const NOW = Date.parse('2026-11-22T02:00:00Z');
const FNC1 = '\x1d';
const plu = (body: string): string => `${body}${checkDigit(body)}`;
const ITEMS = `sku,gtin,nameZh,nameEn,sizeZh,sizeEn,department,category,type,soldBy,priceFen,vatBasisPoints,shelf,pictogram
milk,6901234567892,鲜牛奶,Milk,1 升,1 L,dairy,milk,whole,each,1290,900,A1,dairy
tea,96385074,绿茶,Green tea,500 毫升,500 ml,drinks,tea,green,each,500,1300,D1,drinks
fish,${plu('210003300000')},鲈鱼,Sea bass,散装,loose,fresh,fish,bass,weight,4580,900,F1,fish
apple,${plu('200001100000')},苹果,Apples,散装,loose,produce,fruit,apple,weight,1580,900,C1,produce
`;

let dir: string;
let rig: Rig;
let till: Caller;
let scanner: ScannerSimulator;
let scannerLine: PtyLine;
let scale: Mettler8217Simulator;
let basket: BasketView;
const scans: Scan[] = [];
const refusals: { code: string; detail: string }[] = [];
const listening = new AbortController();
let answered = 0;

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const state = (id: string) => rig.agent.app.status('en').devices.find(({ deviceId }) => deviceId === id)?.state;

/** The POS's whole logic. */
async function take(scan: Scan): Promise<void> {
  scans.push(scan);
  const params = { basketId: basket.basketId };
  try {
    basket = await till.call('addLine', {
      params,
      body: { scan: scan.data, weigh: true },
      key: `scan-${scans.length}`,
    });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    refusals.push({ code: error.code, detail: error.message });
  }
  answered += 1;
}
async function scanned(code: string, aim = ''): Promise<void> {
  const before = answered;
  await scanner.scan(code, { aim });
  await until(() => (answered > before ? true : undefined));
}
const skus = (): string[] => basket.lines.map(({ sku }) => sku);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-basket-'));
  scannerLine = new PtyLine({ path: join(dir, 'scanner') });
  const scaleLine = new PtyLine({ path: join(dir, 'scale'), settings: { dataBits: 7, parity: 'even' } });
  scanner = new ScannerSimulator(scannerLine);
  scale = new Mettler8217Simulator(scaleLine);
  await scanner.start();
  await scale.start();
  rig = await startRig(
    {
      devices: [
        { id: 'scanner-1', model: 'scanner/serial-generic', lane: '1', connection: scannerLine.connection },
        { id: 'scale-1', model: 'scale/mettler-8217', lane: '1', connection: scaleLine.connection },
      ],
      inStoreCodes: ['CN-13-amount'],
    },
    { now: () => NOW },
  );
  importItems(rig.agent.app.journal, rig.agent.app.clock, ITEMS);
  till = await rig.pair('terminal', '1');
  basket = await till.call('openBasket', { body: { cashierId: 'c' }, key: 'open' });
  void (async () => {
    const stream = agentEvents({ url: rig.agent.url, credential: till.credential }, listening.signal);
    try {
      for await (const { event } of stream) if (event.type === 'scan') await take(event);
    } catch (error) {
      if (!listening.signal.aborted) throw error;
    }
  })();
  await until(() => (rig.agent.app.stream.clientCount === 1 && state('scanner-1') === 'online' ? true : undefined));
});
afterAll(async () => {
  listening.abort();
  await rig.stop();
  await scanner.stop();
  await scale.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('a basket, built by a scanner alone', { timeout: 60_000 }, () => {
  it('takes an EAN-13, and a GS1 DataMatrix with its lot', async () => {
    await scanned('6901234567892', ']E0');
    await scanned(`010690123456789217261130${'10L-2611'}${FNC1}21S1`, ']d2');
    expect(skus()).toEqual(['milk', 'milk']);
    expect(basket.lines[1]).toMatchObject({ lotId: 'L-2611' });
    expect(scans[1]).toMatchObject({ kind: 'gs1', gtin: '06901234567892' });
    expect(scans[1]?.ais?.map(({ ai, value }) => `${ai}=${value}`)).toEqual([
      '01=06901234567892',
      '17=261130',
      '10=L-2611',
      '21=S1',
    ]);
  });

  it('refuses the expired lot, the same pack again and a code that breaks its rules, and stays as it was', async () => {
    await scanned(`010690123456789217261121${'10L-2610'}`, ']d2');
    await scanned(`010690123456789217261130${'10L-2611'}${FNC1}21S1`, ']d2');
    await scanned('010690123456789317261130', ']d2');
    expect(refusals.map(({ code }) => code)).toEqual(['ITEM_EXPIRED', 'SERIAL_TWICE', 'CODE_INVALID']);
    expect(scans.at(-1)).toMatchObject({ kind: 'invalid', problem: { position: 15 } });
    expect(skus()).toEqual(['milk', 'milk']);
  });

  it('goes on when the scanner was pulled out and put back, with no scan lost or doubled', async () => {
    const before = scans.length;
    await scannerLine.stop();
    await until(() => (state('scanner-1') === 'offline' ? true : undefined));
    await scannerLine.start(() => {});
    await until(() => (state('scanner-1') === 'online' ? true : undefined));
    await scanned('96385074', ']E4');
    expect(scans.length).toBe(before + 1);
    expect(skus()).toEqual(['milk', 'milk', 'tea']);
  });

  it("charges an in-store code what its label says, and a loose item by the lane's scale", async () => {
    await scanned(plu('210003302290'), ']E0');
    expect(basket.lines.at(-1)).toMatchObject({ sku: 'fish', weightGrams: 500, payableFen: 2290 });
    scale.setWeight(1255);
    await scanned(plu('200001100000'), ']E0');
    expect(basket.lines.at(-1)).toMatchObject({ sku: 'apple', weightGrams: 1255, payableFen: 1983 });
  });

  it('weighs once for a key: a retry after an answer that was lost has the first weight, though the goods are gone', async () => {
    const params = { basketId: (await till.call('openBasket', { body: { cashierId: 'c' }, key: 'other' })).basketId };
    scale.setWeight(640);
    const request = { params, body: { sku: 'apple', weigh: true }, key: 'weighed' };
    const first = await till.call('addLine', request);
    expect(first.lines[0]).toMatchObject({ weightGrams: 640 });
    scale.setWeight(0);
    expect(await till.call('addLine', request)).toEqual(first);
    await till.call('cancelBasket', { params, key: 'enough' });
  });

  it('becomes a sale to the fen', async () => {
    const payableFen = 1290 + 1290 + 500 + 2290 + 1983;
    expect(basket.decision.payableFen).toBe(payableFen);
    const sale = await till.call('completeBasket', {
      params: { basketId: basket.basketId },
      body: {
        cashierId: 'c',
        receiptNumber: 'R-1',
        businessDate: '2026-11-22',
        expectedPayableFen: payableFen,
        expectedDecisionKey: basket.decisionKey,
        tenders: [{ kind: 'cash', amountFen: payableFen }],
      },
      key: 'pay',
    });
    expect(sale.decision.lines.map(({ sku }) => sku).sort()).toEqual(skus().sort());
  });
});
