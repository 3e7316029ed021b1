import './no-eval.ts';
import '@tillside/ui/styles.css';
import './styles/print.css';
import './styles/pages.css';
import './styles/members.css';
import './styles/screens.css';
import './styles/models.css';
import './styles/settings.css';
import { createI18n, dressDocument, isLocale } from '@tillside/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App, isNight } from './app.tsx';
import { takePairingCode } from './hub/pairing-link.ts';
import { recall } from './hub/stored.ts';
import { en } from './words/en.ts';
import { enOne } from './words/en-one.ts';
import { zh } from './words/zh.ts';

const kept = recall('locale') ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en');
dressDocument('console', isNight() ? 'dark' : 'light');
const i18n = createI18n({ 'zh-CN': zh, en }, isLocale(kept) ? kept : 'en');
i18n.addResourceBundle('en', 'app', enOne, true);
const root = document.getElementById('app');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App i18n={i18n} codeFromAddress={takePairingCode(location, history)} />
    </StrictMode>,
  );
}
