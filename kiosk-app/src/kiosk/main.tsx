import '../shared/no-eval.ts';
import '@tillside/ui/styles.css';
import '../shared/shared.css';
import './kiosk.css';
import { startPage } from '../shared/start.tsx';
import { HOME_LOCALE, KioskApp } from './app.tsx';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

startPage({
  kind: 'kiosk',
  words: { 'zh-CN': zh, en },
  locale: HOME_LOCALE,
  page: (context) => <KioskApp context={context} />,
});
