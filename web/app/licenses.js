import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** Writes the licences of what is bundled beside the bundle, as they ask for. */
export function thirdPartyLicenses(packages) {
  return {
    name: 'third-party-licenses',
    apply: 'build',
    generateBundle() {
      const texts = packages.map((name) => {
        const folder = dirname(require.resolve(`${name}/package.json`));
        const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
        return `${name} ${version} (${license})\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}\n`;
      });
      this.emitFile({ type: 'asset', fileName: 'third-party-licenses.txt', source: texts.join(`\n${'-'.repeat(80)}\n\n`) });
    },
  };
}
