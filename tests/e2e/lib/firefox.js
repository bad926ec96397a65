// Firefox, driven by WebDriver BiDi, in the shape in which the tests use Chromium.
import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import puppeteer from 'puppeteer-core';
import { bridge, launcher } from './namespaces.js';
import { freePort } from './server.js';

const executable = [process.env.TERTULIA_FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(path => path && existsSync(path));

/** Why Firefox cannot take part here, or false. It makes no connection to a loopback candidate, so it needs a real interface. */
export function missingFirefox() {
  if (!executable) return 'Firefox is not installed';
  const outside = Object.values(networkInterfaces()).flat().some(address => !address.internal && address.family === 'IPv4');
  return outside ? false : 'this machine has no network interface but loopback, to which Firefox does not connect';
}

/** `namespace`: the one it runs in. */
export async function launchFirefox({ namespace, prefs = {}, ...options } = {}) {
  const debuggingPort = namespace && await freePort();
  const [door, program] = namespace ? [await bridge(namespace, debuggingPort), launcher(namespace, executable)] : [];
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: program?.path ?? executable,
    headless: true,
    ...(namespace && { debuggingPort }),
    ...options,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'media.gmp-manager.updateEnabled': false,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
      'app.update.enabled': false,
      'extensions.getAddons.cache.enabled': false,
      ...prefs,
    },
  });
  const close = async () => {
    await browser.close();
    door?.close();
    program?.close();
  };
  return { newContext: () => browser.createBrowserContext(), close };
}
