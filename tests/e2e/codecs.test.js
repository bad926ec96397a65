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
  pages = await servePages('127.0.0.1', 'transport-client');
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await pages?.stop();
  if (process.env.TERTULIA_E2E_LOG) console.log(server?.log);
  await server?.stop();
});

const simulcast = mode => [['q', 4, 150_000], ['h', 2, 500_000], ['f', 1, 1_700_000]].map(
  ([rid, scaleResolutionDownBy, maxBitrate]) => ({ rid, scaleResolutionDownBy, maxBitrate, ...(mode && { scalabilityMode: mode }) }));
const layered = mode => [{ scalabilityMode: mode, maxBitrate: 2_000_000 }];

const ways = {
  'VP8 simulcast': [{ mimeType: 'video/VP8' }, simulcast('L1T3')],
  'H.264 simulcast': [{ mimeType: 'video/H264', sdpFmtpLine: 'packetization-mode=1;profile-level-id=42e01f' }, simulcast('L1T3')],
  'VP9 simulcast': [{ mimeType: 'video/VP9', sdpFmtpLine: 'profile-id=0' }, simulcast('L1T3')],
  'VP9 in spatial layers': [{ mimeType: 'video/VP9', sdpFmtpLine: 'profile-id=0' }, layered('L3T3')],
  'VP9 in spatial layers that need each other in key pictures only': [{ mimeType: 'video/VP9', sdpFmtpLine: 'profile-id=0' }, layered('L3T3_KEY')],
  'AV1 in spatial layers': [{ mimeType: 'video/AV1', sdpFmtpLine: 'profile=0' }, layered('L3T3_KEY')],
};

for (const [name, [codec, encodings]] of Object.entries(ways)) {
  test(name, { timeout: 120_000 }, async () => {
    const [ada, bob] = [await open(), await open()];
    await bob.join(await ada.create());
    const id = await ada.connect();
    await bob.connect();
    await ada.call('publish', { width: 1280, height: 720, frameRate: 10 }, codec, encodings);
    await shows(bob, id, 720, 60_000);
    assert.equal((await bob.received(id)).codec, codec.mimeType);

    const before = await bob.received(id);
    for (const height of [180, 720, 360, 720]) {
      await bob.call('view', [{ peerId: id, source: 'camera', width: height * 16 / 9, height }]);
      await shows(bob, id, height, 10_000);
      await moves(bob, id);
    }

    const now = await bob.received(id);
    const since = name => now[name] - before[name];
    const seen = `${JSON.stringify(before)} → ${JSON.stringify(now)}`;
    assert.ok(since('pliCount') <= 1, `asked for key frames: ${seen}`);
    assert.ok(since('freezeCount') <= 1, `froze: ${seen}`);
    assert.ok(since('framesDropped') + since('framesReceived') - since('framesDecoded') < 5, `frames not decoded: ${seen}`);
    await ada.close();
    await bob.close();
  });
}

async function open() {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${pages.url}?${new URLSearchParams({ api: server.url, key: server.key })}`);
  const call = (method, ...values) => page.evaluate(([name, given]) => window.client[name](...given), [method, values]);
  return {
    call,
    create: () => call('create'),
    join: meetingId => call('join', meetingId),
    connect: () => call('connect'),
    received: id => call('received', id),
    close: () => context.close(),
  };
}

function shows(viewer, id, height, within) {
  return until(`a picture of ${height} rows`, async () => {
    const { frameHeight, framesDecoded } = await viewer.received(id);
    return frameHeight === height ? true : { holds: false, seen: { frameHeight, framesDecoded } };
  }, { within, every: 100 });
}

async function moves(viewer, id) {
  const { framesDecoded } = await viewer.received(id);
  await until('the picture moves', async () => (await viewer.received(id)).framesDecoded > framesDecoded + 8, { within: 5_000 });
}
