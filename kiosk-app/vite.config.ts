import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Three pages, one build. Addresses are relative, since the agent serves it under /kiosk/, /staff/ and /display/. */
export default defineConfig({
  root: at('.'),
  base: './',
  plugins: [react()],
  resolve: { conditions: ['@tillside/source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist-web',
    emptyOutDir: true,
    target: 'chrome120',
    chunkSizeWarningLimit: 900,
    assetsInlineLimit: 0,
    rolldownOptions: { input: { kiosk: at('./index.html'), staff: at('./staff.html'), display: at('./display.html') } },
  },
});
