import { type ErrorEntry, entry } from './entry.ts';

/** The store machine, its devices and its command line. */
export const MACHINE_ERRORS = {
  STORAGE_FULL: entry(
    507,
    { zh: '门店主机磁盘已满，这次操作没有保存。', en: "The store machine's disk is full; this was not stored." },
    { zh: '收银机可离线销售，稍后补传；请清理磁盘。', en: 'The till can sell alone and post later; free some disk.' },
  ),
  STORAGE_READ_ONLY: entry(
    507,
    { zh: '门店数据不可写，这次操作没有保存。', en: "The store's data can't be written; this was not stored." },
    { zh: '检查磁盘和权限；收银机可离线销售。', en: 'Check the disk and its permissions; the till can sell alone.' },
  ),
  STORAGE_FAILED: entry(
    507,
    {
      zh: '磁盘没有确认已写入的数据，最近的操作可能没有保存。',
      en: 'The disk did not confirm what was written to it; what was done last may not be stored.',
    },
    {
      zh: '请重启代理：它会从磁盘上实际保存的内容继续；若再次发生，请更换磁盘。收银机可离线销售，稍后补传。',
      en: 'Restart the agent: it goes on from what the disk holds. If this comes again, replace the disk. The till can sell alone and post later.',
    },
  ),
  DISK_LOW: entry(
    507,
    { zh: '门店主机磁盘将满。', en: "The store machine's disk is nearly full." },
    { zh: '请清理磁盘；磁盘写满后将无法保存销售。', en: 'Free some disk; once it is full, sales are refused.' },
  ),
  MODEL_NOT_IN_SERVICE: entry(
    503,
    { zh: '推荐模型未能恢复使用。', en: 'The recommendation model did not come back into service.' },
    {
      zh: '暂用门店自己的销售统计推荐；请总部重新下发模型。',
      en: "Recommendations come from the store's own sales; push a model again from HQ.",
    },
  ),
  LANE_WITHOUT_SCANNER: entry(
    503,
    { zh: '收银道没有可用的扫描枪。', en: 'A lane has no working scanner.' },
    {
      zh: '检查该收银道扫描枪的电源、连接和设备主机；商品可手工输入条码。',
      en: "Check the scanner's power and cable and the lane's device host; codes can be typed meanwhile.",
    },
  ),
  HOST_DOWN: entry(
    503,
    { zh: '设备主机没有响应。', en: 'A device host is away.' },
    {
      zh: '代理会自动重连；若持续如此，检查该电脑及其网络。期间的扫描会保存在该主机上，不会丢失。',
      en: 'It is connected to again by itself; if it stays away, check that machine and its network. Scans made there wait on it.',
    },
  ),
  DEVICE_ID_TWICE: entry(
    409,
    { zh: '两个设备主机使用了相同的设备编号。', en: 'Two device hosts have a device of the same id.' },
    {
      zh: '在其中一份配置中换一个编号；目前只采用先登记的那台设备。',
      en: 'Give one of them another id in its config; only the first is used now.',
    },
  ),
  HOST_PAIRING_REFUSED: entry(
    403,
    { zh: '与设备主机的配对没有成功。', en: 'The pairing with the device host failed.' },
    {
      zh: '在该主机上运行 tillside-device-host pair 生成新的配对码，再试一次。',
      en: 'Make a new code there with tillside-device-host pair, then try again.',
    },
  ),
  DATABASE_IN_USE: entry(
    503,
    { zh: '另一个代理进程正在使用此数据库。', en: 'Another agent is using this database.' },
    { zh: '先停止那个进程，或换一个数据目录。', en: 'Stop the other one, or give this one its own data folder.' },
  ),
  DATABASE_NEWER: entry(
    503,
    { zh: '数据库由更新的版本写成。', en: 'The database was written by a newer version.' },
    { zh: '升级代理；数据未改动。', en: 'Upgrade the agent; the data is untouched.' },
  ),
  PORT_IN_USE: entry(
    503,
    { zh: '端口已被占用。', en: 'The port is in use.' },
    { zh: '停止占用者，或改配置中的 port。', en: 'Stop what uses it, or change `port` in the config.' },
  ),
  CONFIG_REFUSED: entry(
    400,
    { zh: '配置文件有误。', en: 'The config file has a mistake.' },
    { zh: '按提示的键名修改。', en: 'Mend the key that is named.' },
  ),
  USAGE: entry(
    400,
    { zh: '命令行参数有误。', en: 'The command line is not understood.' },
    { zh: '用 tillside-agent --help 查看用法。', en: 'Run tillside-agent --help.' },
  ),
  FILE_UNREADABLE: entry(
    400,
    { zh: '无法读取文件。', en: 'The file could not be read.' },
    { zh: '核对路径和权限。', en: 'Check its path and permissions.' },
  ),
  AGENT_AWAY: entry(
    503,
    { zh: '本机的代理没有运行。', en: 'The agent of this machine is not running.' },
    { zh: '先运行 tillside-agent run，再重试。', en: 'Start it with tillside-agent run, then try again.' },
  ),
  SQLITE_MISSING: entry(
    503,
    { zh: '数据库组件无法加载。', en: 'The database library could not be loaded.' },
    { zh: '运行 npm run setup 重新安装。', en: 'Install it again with npm run setup.' },
  ),
  INFERENCE_MISSING: entry(
    503,
    { zh: '推理组件无法加载。', en: 'The inference library could not be loaded.' },
    {
      zh: '推荐改用门店销售统计；运行 npm ci 重新安装即可恢复。',
      en: "Recommendations come from the store's own sales; install it again with npm ci.",
    },
  ),
} as const satisfies Record<string, ErrorEntry>;
