import '../shared/no-eval.ts';
import '@tillside/ui/styles.css';
import '../shared/shared.css';
import './staff.css';
import { startPage } from '../shared/start.tsx';
import { StaffApp } from './app.tsx';
import { session } from './session.ts';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

startPage({
  kind: 'staff',
  words: { 'zh-CN': zh, en },
  locale: navigator.language.startsWith('zh') ? 'zh-CN' : 'en',
  staffSession: session.get,
  page: (context) => <StaffApp context={context} />,
});
