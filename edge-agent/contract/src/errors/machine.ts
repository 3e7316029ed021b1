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
  EVENTS_NEAR_BUDGET: entry(
    507,
    { zh: '待传总部的事件即将用满其磁盘配额。', en: 'Events for HQ have nearly used up their room on the disk.' },
    {
      zh: '请恢复与总部的连接，或提高 `eventBudgetMebibytes`；用满后先舍弃客流统计，销售绝不舍弃。',
      en: 'Bring back the connection to HQ or raise `eventBudgetMebibytes`; once it is used up footfall is given up first, sales never.',
    },
  ),
  EVENTS_GIVEN_UP: entry(
    507,
    {
      zh: '因磁盘空间不足，已舍弃部分客流或运行事件，并已向总部声明。',
      en: 'Some footfall or operational events were given up for want of room, and HQ is told which.',
    },
    {
      zh: '销售、退货和会员数据完整；请恢复与总部的连接并腾出磁盘空间。',
      en: 'Sales, returns and members are complete; bring back the connection to HQ and make room on the disk.',
    },
  ),
  EVENTS_OVER_BUDGET: entry(
    507,
    {
      zh: '待传总部的事件超出配额，且已没有可舍弃的。',
      en: 'Events for HQ exceed their room, and nothing more may be given up.',
    },
    {
      zh: '销售和会员事件绝不舍弃；请尽快恢复与总部的连接，或提高 `eventBudgetMebibytes`。',
      en: 'Sales and members are never given up; bring back the connection to HQ soon or raise `eventBudgetMebibytes`.',
    },
  ),
  EVENTS_NOT_TAKEN: entry(
    502,
    {
      zh: '总部不接收部分事件，已搁置在本店，其余照常上传。',
      en: 'HQ does not take some events; they are kept here, and the rest goes on.',
    },
    {
      zh: '请核对代理与总部的版本并查看总部日志；代理重启后会再次上传。',
      en: 'Compare the versions of agent and hub and look at the log of the hub; they are sent again after a restart of the agent.',
    },
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
  DEVICES_OF_FILE: entry(
    409,
    { zh: '本店的设备由自己的配置文件决定。', en: 'The devices of this store are those of its own config file.' },
    {
      zh: '如需由总部管理，请在门店配置中把 devicesFrom 改为 hq。',
      en: 'Set `devicesFrom: hq` in the config of the store to let HQ configure them.',
    },
  ),
  DEVICES_REFUSED: entry(
    422,
    { zh: '总部下发的设备配置有误，未采用。', en: 'The device configuration of HQ is wrong and was not taken.' },
    {
      zh: '按提示修改后重新下发；门店沿用原来的设备配置。',
      en: 'Correct what is named and push it again; the store goes on with the one it had.',
    },
  ),
  DEVICES_ROLLED_BACK: entry(
    409,
    {
      zh: '采用新设备配置后，原先在线的设备未能恢复在线，已换回原配置。',
      en: 'With the new device configuration, devices that were online did not come back; the one before is in force again.',
    },
    {
      zh: '检查所列设备的连接和型号，改好后重新下发。',
      en: 'Check connection and model of the devices named, and push a corrected one.',
    },
  ),
  DEVICES_ON_TRIAL: entry(
    503,
    {
      zh: '总部的新设备配置正在试用，等待设备恢复在线。',
      en: 'A new device configuration of HQ is on trial until its devices are online.',
    },
    {
      zh: '无需处理；到时未恢复会自动换回。',
      en: 'Nothing to do; if they stay away, the one before comes back by itself.',
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
  DATABASE_MENDED: entry(
    503,
    {
      zh: '数据库曾损坏，已换用备份；坏文件已改名保留。',
      en: 'The database was damaged; a backup took its place, and the damaged file is kept.',
    },
    {
      zh: '核对会员积分、优惠券和设备配对；备份之后的变动可能缺失。销售事件已尽量找回。',
      en: 'Check points, coupons and paired devices: what changed since the backup may be missing. Events of sales were taken over as far as they could be read.',
    },
  ),
  DATABASE_EMPTY: entry(
    503,
    {
      zh: '数据库已损坏且没有备份；已从空库开始，坏文件已改名保留。',
      en: 'The database was damaged and there was no backup; it begins empty, and the damaged file is kept.',
    },
    {
      zh: '重新配对设备；总部的商品、价格和活动会自动下载。若有备份，停止代理后运行 tillside-agent restore。',
      en: 'Pair the devices again; items, prices and campaigns of HQ are fetched by themselves. If there is a backup elsewhere, stop the agent and run tillside-agent restore.',
    },
  ),
  BACKUP_FAILED: entry(
    503,
    { zh: '备份没有完成；没有留下半份。', en: 'The backup was not finished; no half of it was left.' },
    { zh: '检查目标目录的空间和权限。', en: 'Check space and permissions of the target folder.' },
  ),
  BACKUP_REFUSED: entry(
    400,
    {
      zh: '这不是本门店的完整备份；没有改动任何文件。',
      en: 'This is no whole backup of this store; nothing was changed.',
    },
    { zh: '换一份更早的备份。', en: 'Take an earlier one.' },
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
