import type { Command } from 'commander';
import { backUp, raiseFloor, restore } from '../backup/backup.ts';
import { systemClock } from '../clock.ts';
import { type HubConfig, keysDirOf } from '../config.ts';
import { eraseListed, erasureList } from '../members/erasure-list.ts';
import { openStorage } from '../storage/open-storage.ts';
import { language, type Output } from './output.ts';

const MEBIBYTE = 1024 * 1024;

/** `backup`, `restore` and `restored`: what an operator does by night, so each says what it did and what is left to do. */
export function addBackup(program: Command, output: Output, config: () => HubConfig): void {
  const say = (zh: string, en: string): void => output.out(language() === 'zh' ? zh : en);
  program
    .command('backup')
    .description('copy the database and the signed artifacts while the hub runs; the sealing keys of members stay out')
    .requiredOption('--to <dir>', 'folder of backups')
    .option('--with-signing-keys', 'the keys of the signed repository too: keep such a backup as you keep the keys')
    .action(async ({ to, withSigningKeys = false }: { to: string; withSigningKeys?: boolean }) => {
      const { folder, manifest } = await backUp({ dataDir: config().dataDir, to, withSigningKeys }, systemClock);
      const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
      const size = (bytes / MEBIBYTE).toFixed(1);
      say(
        `备份完成：${folder}（${manifest.files.length} 个文件，${size} MiB）`,
        `Backed up to ${folder} (${manifest.files.length} files, ${size} MiB)`,
      );
      say(
        '会员密钥（keys.db）不在其中：请另存一份，只留最新。',
        'Sealing keys (keys.db) are not in it: copy them apart, and keep only the newest copy.',
      );
      if (!withSigningKeys)
        say('签名密钥不在其中：请另外保管 keys/。', 'Signing keys are not in it: keep a copy of keys/ apart.');
    });
  program
    .command('restore')
    .description('put a backup in the place of the data of a stopped hub; what was there is kept under another name')
    .requiredOption('--from <dir>', 'one backup')
    .action(async ({ from }: { from: string }) => {
      const aside = await restore(from, config().dataDir, systemClock);
      for (const name of aside) say(`原文件保留为 ${name}`, `Kept what was there: ${name}`);
      say(
        '已恢复。启动总部服务后，门店会补传缺少的事件。',
        'Restored. Once the hub runs, stores send again what it lacks.',
      );
    });
  program
    .command('restored')
    .description(
      'after PostgreSQL was restored by its own tools: sign from now on under numbers that no store has seen, and erase again whom HQ had erased',
    )
    .action(async () => {
      const storage = await openStorage(config());
      let erased = 0;
      try {
        await raiseFloor(storage, systemClock);
        erased = await eraseListed(erasureList(keysDirOf(config())), storage);
      } finally {
        await storage.close();
      }
      if (erased > 0) say(`已重新删除 ${erased} 个会员编号。`, `Erased again: ${erased} member ids.`);
      say('已记下：总部服务下次启动时重新签名。', 'Noted: the repository is signed anew when a hub starts next.');
    });
}
