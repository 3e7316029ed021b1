import { entry } from './entry.ts';

/** Pictures and texts that HQ shows on kiosks. */
export const CONTENT_ERRORS = {
  CONTENT_REFUSED: entry(
    422,
    {
      zh: '总部下发的自助屏画面有误，未采用。',
      en: 'The kiosk pictures and texts of HQ are wrong and were not taken.',
    },
    {
      zh: '自助屏沿用原来的画面；请总部重新发布，或先升级门店程序。',
      en: 'The kiosks go on with what they showed; publish again at HQ, or update the store first.',
    },
  ),
  CONTENT_PICTURE_UNKNOWN: entry(
    404,
    { zh: '没有这张画面，或文件已损坏。', en: 'There is no such picture, or its file is damaged.' },
    {
      zh: '自助屏改用图标显示；联网后门店会重新下载损坏的画面。',
      en: 'The kiosk shows a pictogram instead; a damaged picture is fetched again once HQ is reached.',
    },
  ),
} as const;
