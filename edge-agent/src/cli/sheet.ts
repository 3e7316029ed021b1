import { writeFileSync } from 'node:fs';
import type { SheetLocale } from '@tillside/devices/sheets';
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { AgentError } from '../errors.ts';
import type { Io } from './io.ts';

interface SheetOptions {
  config?: string;
  lang?: string;
  output?: string;
}

const LOCALES: readonly SheetLocale[] = ['zh-CN', 'en'];

/** `devices sheet [PROFILE]`: a page to print, with the set-up codes of a scanner, or of all devices of a store's config. */
export function addSheetCommand(devices: Command, io: Io): void {
  const say = (zh: string, en: string): string => (io.locale === 'en' ? en : zh);
  devices
    .command('sheet [profile]')
    .description(
      say(
        '生成可打印的设置页（HTML）：一种设备，或配置中的全部设备',
        'a set-up page to print (HTML): one kind of device, or all of the config',
      ),
    )
    .option('-c, --config <file>', say('不写 profile 时：配置文件', 'without a profile: the config file'))
    .option('--lang <lang>', LOCALES.join(' | '))
    .option('-o, --output <file>', say('写入文件而不是标准输出', 'write to a file instead of standard output'))
    .action((profile: string | undefined, options: SheetOptions) => sheet(profile, options, io));
}

async function sheet(id: string | undefined, options: SheetOptions, io: Io): Promise<void> {
  const locale = LOCALES.find((name) => name === (options.lang ?? io.locale));
  if (locale === undefined) throw new AgentError('USAGE', { detail: `--lang ${LOCALES.join(' | ')}` });
  // The generator of bar codes is large; only this command needs it.
  const { sheetHtml, sheetProfiles, storeSheetHtml } = await import('@tillside/devices/sheets');
  const profiles = sheetProfiles();
  const profile = profiles.find((known) => known.id === id);
  const bothOrNeither = (id === undefined) === (options.config === undefined);
  if (bothOrNeither || (id !== undefined && profile === undefined)) {
    const ids = profiles.map((known) => known.id).join(', ');
    throw new AgentError('USAGE', { detail: `devices sheet PROFILE | --config FILE; PROFILE: ${ids}` });
  }
  if (profile !== undefined) return write(sheetHtml(profile, locale), options.output, io);
  const { storeName, devices } = loadConfig(options.config ?? '');
  const name = locale === 'en' ? storeName.en : storeName.zh;
  const ours = devices.map((device) => {
    const { connection } = device;
    return 'vendorId' in connection ? { ...device, usbVendorId: connection.vendorId } : device;
  });
  return write(storeSheetHtml({ name, devices: ours }, profiles, locale), options.output, io);
}

function write(html: string, file: string | undefined, io: Io): void {
  if (file === undefined) {
    io.out(html.trimEnd());
    return;
  }
  try {
    writeFileSync(file, html);
  } catch (error) {
    throw new AgentError('USAGE', { detail: `--output: ${(error as Error).message}` });
  }
  io.err(
    io.locale === 'en' ? `wrote ${file}: open it in a browser and print it` : `已写入 ${file}：用浏览器打开并打印`,
  );
}
