// Chromium with a fake camera and a microphone that speaks.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { voice } from './voice.js';

const asRoot = process.getuid?.() === 0;
export const chromiumPath = process.env.TERTULIA_CHROMIUM ?? '/usr/bin/chromium';

export async function launchChromium({ executable = chromiumPath, features = [], flags = [], audio = voice() } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'tertulia-voice-'));
  const recording = join(folder, 'voice.wav');
  await writeFile(recording, audio);
  const browser = await chromium.launch({
    executablePath: executable,
    headless: true,
    args: [
      ...(asRoot ? ['--no-sandbox'] : []),
      '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=device-count=1,fps=10', `--use-file-for-fake-audio-capture=${recording}`,
      '--autoplay-policy=no-user-gesture-required',
      `--disable-features=${['WebRtcHideLocalIpsWithMdns', ...features].join(',')}`,
      '--disable-background-timer-throttling', '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows',
      ...flags,
    ],
  });
  browser.on('disconnected', () => rm(folder, { recursive: true, force: true }));
  return browser;
}
