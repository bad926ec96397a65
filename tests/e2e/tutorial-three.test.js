// Three people with the tutorial's client: speaker, screen, leaving in every order.
import assert from 'node:assert/strict';
import { test, afterEach } from 'node:test';
import { tutorialFixture } from './lib/fixture.js';
import { everyoneSeesAndHearsEveryone, upstreams } from './lib/participant.js';
import { until } from './lib/wait.js';

const fixture = tutorialFixture();
afterEach(() => fixture.disperse());

const one = { video: 1, audio: 1, to: ['sfu'] };

test('three people see and hear each other, each sending one video and one audio', async () => {
  const people = await fixture.meet(['Ada', 'Bob', 'Cleo']);
  await everyoneSeesAndHearsEveryone(people);
  assert.deepEqual(await upstreams(people), { Ada: one, Bob: one, Cleo: one });
  for (const person of people) assert.equal((await person.tiles()).length, 2);
  for (const person of people) assert.deepEqual(person.errors, []);
});

test('the screen takes the camera\'s place without any negotiation, and gives it back', async () => {
  const people = await fixture.meet(['Ada', 'Bob', 'Cleo']);
  const [ada, bob, cleo] = people;
  await everyoneSeesAndHearsEveryone(people);
  const before = await Promise.all(people.map(person => person.negotiations()));

  await ada.shareScreen({ width: 960, height: 540, frameRate: 5 });
  await sees([bob, cleo], ada, 'the screen', ({ width, height }) => width * 9 === height * 16 && width > 320);
  await ada.stopSharing();
  await sees([bob, cleo], ada, 'the camera again', ({ width }) => width > 0 && width <= 320);

  await everyoneSeesAndHearsEveryone(people);
  assert.deepEqual(await Promise.all(people.map(person => person.negotiations())), before);
  assert.deepEqual(await upstreams(people), { Ada: one, Bob: one, Cleo: one });
});

test('the active speaker is the loud one, and "local" to itself', async () => {
  const people = await fixture.meet(['Ada', 'Bob', 'Cleo']);
  for (const person of people) await person.speak(false);
  await everyoneSees(people);
  await ofSpeaker(people, people[0]);
  await ofSpeaker(people, people[2]);
  await ofSpeaker(people, people[1]);

  // Silence: nobody, but not before three seconds.
  const began = await people[0].page.evaluate(() => performance.now());
  await people[1].speak(false);
  const silence = await people[0].message('active-speaker', message => message.peerId === null && message.receivedAt > began);
  assert.ok(silence.receivedAt - began > 2_500, `null came after ${silence.receivedAt - began} ms`);
});

for (const [who, index] of [['the creator', 0], ['the second to come', 1], ['the last to come', 2]]) {
  test(`when ${who} leaves, the media of the others goes on; coming back makes the meeting whole`, async () => {
    const people = await fixture.meet(['Ada', 'Bob', 'Cleo']);
    await everyoneSeesAndHearsEveryone(people);
    const leaver = people[index];
    const others = people.filter(person => person !== leaver);
    const formerId = leaver.id;

    await leaver.leave();
    for (const other of others) await other.message('peer-left', message => message.peerId === formerId, { within: 4_000 });
    await everyoneSeesAndHearsEveryone(others);

    await leaver.enter(others[0].meetingId);
    assert.notEqual(leaver.id, formerId);
    await everyoneSeesAndHearsEveryone(people);
    assert.deepEqual(await upstreams(others), Object.fromEntries(others.map(other => [other.name, one])));
    for (const person of people) assert.equal((await person.tiles()).length, 2);
  });
}

function sees(viewers, person, what, condition) {
  return until(`the others see ${what}`, async () => {
    const pictures = await Promise.all(viewers.map(async viewer => (await viewer.statistics()).peers[person.id].received));
    return pictures.every(condition) ? true : { holds: false, seen: pictures };
  });
}

function everyoneSees(people) {
  return until('everyone sees everyone', async () => {
    const frames = [];
    for (const viewer of people) {
      const { peers } = await viewer.statistics();
      for (const other of people) if (other !== viewer) frames.push(peers[other.id]?.received.frames ?? 0);
    }
    return frames.every(count => count > 0) ? true : { holds: false, seen: frames };
  });
}

async function ofSpeaker(people, loud) {
  for (const person of people) await person.speak(person === loud);
  await until(`${loud.name} is the active speaker`, async () => {
    const told = await Promise.all(people.map(person => person.speaker()));
    const expected = people.map(person => (person === loud ? 'local' : loud.id));
    return told.every((speaker, i) => speaker === expected[i]) ? true : { holds: false, seen: { told, expected } };
  });
}
