// Each codec through the server, from Chromium to Chromium: layers are switched while frames keep flowing, and no decoder has to ask for help.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchChromium } from './lib/chromium.js';
import { servePages } from './lib/pages.js';
import { Server } from './lib/server.js';
import { until } from './lib/wait.js';

let server, pages, browser;
before(async () => {
  server = await Server.start();
  pages = await servePages('127.0.0.1', 'quality-client');
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await pages?.stop();
  if (process.env.TERTULIA_E2E_LOG) console.log(server?.log);
  await server?.stop();
});

const ways = {
  'VP8 simulcast': ['VP8', 'simulcast'],
  'H.264 simulcast with temporal layers': ['H264', 'temporal'],
  'VP9 simulcast with temporal layers': ['VP9', 'temporal'],
  'VP9 in spatial layers': ['VP9', 'full-svc'],
  'VP9 in spatial layers that need each other in key pictures only': ['VP9', 'svc'],
  'AV1 in spatial layers': ['AV1', 'svc'],
};

for (const [name, [codec, mode]] of Object.entries(ways)) {
  test(name, { timeout: 120_000 }, async () => {
    const [ada, bob] = await meet(codec, mode);
    await shows(bob, 720, 60_000);
    assert.equal(await bob.call('codec'), `video/${codec}`);

    const before = await bob.video();
    for (const height of [180, 720, 360, 720]) {
      await bob.call('view', height);
      await shows(bob, height, 10_000);
      await moves(bob);
    }

    const now = await bob.video();
    const since = counter => now[counter] - before[counter];
    const seen = `${JSON.stringify(before)} → ${JSON.stringify(now)}`;
    assert.ok(since('pliCount') <= 1, `asked for key frames: ${seen}`);
    assert.ok(since('totalFreezesDuration') < 2, `froze: ${seen}`);
    assert.ok(since('framesDropped') + since('framesReceived') - since('framesDecoded') < 5, `frames not decoded: ${seen}`);
    for (const person of [ada, bob]) await person.close();
  });
}

test('an encoding that nobody used is back within a second of being wanted', { timeout: 120_000 }, async t => {
  const [ada, bob] = await meet('VP8', 'simulcast');
  await shows(bob, 720, 60_000);
  await bob.call('view', 150);
  await until('the larger encodings are stopped', async () => {
    const seen = await ada.page.evaluate(() => window.client.messages.filter(({ type }) => type === 'layers').map(({ rids }) => rids.join()));
    return seen.at(-1) === 'q' ? true : { holds: false, seen };
  });
  await shows(bob, 180, 5_000);
  await bob.call('measure');

  const asked = await bob.page.evaluate(() => { window.client.view(720); return performance.now(); });
  const pictures = [];
  await until('the largest picture is shown', async () => {
    pictures.push(...(await bob.call('measure')).pictures);
    return pictures.some(([, height]) => height === 720);
  }, { within: 15_000 });
  const [larger] = pictures.find(([, height]) => height > 180);
  const [largest] = pictures.find(([, height]) => height === 720);
  t.diagnostic(`a larger picture after ${Math.round(larger - asked)} ms, the largest after ${Math.round(largest - asked)} ms`);
  assert.ok(larger - asked < 1_000, `a larger picture after ${larger - asked} ms`);
  for (const person of [ada, bob]) await person.close();
});

async function meet(codec, mode) {
  const [ada, bob] = [await open(), await open()];
  const meetingId = await ada.call('enter', undefined, { codec, mode, width: 1280, height: 720, frameRate: 10 });
  await bob.call('enter', meetingId);
  return [ada, bob];
}

async function open() {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${pages.url}?${new URLSearchParams({ api: server.url, key: server.key })}`);
  const call = (method, ...values) => page.evaluate(([name, given]) => window.client[name](...given), [method, values]);
  const video = () => page.evaluate(async () => {
    if (!window.client.down) return {};
    return [...(await window.client.down.getStats()).values()].find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video') ?? {};
  });
  return { page, call, video, close: () => context.close() };
}

function shows(viewer, height, within) {
  return until(`a picture of ${height} rows`, async () => {
    const { frameHeight, framesDecoded } = await viewer.video();
    return frameHeight === height ? true : { holds: false, seen: { frameHeight, framesDecoded } };
  }, { within, every: 100 });
}

async function moves(viewer) {
  const { framesDecoded } = await viewer.video();
  await until('the picture moves', async () => (await viewer.video()).framesDecoded > framesDecoded + 8, { within: 5_000 });
}
