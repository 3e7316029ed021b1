import type { StatusView } from '@tillside/agent-contract';
import type { z } from 'zod';
import type { AgentConfig } from '../config.ts';
import type { Finding } from './doctor.ts';
import type { Io } from './io.ts';

type Status = z.infer<typeof StatusView> | undefined;

const WORDS = {
  en: {
    campaigns: 'campaigns',
    items: 'items and prices',
    model: 'model',
    devices: 'devices',
    members: 'members',
    terms: 'terms of membership',
    content: 'kiosk pictures',
    applied: 'in force',
    fetching: 'being fetched',
    'on-trial': 'on trial',
    version: (version: number) => `version ${version}`,
    pack: (members: number, hours: number) => `; ${members} members, as of ${hours} h ago`,
    hint: 'The store goes on with what it had; HQ reads the reason beside the store.',
  },
  'zh-CN': {
    campaigns: '活动',
    items: '商品与价格',
    model: '模型',
    devices: '设备配置',
    members: '会员名单',
    terms: '会员条款',
    content: '自助屏画面',
    applied: '已生效',
    fetching: '下载中',
    'on-trial': '试用中',
    version: (version: number) => `第 ${version} 版`,
    pack: (members: number, hours: number) => `；${members} 位会员，${hours} 小时前的数据`,
    hint: '门店沿用原来的内容；总部可在门店页看到原因。',
  },
} as const;

/** What HQ published for this store, by kind, and what became of it. */
export function examineHq(status: Status, io: Io): Finding[] {
  const words = WORDS[io.locale === 'en' ? 'en' : 'zh-CN'];
  return (status?.hq ?? []).map(({ kind, version, state, code, message }): Finding => {
    const subject = `HQ ${words[kind]}`;
    if (state !== 'refused' && state !== 'failed')
      return {
        subject,
        ok: true,
        needed: false,
        found: `${words.version(version)} ${words[state]}${ageOf(kind, status, words)}`,
      };
    const said = `${words.version(version)}: ${message ?? state}`;
    return { subject, ok: false, needed: false, condition: { code: code ?? state, message: said, hint: words.hint } };
  });
}

/** Of members: how many the store knows without asking, and how old that is. */
function ageOf(kind: string, status: Status, words: { pack(members: number, hours: number): string }): string {
  const pack = status?.members?.pack;
  return kind !== 'members' || pack === undefined ? '' : words.pack(pack.members, Math.floor(pack.ageSeconds / 3600));
}

/** Devices of the config file that the agent runs: where HQ has configured others, those of the file lie idle. */
export function devicesOfFile(config: AgentConfig, status: Status): AgentConfig['devices'] {
  const byHq = config.devicesFrom === 'hq' && status?.hq.some(({ kind }) => kind === 'devices') === true;
  if (!byHq) return config.devices;
  return config.devices.filter(({ id }) => status.devices.some(({ deviceId }) => deviceId === id));
}
