import type { Command } from 'commander';
import { backupDirOf, loadConfig } from '../config.ts';
import { backUpJournal } from '../journal/backup.ts';
import { restoreJournal } from '../journal/mend.ts';
import { noteMended } from '../journal/mended-note.ts';
import { systemClock, systemRandom } from '../ports.ts';
import type { Io } from './io.ts';

const MEBIBYTE = 1024 ** 2;

/** `backup` works beside the running agent; `restore` needs it stopped. */
export function addBackup(program: Command, io: Io): void {
  const say = (zh: string, en: string): string => (io.locale === 'en' ? en : zh);
  const config = say('配置文件，YAML 或 JSON', 'config file, YAML or JSON');
  program
    .command('backup')
    .description(say('备份门店数据库，营业时也可进行', "copy the store's database, also while it sells"))
    .requiredOption('-c, --config <file>', config)
    .option(
      '--to <dir>',
      say('备份目录（默认：配置中的 backup.dir）', 'folder of backups (default: backup.dir of the config)'),
    )
    .action(async (options: { config: string; to?: string }) => {
      const loaded = loadConfig(options.config);
      const { dataDir, storeId: store } = loaded;
      const to = options.to ?? backupDirOf(loaded);
      const { folder, manifest } = await backUpJournal({ dataDir, store, to }, systemClock);
      const mebibytes = (manifest.files.reduce((sum, { bytes }) => sum + bytes, 0) / MEBIBYTE).toFixed(1);
      io.out(say(`备份完成：${folder}（${mebibytes} MiB）`, `Backed up to ${folder} (${mebibytes} MiB)`));
      io.out(
        say(
          '会员密钥和本机凭证不在其中：密钥由总部保管，新机器需重新配对总部。',
          'Sealing keys and this machine’s secrets are not in it: HQ keeps the keys, and a new machine is paired with HQ again.',
        ),
      );
    });
  program
    .command('restore')
    .description(say('用备份替换已停止的代理的数据库', "put a backup in the place of a stopped agent's database"))
    .requiredOption('-c, --config <file>', config)
    .requiredOption('--from <dir>', say('一份备份', 'one backup'))
    .action(async (options: { config: string; from: string }) => {
      const { dataDir, storeId: store } = loadConfig(options.config);
      const mended = await restoreJournal({ dataDir, store, clock: systemClock, random: systemRandom }, options.from);
      noteMended(dataDir, mended, systemClock.now());
      for (const kept of mended.aside) io.out(say(`原文件保留为 ${kept}`, `Kept what was there: ${kept}`));
      const { salvaged } = mended;
      io.out(
        say(
          `已恢复；另从原文件找回 ${salvaged} 条事件。启动代理后继续与总部同步。`,
          `Restored, and ${salvaged} later events taken over from what was there. Start the agent; it goes on with HQ by itself.`,
        ),
      );
    });
}
