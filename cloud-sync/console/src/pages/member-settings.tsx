import { Loading, Notice } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHub } from '../hub/use-hub.ts';
import { PointsForm } from '../parts/points-form.tsx';
import { Column, Lead } from '../parts/print.tsx';
import { TextsForm } from '../parts/texts-form.tsx';
import { TiersForm } from '../parts/tiers-form.tsx';
import { ReadingNotice } from '../parts/trouble-notice.tsx';
import { hrefOf } from '../route.ts';

const EVERY_MS = 30_000;
const PARTS = [
  { name: 'points', title: 'hq.pointsRules', Form: PointsForm },
  { name: 'tiers', title: 'hq.tiers', Form: TiersForm },
  { name: 'consentTexts', title: 'hq.texts.title', Form: TextsForm },
] as const;

/** How points and tiers are kept and what people agree to: each part is saved by itself. */
export function MemberSettingsPage(): ReactElement {
  const { t } = useTranslation();
  const reading = useHub('memberSettings', {}, EVERY_MS);
  const [saved, setSaved] = useState<string>();
  const held = reading.value;
  return (
    <>
      <Lead kicker={t('sections.members')} headline={t('hq.member-settings.title')} deck={t('hq.settingsLead')} />
      <ReadingNotice reading={reading} />
      {held === undefined ? (
        reading.trouble ? null : (
          <Loading />
        )
      ) : (
        <div className="np-parts">
          {PARTS.map(({ name, title, Form }) => (
            <Column key={name} title={t(title)}>
              {/* What is typed stays until that part itself is another one. */}
              <Form
                key={JSON.stringify(held.settings[name])}
                held={held}
                onSaved={() => {
                  setSaved(name);
                  reading.again();
                }}
              />
              {saved === name ? <Notice kind="success" title={t('hq.saved')} /> : null}
            </Column>
          ))}
        </div>
      )}
      <a href={hrefOf({ page: 'members' })}>{t('member.back')}</a>
    </>
  );
}
