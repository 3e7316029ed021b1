import { formatAgo, formatNumber, Notice, useLocale } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import { useStatus } from './use-staff.ts';

/** HQ signs a new pack each night: one this old has missed at least one. */
const OLD_SECONDS = 36 * 3600;
const SECOND_MS = 1000;

/** How fresh the members are whom this store knows without asking; a warning where they are not. Nothing in a store without HQ, which knows its own alone. */
export function PackAge({ client }: { client: Client }): ReactElement | null {
  const { t } = useTranslation();
  const locale = useLocale();
  const status = useStatus(client).data;
  if (status?.members === undefined) return null;
  const { pack, strangers } = status.members;
  const { online } = status.sync;
  if (pack === undefined) {
    return <Notice kind="info" title={t('pack.none')} todo={t(online ? 'pack.noneOnline' : 'pack.noneOffline')} />;
  }
  const nowMs = Date.now();
  const ago = formatAgo(nowMs - pack.ageSeconds * SECOND_MS, nowMs, locale);
  const count = formatNumber(pack.members, locale);
  const dropped = strangers.dropped === 0 ? '' : t('pack.dropped', { count: formatNumber(strangers.dropped, locale) });
  if (pack.ageSeconds < OLD_SECONDS)
    return (
      <p className="tl-second">
        {t('pack.fresh', { ago, count })} {dropped}
      </p>
    );
  return (
    <Notice
      kind="warning"
      title={t('pack.old', { ago })}
      safe={t('pack.oldSafe')}
      todo={`${t(online ? 'pack.oldOnline' : 'pack.oldOffline')} ${dropped}`}
    />
  );
}
