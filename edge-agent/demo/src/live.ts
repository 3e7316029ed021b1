import { callAgent } from '@tillside/agent-contract';
import { pushCampaigns, trainAndPush } from './day/headquarters.ts';
import { openTill } from './day/open-till.ts';
import { planDay } from './day/plan.ts';
import { keepSession } from './day/session.ts';
import { serve } from './day/shopping.ts';
import { dairyShelf, hangLabels, staffPhone } from './day/staff.ts';
import { checkPorts } from './ports-free.ts';
import { demoCampaigns } from './store/campaigns.ts';
import { pushContent } from './store/content.ts';
import { DemoStore, LANES } from './store/demo-store.ts';
import { callHub } from './store/hub-client.ts';
import { businessDateNow, kioskPages, type Ports, STAFF_PIN, SUPERVISOR_PIN } from './store/layout.ts';

const STEPS: Record<string, string> = {
  simulators: '扫码器、秤、价签基站 / scanners, scales, label access point',
  hub: '总部服务 / the hub',
  history: '导入一年的真实购买 / a year of real purchases',
  agent: '门店代理 / the edge agent',
  import: '商品、会员、优惠券 / items, members, coupons',
};

const BASKET_EVERY_MS = 5_000;
/** Slow enough to follow on the customer display. */
const BETWEEN_SCANS_MS = 700;
const PRESENCE_WINDOW_MS = 60_000;

/** The demo store, up until it is told to stop: shoppers keep coming, and people can open every page. */
export async function runLive(options: {
  root: string;
  ports: Ports;
  households: number | undefined;
}): Promise<number> {
  await checkPorts(options.ports);
  const say = (text: string): void => void process.stdout.write(`  … ${STEPS[text] ?? text}\n`);
  const demo = new DemoStore({ ...options, presenceWindowMs: PRESENCE_WINDOW_MS, say });
  const stopped = new AbortController();
  const asked = new Promise<number>((resolve) => {
    const stop = (code: number): void => {
      if (stopped.signal.aborted) process.exit(1);
      stopped.abort();
      resolve(code);
    };
    process.on('SIGINT', () => stop(0));
    process.on('SIGTERM', () => stop(0));
    demo.onPartExit((name) => {
      process.stderr.write(`\n${name} ended by itself; its log is in ${demo.layout.logs}\n`);
      stop(1);
    });
  });
  try {
    await demo.start();
    const stopWalking = demo.simulators.presence.start();
    await printAddresses(demo);
    void keepShopping(demo, stopped.signal).catch((error: unknown) =>
      process.stderr.write(`\nshoppers stopped: ${(error as Error).message}\n`),
    );
    const code = await asked;
    process.stdout.write('\n正在停止，数据已保存 / stopping, the data is kept …\n');
    stopWalking();
    return code;
  } finally {
    await demo.stop();
  }
}

async function printAddresses(demo: DemoStore): Promise<void> {
  const kiosk = await demo.pairingCode('kiosk', 'demo kiosk', LANES[0]);
  const staff = await demo.pairingCode('staff', 'demo handheld');
  const display = await demo.pairingCode('display', 'demo customer display', LANES[1]);
  const pages = kioskPages() === undefined ? '  (pages are not built: npm run setup)' : '';
  const line = (name: string, address: string): string => `  ${name.padEnd(26)}${address}\n`;
  process.stdout.write(
    `\nTillside 演示门店已就绪 / the demo store is up${pages}\n\n` +
      line('自助屏 Kiosk', `${demo.agentUrl}/kiosk/#pair=${kiosk}`) +
      line('顾客屏 Customer display', `${demo.agentUrl}/display/#pair=${display}`) +
      line(
        '店员 Staff',
        `${demo.agentUrl}/staff/#pair=${staff}   PIN ${STAFF_PIN} (店长 supervisor ${SUPERVISOR_PIN})`,
      ) +
      line('短信发件箱 Messages', `${demo.agentUrl}/outbox/`) +
      line('总部 HQ console', `${demo.hubUrl}/console/#pair=${demo.operatorCode}`) +
      line('接口文档 API docs', `${demo.agentUrl}/docs   ${demo.hubUrl}/docs`) +
      line('指标 Metrics', `${demo.agentUrl}/metrics   ${demo.hubUrl}/metrics`) +
      line('数据 Data', demo.layout.root) +
      `\n按 Ctrl-C 停止 / Ctrl-C stops it; npm start -- --reset starts over\n\n`,
  );
  if (demo.simulators.withoutSerial !== undefined) {
    process.stdout.write(
      `  没有 socat：扫码器和秤改走 TCP / no socat: scanner and scale go over TCP (apt-get install socat)\n\n`,
    );
  }
}

/** First HQ's campaigns, labels and a model, then one basket of the real day after another, for ever. */
async function keepShopping(demo: DemoStore, signal: AbortSignal): Promise<void> {
  const status = await callAgent({ url: demo.agentUrl, credential: demo.adminCredential() }, 'status', {});
  if (status.campaignSetVersion === 0) await pushCampaigns(demo, demoCampaigns(demo.data, Date.now()));
  if ((await callHub(demo.hub(), 'content')).releases.length === 0) await pushContent(demo, Date.now());
  const phone = await staffPhone(demo);
  const shelf = dairyShelf(demo.data, 4);
  if ((await phone.call('listLabels', {})).labels.every((label) => label.sku === undefined))
    await hangLabels(phone, shelf);
  if ((await callHub(demo.hub(), 'models')).models.length === 0) await trainAndPush(demo, () => undefined);
  const cashier = await openTill(demo, LANES[1]);
  signal.addEventListener('abort', () => cashier.stop());
  const items = new Map(demo.data.items.map((item) => [item.sku, item]));
  for (;;) {
    for (const errand of planDay(demo.data)) {
      if (signal.aborted) return;
      // A second round of the same day finds its coupons spent: they are shown only once.
      const shop = async () => {
        await keepSession(cashier, businessDateNow());
        await serve(cashier, errand, { items, betweenScansMs: BETWEEN_SCANS_MS });
      };
      await shop().catch((error: unknown) => {
        if (!signal.aborted) process.stderr.write(`  a basket was left: ${(error as Error).message}\n`);
      });
      await new Promise((resolve) => setTimeout(resolve, BASKET_EVERY_MS));
    }
  }
}
