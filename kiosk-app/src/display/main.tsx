import '../shared/no-eval.ts';
import '@tillside/ui/styles.css';
import '../shared/shared.css';
import '../kiosk/kiosk.css';
import './display.css';
import { startPage } from '../shared/start.tsx';
import { DisplayApp } from './app.tsx';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

startPage({
  kind: 'display',
  words: { 'zh-CN': zh, en },
  // A screen that nobody can touch is set up by its address.
  locale: new URLSearchParams(window.location.search).get('lang') === 'en' ? 'en' : 'zh-CN',
  page: (context) => <DisplayApp context={context} />,
});
