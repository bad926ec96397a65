// What a test file of the web app needs: a server and a browser, started once and stopped at the end.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { launchChromium } from './chromium.js';
import { Server } from './server.js';
import { Visitor } from './visitor.js';

/** `prepare` is run once server and browser are there; what it returns is stopped with them. */
export function appFixture({ prepare, server: serverOptions } = {}) {
  const fixture = { visitors: [] };

  before(async () => {
    fixture.server = await Server.start(serverOptions);
    fixture.browser = await launchChromium();
    fixture.prepared = await prepare?.(fixture);
  });

  afterEach(async () => {
    const problems = fixture.visitors.flatMap(visitor => visitor.problems.map(problem => `${visitor.name}: ${problem}`));
    for (const visitor of fixture.visitors.splice(0)) await visitor.close();
    // Violations of the content security policy and errors of React are reported there.
    assert.deepEqual(problems, [], 'the console stays clean');
  });

  after(async () => {
    await fixture.browser?.close();
    await fixture.prepared?.stop();
    if (process.env.TERTULIA_E2E_LOG) console.log(fixture.server?.log);
    await fixture.server?.stop();
  });

  fixture.open = async (name, options) => {
    const visitor = await Visitor.open(fixture.browser, fixture.server, name, options);
    fixture.visitors.push(visitor);
    return visitor;
  };

  fixture.createMeeting = async (settings = {}, title = 'Round table') => {
    const made = await fixture.server.call('POST', '/api/meetings', { title, settings });
    assert.equal(made.status, 201);
    return made.json.meetingId;
  };

  /** Guests of one meeting, come by its link one after the other. */
  fixture.meet = async (names, settings) => {
    const meetingId = await fixture.createMeeting(settings);
    const visitors = [];
    for (const name of names) visitors.push(await (await fixture.open(name)).enter(meetingId));
    return { meetingId, visitors };
  };

  return fixture;
}
