// Firefox, driven by WebDriver BiDi, in the shape in which the tests use Chromium.
import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import puppeteer from 'puppeteer-core';

const executable = [process.env.TERTULIA_FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(path => path && existsSync(path));

/** Why Firefox cannot take part here, or false. It makes no connection to a loopback candidate, so it needs a real interface. */
export function missingFirefox() {
  if (!executable) return 'Firefox is not installed';
  const outside = Object.values(networkInterfaces()).flat().some(address => !address.internal && address.family === 'IPv4');
  return outside ? false : 'this machine has no network interface but loopback, to which Firefox does not connect';
}

export async function launchFirefox(options = {}) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: executable,
    headless: true,
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
    },
  });
  return { newContext: () => browser.createBrowserContext(), close: () => browser.close() };
}
