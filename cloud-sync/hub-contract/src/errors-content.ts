/** Pictures and texts for kiosks. */
export const CONTENT_ERRORS = {
  HUB_PICTURE_REFUSED: {
    status: 422,
    cause: { zh: '这个文件不能用作画面。', en: 'This file cannot be used as a picture.' },
    hint: {
      zh: '请用静态的 JPEG、PNG 或 WebP，不大于 1 MB、600 万像素，不带拍摄信息；在总部页面上传会自动裁剪并去掉这些信息。',
      en: 'Use a still JPEG, PNG or WebP of at most 1 MB and 6 million pixels, without camera data; the console cuts pictures to size and leaves such data out.',
    },
  },
  HUB_PICTURE_UNKNOWN: {
    status: 404,
    cause: { zh: '总部没有这张画面。', en: 'HQ has no such picture.' },
    hint: { zh: '请重新上传。', en: 'Upload it again.' },
  },
  HUB_CONTENT_INVALID: {
    status: 422,
    cause: {
      zh: '卡片内容不符合要求，没有保存或发布。',
      en: 'The cards are not as they should be; nothing was saved or published.',
    },
    hint: { zh: '按列出的位置修改后再试。', en: 'Correct what is listed and try again.' },
  },
  HUB_CONTENT_CHANGED: {
    status: 409,
    cause: { zh: '卡片刚被别人改过。', en: 'Somebody else has changed the cards since they were read.' },
    hint: { zh: '刷新页面，再改一次。', en: 'Read them again and repeat your change.' },
  },
} as const;
