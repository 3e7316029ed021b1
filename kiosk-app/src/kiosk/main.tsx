import '../shared/no-eval.ts';
import '@tillside/ui/styles.css';
import '../shared/shared.css';
import './kiosk.css';
import { startPage } from '../shared/start.tsx';
import { KioskProvider } from './access/provider.tsx';
import { readSettings } from './access/settings.ts';
import { KioskApp } from './app.tsx';
import { Rescue } from './rescue.tsx';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

startPage({
  kind: 'kiosk',
  words: { 'zh-CN': zh, en },
  locale: readSettings(window.localStorage).homeLocale,
  page: (context) => (
    <Rescue>
      <KioskProvider client={context.client}>
        <KioskApp context={context} />
      </KioskProvider>
    </Rescue>
  ),
});
