import type { HubAnswer } from '@tillside/hub-contract';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from './use-format.ts';

/** A one-time code, large enough to be read out over the telephone. */
export function PairingCode({ pairing, name }: { pairing: HubAnswer<'createPairing'>; name: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="np-code" role="status">
      <span className="np-kicker">{t('store.code')}</span>
      <output className="np-code-value">{pairing.code}</output>
      <p>{t('store.codeLead', { store: name, until: format.when(pairing.expiresAt) })}</p>
    </div>
  );
}
