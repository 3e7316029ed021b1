import { type ErrorEntry, entry } from './entry.ts';

/** Members whom HQ signs for a store, so that it knows them without asking. */
export const MEMBER_PACK_ERRORS = {
  MEMBERS_PACK_DAMAGED: entry(
    422,
    { zh: '会员名单文件已损坏，未采用。', en: 'The member pack is damaged and is not used.' },
    {
      zh: '门店沿用原来的名单；没有名单时联网查询会员。如反复出现，请检查硬盘并由总部重新下发。',
      en: 'The store goes on with the one before, or asks HQ for members. If it comes again, check the disk and have HQ publish a new one.',
    },
  ),
  MEMBERS_PACK_FOREIGN: entry(
    422,
    {
      zh: '会员名单不是为本店的这一版本签发的，或密钥不符。',
      en: 'The member pack is not of this store and version, or its key is another.',
    },
    {
      zh: '门店沿用原来的名单；请由总部为本店重新生成会员名单。',
      en: 'The store goes on with the one before; have HQ build a new pack for this store.',
    },
  ),
  MEMBERS_PACK_KEY_AWAY: entry(
    503,
    { zh: '总部没有给出会员名单的密钥。', en: 'HQ did not give the key of the member pack.' },
    {
      zh: '门店沿用原来的名单，联网时直接向总部查询会员，并会自动重试；若一直如此，请由总部重新生成会员名单。',
      en: 'The store goes on with the one before, asks HQ for members while it is online, and tries again by itself; if it stays so, have HQ build a new pack.',
    },
  ),
  MEMBERS_PACK_OLD: entry(
    503,
    { zh: '会员名单已经过旧。', en: 'The member pack is old.' },
    {
      zh: '新会员只能联网查询；请检查与总部的连接，或由总部下发新的名单。',
      en: 'Newer members are found only while HQ is reached; check the connection, or have HQ publish a new pack.',
    },
  ),
} as const satisfies Record<string, ErrorEntry>;
