import type { HeldBackView } from '@tillside/agent-contract';
import { Button, formatDateTime, useLocale } from '@tillside/ui';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import { pick } from '../shared/pick.ts';

/** What the store keeps from being recommended, each until when; nothing at all while there is nothing. */
export function HeldBack({ client }: { client: Client }): ReactElement | null {
  const { t } = useTranslation();
  const locale = useLocale();
  const [items, setItems] = useState<readonly HeldBackView[]>([]);
  const read = useCallback(async () => {
    const answer = await client.call('listHeldBack', {});
    if (answer.ok) setItems(answer.value.items);
  }, [client]);
  useEffect(() => void read(), [read]);

  async function end(sku: string): Promise<void> {
    await client.call('endHeldBack', { params: { sku } });
    await read();
  }

  if (items.length === 0) return null;
  return (
    <section className="s-live">
      <h2>{t('promotions.heldBack')}</h2>
      <ul className="s-rows">
        {items.map(({ sku, name, until }) => (
          <li key={sku} className="s-row">
            <span className="s-row-words">
              <strong>{pick(name, locale)}</strong>
              <span className="tl-second">{t('promotions.until', { date: formatDateTime(until, locale) })}</span>
            </span>
            <Button look="quiet" onPress={() => void end(sku)}>
              {t('promotions.again')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
