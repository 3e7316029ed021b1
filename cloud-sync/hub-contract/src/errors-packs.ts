/** Member packs. */
export const PACK_ERRORS = {
  HUB_PACKS_BUSY: {
    status: 409,
    cause: { zh: '会员名单正在生成。', en: 'Member packs are being built already.' },
    hint: {
      zh: '稍后再试；门店页会显示新的版本。',
      en: 'Try again in a while; the page of the store shows the new version.',
    },
  },
  HUB_PACK_KEY_UNKNOWN: {
    status: 404,
    cause: { zh: '没有这一版会员名单的密钥。', en: 'There is no key of a member pack of this version.' },
    hint: {
      zh: '已有更新的名单，或密钥未随备份恢复；请重新生成会员名单。',
      en: 'A newer pack is signed, or keys did not come back with a backup: build the pack again.',
    },
  },
} as const;
