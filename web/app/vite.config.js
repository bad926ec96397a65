import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, loadEnv } from 'vite';
import { thirdPartyLicenses } from './licenses.js';

const BUNDLED = ['react', 'react-dom', 'scheduler', 'lucide-react', 'hls.js', '@fontsource-variable/figtree', '@fontsource-variable/fraunces'];

export default defineConfig(({ mode }) => {
  // Where a running server is, for `npm run dev`.
  const server = loadEnv(mode, '.', 'TERTULIA_')['TERTULIA_SERVER'] ?? 'http://localhost:8080';
  return {
    plugins: [react(), thirdPartyLicenses(BUNDLED)],
    resolve: { conditions: ['source', ...defaultClientConditions] },
    build: {
      target: 'es2022',
      // Everything is a file of its own: the page's content security policy allows no inline script, style or data: font.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
    server: { proxy: { '/api': server, '/broadcasts': server, '/signin': server, '/ws': { target: server, ws: true } } },
  };
});
