import type { Command } from 'commander';
import type { HubClient } from './client.ts';
import { language, type Output, table } from './output.ts';

export function addEvents(
  program: Command,
  {
    output,
    withHub,
  }: { readonly output: Output; readonly withHub: (work: (client: HubClient) => Promise<void>) => Promise<void> },
): void {
  program
    .command('events')
    .description('events of the stores')
    .command('reread')
    .description('read again what lies in quarantine, e.g. after an upgrade; what can be read takes effect, once')
    .option('--dry-run', 'say what would be, and change nothing')
    .action(({ dryRun = false }: { dryRun?: boolean }) =>
      withHub(async (client) => {
        const { looked, readable, reasons } = await client('rereadEvents', { body: { dryRun } });
        const zh = language() === 'zh';
        const done = dryRun ? (zh ? '可读' : 'can be read') : zh ? '已生效' : 'took effect';
        output.out(
          zh ? `隔离区 ${looked} 个事件，${readable} 个${done}。` : `${looked} in quarantine, ${readable} ${done}.`,
        );
        const rows = Object.entries(reasons).map(([reason, count]) => [reason, String(count)]);
        if (rows.length > 0) output.out(table(zh ? ['仍不可读的原因', '事件'] : ['still unreadable', 'events'], rows));
      }),
    );
}
