import type { Locale, Names } from '@tillside/agent-contract';
import type { z } from 'zod';

export interface TextOf {
  readonly storeName: z.infer<typeof Names>;
  readonly locale: Locale;
  readonly code: string;
  readonly minutes: number;
  /** Sent after the sign-up, when the provider was there again. */
  readonly isLate: boolean;
}

const MINUTES_A_DAY = 1_440;

/** What stands on the shopper's phone. Short enough for one message of 70 characters in Chinese and 160 in English, whatever the store's name; no link. */
export function textOf({ storeName, locale, code, minutes, isLate }: TextOf): string {
  const days = Math.max(1, Math.floor(minutes / MINUTES_A_DAY));
  if (locale === 'en') {
    const name = storeName.en.slice(0, 40);
    return isLate
      ? `${name}: ${code} is your code. Enter it at our kiosk within ${days} ${days === 1 ? 'day' : 'days'} to confirm this number. We never ask for it.`
      : `${name}: ${code} is your code, good for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. Enter it at the kiosk only. We never ask for it.`;
  }
  const name = storeName.zh.slice(0, 16);
  return isLate
    ? `【${name}】验证码 ${code}，${days} 天内在店内自助机输入，即可验证本号码。店员不会索要。`
    : `【${name}】验证码 ${code}，${minutes} 分钟内有效，只在自助机上输入。店员不会索要。`;
}
