/** The shell's two pages of its own. They hold nothing of anybody and need nothing but themselves. */
import { DARK_PATH, WAITING_PATH } from './policy.ts';

const waiting = `<!doctype html><html lang="zh-CN" data-screen="waiting"><meta charset="utf-8"><title>Tillside</title>
<body style="margin:0;height:100vh;display:grid;place-content:center;gap:1rem;text-align:center;background:#fbf7f0;color:#1c1a17;font:600 4vmin/1.5 'Noto Sans SC','PingFang SC',sans-serif">
<p style="margin:0">马上就好，正在等门店系统</p><p lang="en" style="margin:0;color:#5e574d;font-weight:400">One moment, waiting for the store system</p></body></html>`;

const dark = `<!doctype html><html lang="zh-CN" data-screen="dark"><meta charset="utf-8"><title>Tillside</title>
<style>html{background:#000;cursor:none;touch-action:none}</style><script src="/shell/dark.js"></script>
<body aria-label="屏幕休息中，触摸即可唤醒 · The screen rests, touch to wake it"></body></html>`;

const darkScript = `for (const name of ['pointerdown', 'keydown', 'wheel'])
  addEventListener(name, () => { document.documentElement.dataset.screen = 'woken'; }, { capture: true, passive: true });
`;

/** Path to media type and text. */
export const OWN_PAGES: Readonly<Record<string, readonly [type: string, text: string]>> = {
  [WAITING_PATH]: ['text/html; charset=utf-8', waiting],
  [DARK_PATH]: ['text/html; charset=utf-8', dark],
  '/shell/dark.js': ['text/javascript; charset=utf-8', darkScript],
};
