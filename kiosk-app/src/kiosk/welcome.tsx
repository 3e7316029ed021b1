import { Button, QrCode } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Hands the member code over to the shopper's own phone. */
export function MemberCode({ title, code }: { title: string; code: string }): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="k-welcome">
      <h1>{title}</h1>
      <div className="k-card">
        <QrCode text={code} label={t('welcome.qr')} />
        <p className="k-code tl-number">{code}</p>
      </div>
      <p className="k-lead">{t('welcome.how')}</p>
    </div>
  );
}

/** A phone that opens this address becomes the card: its codes change, and a picture of one is soon worth nothing. The fixed code is for who has no such phone. */
export function Welcome({ code, claimUrl }: { code: string; claimUrl: string | undefined }): ReactElement {
  const { t } = useTranslation();
  const [isFixed, setFixed] = useState(false);
  const other = (
    <Button look="plain" onPress={() => setFixed(!isFixed)}>
      {isFixed ? t('welcome.toPhone') : t('welcome.toFixed')}
    </Button>
  );
  if (claimUrl === undefined) return <MemberCode title={t('welcome.title')} code={code} />;
  return (
    <div className="k-welcome">
      <h1>{t('welcome.title')}</h1>
      <div className="k-card">
        {isFixed ? (
          <>
            <QrCode text={code} label={t('welcome.qr')} />
            <p className="k-code tl-number">{code}</p>
          </>
        ) : (
          <QrCode text={claimUrl} label={t('welcome.claimQr')} />
        )}
      </div>
      <div className="k-welcome-words">
        <p className="k-lead">{isFixed ? t('welcome.how') : t('welcome.claimHow')}</p>
        {other}
      </div>
    </div>
  );
}
