import { modelFacts, QUALITY_RULES, QUALITY_SIGNS, settingsText, UDEV_GROUP, udevRules } from '@tillside/devices';
import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { AgentError } from '../errors.ts';
import { addProbe } from './device-probe.ts';
import type { Io } from './io.ts';
import { table } from './table.ts';

/** What a group may be called; the rest could break out of a rule. */
const GROUP = /^[a-z_][a-z0-9_-]{0,31}$/;

/** `devices probe`, `devices models` and `devices udev`: for who sets a store up; none of them needs an agent. */
export function addDeviceTools(devices: Command, io: Io, exit: (code: number) => void): void {
  const say = (zh: string, en: string): string => (io.locale === 'en' ? en : zh);
  addProbe(devices, io, exit);
  devices
    .command('models')
    .description(say('支持的设备型号', 'the device models there are'))
    .option('--json', say('以 JSON 输出', 'print JSON'))
    .action((options: { json?: boolean }) => models(options.json === true, io));
  devices
    .command('udev')
    .description(say('输出 udev 规则：权限与固定名称', 'print udev rules: permissions and names that stay'))
    .option('-c, --config <file>', say('配置文件，加入其中的设备', 'config file, whose devices are added'))
    .option('--group <group>', say('运行代理的用户所在的组', "a group of the agent's user"), UDEV_GROUP)
    .action((options: { config?: string; group: string }) => {
      if (!GROUP.test(options.group)) throw new AgentError('USAGE', { detail: `--group ${options.group}` });
      const known = options.config === undefined ? [] : loadConfig(options.config).devices;
      io.out(udevRules({ devices: known, group: options.group }).trimEnd());
    });
}

function models(json: boolean, io: Io): void {
  const facts = modelFacts();
  if (json) {
    io.out(JSON.stringify(facts, null, 2));
    return;
  }
  const en = io.locale === 'en';
  const head = en
    ? ['MODEL', 'NAME', 'CONNECTIONS', 'FACTORY LINE', 'QUALITY']
    : ['型号', '名称', '连接', '出厂线路', '质量'];
  const rows = facts.map(({ model, name, connections, serialDefaults, quality }) => [
    model,
    en ? name.en : name.zh,
    connections.join(' '),
    serialDefaults === undefined ? '-' : settingsText(serialDefaults),
    QUALITY_RULES.map((rule) => QUALITY_SIGNS[quality[rule].state]).join(''),
  ]);
  io.out(table([head, ...rows]).join('\n'));
  for (const { model, source } of facts) io.out(`${model}: ${source}`);
  const { done, todo, exempt } = QUALITY_SIGNS;
  io.err(
    en
      ? `quality: ${QUALITY_RULES.join(', ')}; ${done} done, ${todo} to do, ${exempt} does not apply`
      : `质量：${QUALITY_RULES.join('、')}；${done} 已完成，${todo} 待做，${exempt} 不适用`,
  );
}
