import type { MyHome } from '@tillside/hub-contract';
import { Button, DeviceMobileIcon, Dialog } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../phone/hub.ts';
import type { Actions } from '../phone/use-phone.ts';
import { TroubleNotice } from '../trouble-notice.tsx';

/** The last letters of a key's id are enough to tell a member's four phones apart. */
const SHOWN = 4;

/** Phones that show this member's codes; a lost one is taken away from another. */
export function Phones({ home, actions }: { home: MyHome; actions: Actions }): ReactElement {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const take = async (keyId: string): Promise<void> => {
    setBusy(true);
    const failed = await actions.revoke(keyId);
    setBusy(false);
    setTrouble(failed);
    if (failed === undefined) setAsked(undefined);
  };
  return (
    <section className="m-part">
      <h2>{t('phones.title')}</h2>
      <ul className="m-phones">
        {home.phones.map(({ keyId, isThis }) => (
          <li key={keyId} className="m-phone">
            <DeviceMobileIcon className="tl-icon" aria-hidden />
            <span>
              {isThis ? t('phones.this') : t('phones.other')} <span className="tl-second">{keyId.slice(-SHOWN)}</span>
            </span>
            <Button onPress={() => setAsked(keyId)}>{t('phones.take')}</Button>
          </li>
        ))}
      </ul>
      <p className="tl-second">{t('phones.more')}</p>
      <Dialog
        isOpen={asked !== undefined}
        onOpenChange={() => setAsked(undefined)}
        title={t('phones.takeTitle')}
        actions={
          <>
            <Button look="plain" onPress={() => setAsked(undefined)}>
              {t('cancel')}
            </Button>
            <Button look="primary" isDisabled={isBusy} onPress={() => void take(asked ?? '')}>
              {t('phones.take')}
            </Button>
          </>
        }
      >
        <p>
          {t(
            home.phones.some(({ keyId, isThis }) => isThis && keyId === asked) ? 'phones.takeThis' : 'phones.takeOther',
          )}
        </p>
        {trouble === undefined ? null : <TroubleNotice trouble={trouble} />}
      </Dialog>
    </section>
  );
}
