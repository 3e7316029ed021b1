import type { ErasureProof } from '@tillside/hub-contract';
import {
  Button,
  CheckCircleIcon,
  DeviceMobileIcon,
  Empty,
  formatDateTime,
  Loading,
  Notice,
  useLocale,
} from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saveJson } from './me/save-json.ts';
import { askErasure, type Trouble } from './phone/hub.ts';
import type { KeptPhone } from './phone/store.ts';
import type { Actions } from './phone/use-phone.ts';
import { TroubleNotice } from './trouble-notice.tsx';

/** Nobody's phone yet. */
export function EmptyPage(): ReactElement {
  const { t } = useTranslation();
  return (
    <Empty title={t('empty.title')} icon={DeviceMobileIcon}>
      {t('empty.how')}
    </Empty>
  );
}

export function UnablePage(): ReactElement {
  const { t } = useTranslation();
  return <Notice kind="error" title={t('unable.title')} safe={t('unable.safe')} todo={t('unable.todo')} />;
}

/** The word was not taken yet: most often the store's news of the sign-up is still on its way. */
export function BindingPage({
  trouble,
  onGiveUp,
}: {
  trouble: Trouble | undefined;
  onGiveUp: () => void;
}): ReactElement {
  const { t } = useTranslation();
  if (trouble === undefined) return <Loading what={t('binding.title')} />;
  return (
    <div className="m-edge">
      <h1>{t('binding.title')}</h1>
      <p>{t('binding.wait')}</p>
      <TroubleNotice
        trouble={trouble}
        actions={
          <Button look="plain" onPress={onGiveUp}>
            {t('binding.giveUp')}
          </Button>
        }
      />
    </div>
  );
}

export function ReplacePage({
  actions,
  phone,
  claim,
}: {
  actions: Actions;
  phone: KeptPhone;
  claim: string;
}): ReactElement {
  const { t } = useTranslation();
  const choose = (isWanted: boolean) => (): void => void actions.replace({ isWanted, phone, claim });
  return (
    <div className="m-edge">
      <h1>{t('replace.title')}</h1>
      <p>{t('replace.what')}</p>
      <Button look="member" size="large" wide onPress={choose(false)}>
        {t('replace.keep')}
      </Button>
      <Button wide onPress={choose(true)}>
        {t('replace.other')}
      </Button>
    </div>
  );
}

export function RevokedPage({ onForget }: { onForget: () => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <Notice
      kind="warning"
      title={t('revoked.title')}
      safe={t('revoked.safe')}
      todo={t('revoked.todo')}
      actions={<Button onPress={onForget}>{t('revoked.forget')}</Button>}
    />
  );
}

/** After leaving: the proof, to be kept, and how far the stores have come. */
export function ErasedPage({ proof: first }: { proof: ErasureProof }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [proof, setProof] = useState(first);
  const { memberId, erasedAt, stores } = proof.signed;
  const open = stores.filter(({ confirmedAt }) => confirmedAt === 'waiting').length;
  const again = async (): Promise<void> => setProof(await askErasure(memberId).catch(() => proof));
  return (
    <div className="m-edge">
      <CheckCircleIcon className="m-edge-icon" weight="duotone" aria-hidden />
      <h1>{t('erased.title')}</h1>
      <p>{t('erased.hq', { at: formatDateTime(erasedAt, locale) })}</p>
      <p>{open === 0 ? t('erased.all') : t('erased.waiting', { open, all: stores.length })}</p>
      <Button look="primary" size="large" wide onPress={() => saveJson('tillside-erasure-proof.json', proof)}>
        {t('erased.save')}
      </Button>
      {open === 0 ? null : (
        <Button wide onPress={() => void again()}>
          {t('erased.again')}
        </Button>
      )}
      <p className="tl-second">{t('erased.keep')}</p>
    </div>
  );
}
