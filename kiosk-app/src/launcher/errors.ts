/** What can go wrong with a kiosk as an appliance, for whoever set it up. docs/kiosk/errors.md is made from this table. */

interface Words {
  readonly en: string;
  readonly zh: string;
}

interface ErrorEntry {
  readonly cause: Words;
  readonly hint: Words;
}

export const KIOSK_ERRORS = {
  USAGE: {
    cause: { en: 'The command was not understood.', zh: '看不懂这条命令。' },
    hint: { en: 'tillside-kiosk --help shows what there is.', zh: '运行 tillside-kiosk --help 查看用法。' },
  },
  AGENT_ADDRESS_REFUSED: {
    cause: { en: "This can't be the agent's address.", zh: '这不能作为门店系统的地址。' },
    hint: {
      en: 'Write it as https://store-pc:8443. Plain http is taken for this machine alone (127.0.0.1).',
      zh: '写成 https://store-pc:8443 的样子；只有本机（127.0.0.1）可以用 http。',
    },
  },
  CONFIG_UNREADABLE: {
    cause: { en: "The kiosk's config can't be read.", zh: '读不到自助机的配置文件。' },
    hint: {
      en: 'Check the path after --config, that it is JSON, and who may read it.',
      zh: '检查 --config 后的路径、文件是否为 JSON，以及读取权限。',
    },
  },
  CONFIG_REFUSED: {
    cause: { en: "Something in the kiosk's config does not fit.", zh: '自助机配置里有一项不对。' },
    hint: { en: 'Mend the entry that is named; nothing was started.', zh: '改好所指的那一项；什么都还没有启动。' },
  },
  CA_UNREADABLE: {
    cause: { en: "The store's CA certificate can't be read.", zh: '读不到门店的 CA 证书。' },
    hint: {
      en: 'agentCa names a PEM file with the CA that signed the agent.',
      zh: 'agentCa 要指向签发门店系统证书的 CA 的 PEM 文件。',
    },
  },
  KIOSK_RUNNING: {
    cause: { en: 'A kiosk runs on this state folder already.', zh: '这个状态目录上已有一台自助机在运行。' },
    hint: {
      en: 'Stop that one first (systemctl stop tillside-kiosk).',
      zh: '先停掉那一台（systemctl stop tillside-kiosk）。',
    },
  },
  CHROMIUM_MISSING: {
    cause: { en: 'No Chromium was found.', zh: '没有找到 Chromium。' },
    hint: {
      en: 'Install it (apt-get install chromium), or name it with TILLSIDE_CHROMIUM.',
      zh: '安装 Chromium（apt-get install chromium），或用 TILLSIDE_CHROMIUM 指明位置。',
    },
  },
  ELECTRON_MISSING: {
    cause: { en: "Electron's program is not installed.", zh: '没有安装 Electron 程序。' },
    hint: {
      en: 'Run npx install-electron, or start with --browser.',
      zh: '运行 npx install-electron，或用 --browser 启动。',
    },
  },
  PAGES_MISSING: {
    cause: { en: "The kiosk's pages are not built.", zh: '自助机的页面还没有构建。' },
    hint: { en: 'npm run build -w kiosk-app makes them.', zh: '运行 npm run build -w kiosk-app。' },
  },
  STATE_UNWRITABLE: {
    cause: { en: "The kiosk's state folder can't be written.", zh: '自助机的状态目录写不进去。' },
    hint: { en: 'Check stateDir, its owner and the free space.', zh: '检查 stateDir、它的所有者和剩余空间。' },
  },
  KEY_UNREADABLE: {
    cause: { en: 'A release key can’t be read.', zh: '读不到发布密钥。' },
    hint: {
      en: 'It is an Ed25519 key in PEM: openssl genpkey -algorithm ed25519.',
      zh: '应为 PEM 格式的 Ed25519 密钥：openssl genpkey -algorithm ed25519。',
    },
  },
  RELEASE_KEYS_MISSING: {
    cause: {
      en: 'This kiosk knows no release key, so it takes no release.',
      zh: '这台自助机没有配置发布公钥，所以不接受任何发布包。',
    },
    hint: { en: 'Name public keys in releases.keys of its config.', zh: '在配置的 releases.keys 里写上公钥文件。' },
  },
  RELEASE_UNREADABLE: {
    cause: { en: 'This is not a release folder.', zh: '这不是一个发布目录。' },
    hint: {
      en: 'It holds release.dsse.json beside its files; copy it whole.',
      zh: '目录里要有 release.dsse.json 和它列出的文件；请整个复制。',
    },
  },
  RELEASE_UNSIGNED: {
    cause: { en: 'The release does not carry enough good signatures.', zh: '发布包的有效签名不够。' },
    hint: {
      en: 'Sign it with a key that this kiosk knows: tillside-kiosk release sign.',
      zh: '用这台自助机认得的密钥签名：tillside-kiosk release sign。',
    },
  },
  RELEASE_DAMAGED: {
    cause: {
      en: 'A file of the release is missing, changed, or not listed.',
      zh: '发布包里有文件缺失、被改动或不在清单上。',
    },
    hint: { en: 'Copy the release again from where it was made.', zh: '从制作的地方重新复制。' },
  },
  RELEASE_OLD: {
    cause: { en: 'The release is not newer than what was installed before.', zh: '这个发布包不比装过的新。' },
    hint: {
      en: 'Versions only grow; tillside-kiosk release back returns to the one before.',
      zh: '版本只增不减；要退回上一版，用 tillside-kiosk release back。',
    },
  },
  RELEASE_EXPIRED: {
    cause: { en: 'The release was to be installed before its date.', zh: '发布包已过安装期限。' },
    hint: { en: "Check this machine's clock, or take a newer release.", zh: '检查本机时钟，或换新的发布包。' },
  },
  RELEASE_FAILED_BEFORE: {
    cause: { en: 'This release was tried here and did not come up.', zh: '这个版本在本机试过，没能正常启动。' },
    hint: { en: 'Take a newer one; the log says what happened.', zh: '换一个更新的版本；日志里有当时的情况。' },
  },
  RELEASE_NONE_BEFORE: {
    cause: { en: 'There is no release to go back to.', zh: '没有可以退回的版本。' },
    hint: {
      en: 'Install one: tillside-kiosk release install FOLDER.',
      zh: '先安装一个：tillside-kiosk release install 目录。',
    },
  },
  RELEASE_NONE: {
    cause: { en: 'No release of this kiosk is whole.', zh: '这台自助机上没有完好的版本。' },
    hint: {
      en: 'Install one: tillside-kiosk release install FOLDER.',
      zh: '重新安装：tillside-kiosk release install 目录。',
    },
  },
  INSTALL_REFUSED: {
    cause: { en: "The kiosk can't be set up to start by itself here.", zh: '这里无法设置自助机开机启动。' },
    hint: {
      en: 'Add --print and put the text where it belongs yourself.',
      zh: '加上 --print，自己把内容放到该放的位置。',
    },
  },
} as const satisfies Record<string, ErrorEntry>;

export type KioskErrorCode = keyof typeof KIOSK_ERRORS;

export class KioskError extends Error {
  readonly code: KioskErrorCode;
  readonly detail: string;

  constructor(code: KioskErrorCode, detail = '') {
    super(`${code}: ${KIOSK_ERRORS[code].cause.en}${detail === '' ? '' : ` (${detail})`}`);
    this.code = code;
    this.detail = detail;
  }
}

/** One line for a terminal, in the language of its user. */
export function describeKioskError(error: unknown, language: 'en' | 'zh'): string {
  if (!(error instanceof KioskError)) return `FAULT: ${error instanceof Error ? error.message : String(error)}`;
  const { cause, hint } = KIOSK_ERRORS[error.code];
  const detail = error.detail === '' ? '' : language === 'zh' ? `（${error.detail}）` : ` (${error.detail})`;
  return `${error.code}: ${cause[language]}${detail} ${hint[language]}`;
}
