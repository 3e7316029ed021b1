import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** One page; addresses are relative, since the hub serves it under /m/. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [react()],
  resolve: { conditions: ['@tillside/source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist-web',
    emptyOutDir: true,
    target: ['chrome100', 'safari15.4', 'firefox100'],
    chunkSizeWarningLimit: 1200,
    assetsInlineLimit: 0,
  },
});
