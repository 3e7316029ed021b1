import './no-eval.ts';
import '@tillside/ui/styles.css';
import './styles/page.css';
import { createI18n, dressDocument } from '@tillside/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { firstLocale } from './locale.ts';
import { takeClaim } from './phone/claim-link.ts';
import { en } from './words/en.ts';
import { zh } from './words/zh.ts';

// Always light: a code is read best from a bright screen.
dressDocument('handheld', 'light');
const i18n = createI18n({ 'zh-CN': zh, en }, firstLocale());
const claim = takeClaim(location, history);
if ('serviceWorker' in navigator) void navigator.serviceWorker.register('./sw.js').catch(() => undefined);
const root = document.getElementById('app');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App i18n={i18n} claim={claim} />
    </StrictMode>,
  );
}
