import { checkBody, checkOf, MEMBER, newGuid, selection } from '../check.ts';
import { campaign, openToastShop } from '../shop.ts';

/** How long 200 inquiries take on loopback: a full wallet, 30 campaigns for members, 20 selections, two redemptions standing on the check. Prints JSON; `cpuMs` is the processor time of one, caller and agent. */
const INQUIRIES = 200;
const WARM_UP = 20;
const WALLET = 50;
const CAMPAIGNS = 30;
const SELECTIONS = 20;
const SKUS = ['milk', 'bread', 'tea'];

const shop = await openToastShop();
const skuOf = (index: number): string => SKUS[index % SKUS.length] ?? '';
shop.run([
  ...Array.from({ length: CAMPAIGNS }, (_, index) =>
    campaign(`member-${index}`, 'discount', {
      items: { skus: [skuOf(index)] },
      discount: { by: 'percent', percentOffBp: 500 + 10 * index },
      audience: { memberOnly: true },
    }),
  ),
  ...Array.from({ length: 5 }, (_, index) =>
    campaign(`coupon-${index}`, 'spend-save', {
      items: { all: true },
      repeat: 'once',
      base: 'after-item-discounts',
      tiers: [{ spendFen: 1_000 * (index + 1), saveFen: 100 * (index + 1) }],
      requiresCoupon: true,
    }),
  ),
]);
shop.coupons(
  Array.from({ length: WALLET }, (_, index) => `C${index},code-${index},coupon-${index % 5},${MEMBER}\n`).join(''),
);
const inquire = async (): Promise<number> => {
  const selections = Array.from({ length: SELECTIONS }, (_, index) =>
    selection({
      item: skuOf(index),
      quantity: 1 + (index % 3),
      price: 9.9 * (1 + (index % 3)) > 20 ? 29.7 : 9.9 * (1 + (index % 3)),
    }),
  );
  const redemptions = [{ identifier: 'coupon:C0' }, { identifier: 'campaign:member-1' }];
  const body = checkBody(checkOf(newGuid(), selections), MEMBER, redemptions);
  const started = performance.now();
  const answer = await shop.send('LOYALTY_INQUIRE', body);
  const ms = performance.now() - started;
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return ms;
};
try {
  for (let index = 0; index < WARM_UP; index += 1) await inquire();
  const cpu = process.cpuUsage();
  const ms: number[] = [];
  for (let index = 0; index < INQUIRIES; index += 1) ms.push(await inquire());
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = Number(((user + system) / 1000 / INQUIRIES).toFixed(2));
  ms.sort((a, b) => a - b);
  const at = (share: number): number => Number((ms[Math.ceil(share * ms.length) - 1] ?? 0).toFixed(2));
  process.stdout.write(
    `${JSON.stringify({ inquiries: INQUIRIES, selections: SELECTIONS, wallet: WALLET, campaigns: CAMPAIGNS, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), cpuMs })}\n`,
  );
} finally {
  await shop.rig.stop();
}
